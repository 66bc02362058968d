"""Verify a trail against SHA-256 of the same bytes; to reach: at most 1.3 times.

The floor hashes bytes that are in memory. The verification reads them from a file as it would
from a database, starts its processes, hashes, builds the tree and compares. The second figure
reads the columns beside the bytes, too, parses each entry, compares the two, and counts each
proceeding: at most 2.5 times.
"""

import pickle
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import perf_counter

from audit import merkle
from audit.event import Entry, moment
from audit.places import Places
from audit.verify import Chunk, Part, Verifier, examine, spread
from cases.ethics_review.events import BallotCast
from cases.ethics_review.state import Ballot, Outcome

ENTRIES = 1_000_000
CHUNK = 4096
STRETCH = 8 * CHUNK
ROUNDS = 3
Seen = tuple[Part, Places]


def main() -> None:
    """Print the best of some rounds, all sides in the same run."""
    with tempfile.TemporaryDirectory() as folder:
        size = sum(_write(Path(folder), start) for start in range(0, ENTRIES, CHUNK))
        rounds = [
            (
                sum(_hash(Path(folder) / str(start)) for start in range(0, ENTRIES, CHUNK)),
                _verify(partial(_look, folder)),
                _verify(partial(_look_whole, folder)),
            )
            for _ in range(ROUNDS)
        ]
    floor, hashed, whole = map(min, zip(*rounds, strict=True))
    print(f"verify {ENTRIES} entries of {size // ENTRIES} bytes: {hashed:.3f} s")
    print(f"  floor, SHA-256 of the same bytes: {floor:.3f} s; {hashed / floor:.2f} (<= 1.3)")
    print(f"  columns and counts, too: {whole:.3f} s; ratio {whole / floor:.2f} (<= 2.5)")


def _write(folder: Path, start: int) -> int:
    """Write a page of entries, and one of the columns beside them; return its size."""
    entries = [_entry(n) for n in range(start, min(start + CHUNK, ENTRIES))]
    bodies = [entry.canonical() for entry in entries]
    chunk = Chunk(start, bodies, [merkle.leaf(body) for body in bodies])
    (folder / str(start)).write_bytes(pickle.dumps(chunk))
    columns = [
        (e.case, e.proceeding, e.seq, e.event.kind, moment(e.at), e.request) for e in entries
    ]
    (folder / f"{start}.columns").write_bytes(pickle.dumps(columns))
    return sum(map(len, bodies))


def _hash(page: Path) -> float:
    bodies = _chunk(page).bodies
    start = perf_counter()
    for body in bodies:
        sha256(body).digest()
    return perf_counter() - start


def _verify(look: Callable[[range], list[Seen]]) -> float:
    start = perf_counter()
    verifier, places = Verifier(), Places()
    for part, seen in spread(look, ENTRIES, STRETCH):
        verifier.take(part)
        places.join(seen)
    report = verifier.report()
    if not report or report.size != ENTRIES or places.faults:
        raise RuntimeError("the trail does not verify")
    return perf_counter() - start


def _look(folder: str, indices: range) -> list[Seen]:
    pages = [Path(folder) / str(start) for start in indices[::CHUNK]]
    return [(examine(_chunk(page)), Places()) for page in pages]


def _look_whole(folder: str, indices: range) -> list[Seen]:
    return [_whole(Path(folder) / str(start)) for start in indices[::CHUNK]]


def _whole(page: Path) -> Seen:
    chunk, places = _chunk(page), Places()
    columns = pickle.loads(page.with_suffix(".columns").read_bytes())  # noqa: S301 -- our own
    places.take(columns, chunk.bodies)
    return examine(chunk), places


def _chunk(page: Path) -> Chunk:
    chunk: Chunk = pickle.loads(page.read_bytes())  # noqa: S301 -- our own, of this run
    return chunk


def _entry(number: int) -> Entry:
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
    )


if __name__ == "__main__":
    main()
