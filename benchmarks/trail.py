"""Verify a trail against SHA-256 of the same bytes; to reach: at most 1.3 times.

The floor hashes bytes that are in memory. The verification reads them from a file as it would
from a database, starts its processes, hashes, builds the tree and compares.
"""

import pickle
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from audit import merkle
from audit.event import Entry
from audit.verify import Chunk, Part, Verifier, examine, spread
from cases.ethics_review.events import BallotCast
from cases.ethics_review.state import Ballot, Outcome

ENTRIES = 1_000_000
CHUNK = 4096
STRETCH = 32 * CHUNK
ROUNDS = 3


def main() -> None:
    """Print the best of some rounds, both sides in the same run."""
    bodies = [_body(n) for n in range(ENTRIES)]
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, ENTRIES, CHUNK):
            page = bodies[start : start + CHUNK]
            chunk = Chunk(start, page, [merkle.leaf(body) for body in page])
            (Path(folder) / str(start)).write_bytes(pickle.dumps(chunk))
        floor = min(_hash(bodies) for _ in range(ROUNDS))
        size = sum(map(len, bodies)) // ENTRIES
        del bodies
        ours = min(_verify(folder) for _ in range(ROUNDS))
    print(f"verify {ENTRIES} entries of {size} bytes: {ours:.3f} s")
    print(
        f"  floor, SHA-256 of the same bytes: {floor:.3f} s; ratio {ours / floor:.2f} (<= 1.3)"
    )


def _hash(bodies: list[bytes]) -> float:
    start = perf_counter()
    for body in bodies:
        sha256(body).digest()
    return perf_counter() - start


def _verify(folder: str) -> float:
    start = perf_counter()
    verifier = Verifier()
    for part in spread(partial(_look, folder), ENTRIES, STRETCH):
        verifier.take(part)
    report = verifier.report()
    if not report or report.size != ENTRIES:
        raise RuntimeError("the trail does not verify")
    return perf_counter() - start


def _look(folder: str, indices: range) -> list[Part]:
    return [_part(Path(folder) / str(start)) for start in indices[::CHUNK]]


def _part(page: Path) -> Part:
    return examine(pickle.loads(page.read_bytes()))  # noqa: S301 - our own, of this run


def _body(number: int) -> bytes:
    ballot = Ballot(choice=Outcome.APPROVE, reason=sha256(str(number).encode()).hexdigest())
    return Entry(
        case="BJ-2026-000001",
        proceeding="ethics-review/BJ-2026-000001/1",
        seq=number + 1,
        at=datetime(2026, 11, 24, tzinfo=UTC) + timedelta(seconds=number),
        actor={"person": "p11", "body": "committee-1", "role": "member"},
        request=f"{number:032x}",
        policy=sha256(b"policy").hexdigest(),
        event=BallotCast(member="p11", round=1, ballot=ballot),
    ).canonical()
