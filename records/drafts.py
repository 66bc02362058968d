"""Cases before submission: opened, drafted, signed off, frozen. Only the api writes here."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from audit.event import moment, read
from cases.dossier import CaseOpened, SignedOff
from cases.numbers import series
from cases.procedures import DraftEvent
from law.clock import china_day
from law.words import Words
from records import trail
from records.counters import next_value
from records.errors import SignOffError, StaleError
from records.sealed_answers import answers_of, sealed
from records.streams import Hand, Stream, append
from records.tables import Case, CaseParty, Event, Submission


def content_hash(answers: Mapping[str, Any]) -> str:
    """Return the SHA-256 of answers, key order aside."""
    return sha256(orjson.dumps(answers, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def open_case(session: AsyncSession, case: Case, hand: Hand) -> Case:
    """Open a case under the next number of the year; the same request opens one case."""
    await trail.lock(session)  # equal requests wait for one another
    statement = select(Case).where(col(Case.request) == hand.request)
    if found := (await session.exec(statement)).one_or_none():
        return found
    year = china_day(hand.at).year
    case.created_at = moment(hand.at)
    begins = series(case.division, year)
    serial = await next_value(session, f"case/{begins}")
    case.number = f"{begins}-{serial:06d}"
    session.add(case)
    await session.flush()
    for party in (case.institution, case.committee):
        session.add(CaseParty(case_number=case.number, party_id=party))
    opened = CaseOpened(
        institution=case.institution, committee=case.committee, applicant=case.applicant
    )
    await append_to_case(session, case.number, opened, hand)
    return case


async def save(session: AsyncSession, case: Case, answers: Mapping[str, Any]) -> int:
    """Store a draft and return its new version.

    Raises:
        StaleError: The draft changed since `case` was read.
    """
    project: Mapping[str, Any] = answers.get("project", {})
    title = project.get("title") or case.title
    statement = (
        update(Case)
        .where(
            col(Case.number) == case.number,
            col(Case.version) == case.version,
            col(Case.stage) == "draft",
        )
        .values(
            answers=await sealed(session, case, answers),
            title=title,
            version=case.version + 1,
            signed_off="",
        )
    )
    if (await session.exec(statement)).rowcount != 1:
        raise StaleError(Words("草稿已被他人修改", "the draft was changed meanwhile"))
    return case.version + 1


async def sign_off(session: AsyncSession, number: str, version: int, hand: Hand) -> SignedOff:
    """Sign the draft off in the version that was read; again, it answers as the first time.

    Raises:
        StaleError: The draft changed since it was read, or is no draft any more.
    """
    case = await lock_case(session, number)
    if (earlier := await _signed_off(session, hand.request)) is not None:
        return earlier
    if case.version != version or case.stage != "draft":
        raise StaleError(Words("草稿已被修改", "the draft was changed since it was read"))
    content = content_hash(await answers_of(session, case))
    signed = SignedOff(version=version, content=content)
    if case.signed_off != signed.content:
        case.signed_off = signed.content
        session.add(case)
        await append_to_case(session, number, signed, hand)
    return signed


async def _signed_off(session: AsyncSession, request: str) -> SignedOff | None:
    """Return what a request signed off before; None when it did not."""
    statement = select(Event.body).where(col(Event.request) == request)
    body = (await session.exec(statement)).first()
    if body is None:
        return None
    event = read(body)["event"]
    return SignedOff(version=event["version"], content=event["content"])


Check = Callable[[Case, dict[str, Any]], Awaitable[dict[str, Any]]]


async def freeze(session: AsyncSession, number: str, at: datetime, check: Check) -> Submission:
    """Freeze the signed-off draft as a submission; again, it returns the frozen one.

    Args:
        session: The writing session; the case stays locked until it ends.
        number: The case.
        at: The moment of submission.
        check: Refuses what may not be submitted; returns the answers to freeze.

    Raises:
        SignOffError: The draft is not signed off as it stands.
    """
    case = await lock_case(session, number)
    frozen = await submission(session, number)
    if case.stage != "draft" and frozen is not None:
        return frozen
    answers = await answers_of(session, case)
    kept = await check(case, answers)
    if case.signed_off != content_hash(answers):
        raise SignOffError(
            Words(
                "当前版本尚未经单位签发", "this version is not signed off by the institution"
            )
        )
    frozen = Submission(
        case_number=number,
        version=case.version,
        content=content_hash(kept),
        form=case.form,
        at=moment(at),
    )
    frozen.answers = await sealed(session, frozen, kept)
    case.stage = "submitted"
    session.add(case)
    session.add(frozen)
    return frozen


async def lock_case(session: AsyncSession, number: str) -> Case:
    """Return a case, locked: whoever writes to it comes after."""
    # KEY SHARE suffices, and does not wait for writers that only refer to the case.
    statement = select(Case).where(col(Case.number) == number).with_for_update(key_share=True)
    return (await session.exec(statement)).one()


async def submission(
    session: AsyncSession, number: str, version: int | None = None
) -> Submission | None:
    """Return a frozen version, the newest by default; None before the first submission."""
    statement = select(Submission).where(col(Submission.case_number) == number)
    if version is not None:
        statement = statement.where(col(Submission.version) == version)
    statement = statement.order_by(col(Submission.version).desc()).limit(1)
    return (await session.exec(statement)).first()


async def append_to_case(
    session: AsyncSession, number: str, event: DraftEvent, hand: Hand
) -> int:
    """Append an event of the case itself, and return its place in the case's own row."""
    return await append(session, Stream(f"case/{number}", number), event, hand)
