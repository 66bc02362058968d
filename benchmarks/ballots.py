"""Pages of a trail of ballots, as files."""

import pickle
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from audit import merkle
from audit.event import Entry, moment
from audit.parts import Chunk
from cases.ethics_review.events import BallotCast
from cases.ethics_review.state import Ballot, Outcome


def write(folder: Path, numbers: range) -> int:
    """Write a page of entries, and one of the columns beside them; return its size."""
    entries = [_entry(n) for n in numbers]
    bodies = [entry.canonical() for entry in entries]
    chunk = Chunk(numbers.start, bodies, [merkle.leaf(body) for body in bodies])
    (folder / str(numbers.start)).write_bytes(pickle.dumps(chunk))
    columns = [
        (e.case, e.proceeding, e.seq, e.event.kind, moment(e.at), e.request) for e in entries
    ]
    (folder / f"{numbers.start}.columns").write_bytes(pickle.dumps(columns))
    return sum(map(len, bodies))


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
