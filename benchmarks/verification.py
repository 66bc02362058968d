"""`trail verify` as it is run: from SQLite, with all the rows beside the trail.

There is no limit for it; the floor is SHA-256 of the same bytes. What it does more than
`benchmarks/trail.py` is to read the rows from a database, to compare each column with the
bytes, and to fold every proceeding anew.
"""

import asyncio
import tempfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from audit import merkle
from audit.event import Entry, moment
from cases.ethics_review import events as ethics
from cases.ethics_review import state
from cases.proceeding import evolve
from demo.facts import COMMITTEE, INSTITUTION, read_dossier
from demo.seed import seed
from law.meeting import Category
from records.database import Database
from records.drafts import content_hash
from records.folding import state_adapter
from records.migrate import upgrade
from records.tables import Case, Event, Proceeding, Submission, Tree
from records.verification import verify_trail

PROCEEDINGS = 4000
BALLOTS = 49
_AT = datetime(2026, 11, 24, tzinfo=UTC)
_ACTOR = {"person": "p11", "body": COMMITTEE, "role": "member"}


async def main() -> None:
    """Print the seconds and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder)}/trail.db"
        upgrade(url)
        await seed(url, read_dossier(), bytes(32))
        database = Database(url, bytes(32))
        async with database.writing() as session:
            bodies = await _fill(session)
        start = perf_counter()
        for body in bodies:
            sha256(body).digest()
        floor = perf_counter() - start
        start = perf_counter()
        report = await verify_trail(
            database, "bench", [Ed25519PrivateKey.generate().public_key()]
        )
        ours = perf_counter() - start
        await database.close()
    if not report or report.size != len(bodies):
        raise RuntimeError(f"the trail does not verify: {report.faults[:3]}")
    print(f"trail verify on SQLite, {len(bodies)} entries, rows and folds: {ours:.2f} s")
    print(f"  floor, SHA-256 of the bytes: {floor:.3f} s; ratio {ours / floor:.0f}, no limit")


async def _fill(session: AsyncSession) -> list[bytes]:
    frontier, bodies = merkle.Frontier(), list[bytes]()
    for number in range(1, PROCEEDINGS + 1):
        case = f"BJ-2026-{number:06d}"
        session.add_all(_case(case, number))
        await session.flush()
        rows, standing = _proceeding(case)
        session.add(standing)
        for row in rows:
            row["index"] = frontier.size
            frontier.append(row["leaf"])
            bodies.append(row["body"])
        await session.exec(insert(Event), params=rows)
    tree = await session.get_one(Tree, 1)
    tree.size, tree.edge = frontier.size, frontier.edge
    session.add(tree)
    return bodies


def _case(case: str, number: int) -> list[Case | Submission]:
    return [
        Case(
            number=case,
            institution=INSTITUTION,
            committee=COMMITTEE,
            applicant="p01",
            division="110108",
            form="f",
            request=f"r{number}",
            created_at="",
        ),
        Submission(
            case_number=case,
            version=3,
            content=content_hash({}),
            form="f",
            answers="{}",
            at="",
        ),
    ]


def _proceeding(case: str) -> tuple[list[dict[str, Any]], Proceeding]:
    opening = state.Opening(
        case=case,
        institution=INSTITUTION,
        committee=COMMITTEE,
        applicant="p01",
        seats=tuple(state.Seat(person=f"p1{n}", category=Category.PEER) for n in range(1, 8)),
        listed=True,
        version=3,
        content=content_hash({}),
    )
    ballot = state.Ballot(choice=state.Outcome.APPROVE, reason="0" * 64)
    happened: list[Any] = [
        ethics.Submitted(opening=opening, pledged=True),
        *[ethics.BallotCast(member="p11", round=1, ballot=ballot)] * BALLOTS,
    ]
    standing: state.Review = state.Review(opening=opening)
    rows: list[dict[str, Any]] = []
    for seq, event in enumerate(happened, start=1):
        standing = evolve(standing, event)
        rows.append(_row(case, seq, event))
    return rows, Proceeding(
        id=f"ethics-review/{case}/1",
        case_number=case,
        procedure="ethics_review",
        ordinal=1,
        stage=str(standing.stage),
        seq=len(happened),
        state=state_adapter("ethics_review").dump_json(standing).decode(),
        opened_at="",
        changed_at="",
    )


def _row(case: str, seq: int, event: Any) -> dict[str, Any]:
    entry = Entry(
        case=case,
        proceeding=f"ethics-review/{case}/1",
        seq=seq,
        at=_AT + timedelta(seconds=seq),
        actor=_ACTOR,
        request=f"{case}/{seq}",
        policy="0" * 64,
        event=event,
    )
    body = entry.canonical()
    return {
        "case_number": case,
        "proceeding": entry.proceeding,
        "seq": seq,
        "kind": event.kind,
        "at": moment(entry.at),
        "request": entry.request,
        "digest": "",
        "body": body,
        "leaf": merkle.leaf(body),
        "recorded_at": "",
    }


if __name__ == "__main__":
    asyncio.run(main())
