"""Verify a trail against SHA-256 of the same bytes; to reach: at most 1.3 times."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from time import perf_counter

from audit import merkle
from audit.event import Entry
from audit.verify import Chunk, verify
from cases.ethics_review.events import BallotCast
from cases.ethics_review.state import Ballot, Outcome

ENTRIES = 300_000
CHUNK = 4096
ROUNDS = 3


def main() -> None:
    """Print the best of some rounds, both sides in the same run."""
    bodies = [_body(n) for n in range(ENTRIES)]
    leaves = [merkle.leaf(body) for body in bodies]
    chunks = [
        Chunk(n, bodies[n : n + CHUNK], leaves[n : n + CHUNK])
        for n in range(0, ENTRIES, CHUNK)
    ]
    floor = min(_hash(bodies) for _ in range(ROUNDS))
    ours = min(_verify(chunks) for _ in range(ROUNDS))
    size = sum(map(len, bodies)) // ENTRIES
    print(f"verify {ENTRIES} entries of {size} bytes: {ours:.3f} s")
    print(
        f"  floor, SHA-256 of the same bytes: {floor:.3f} s; ratio {ours / floor:.2f} (<= 1.3)"
    )


def _hash(bodies: list[bytes]) -> float:
    start = perf_counter()
    for body in bodies:
        sha256(body).digest()
    return perf_counter() - start


def _verify(chunks: list[Chunk]) -> float:
    start = perf_counter()
    if not verify(chunks):
        raise RuntimeError("the trail does not verify")
    return perf_counter() - start


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
