"""A case of our own: drafted, handed in, reviewed, as the records see it."""

from dataclasses import replace

import pytest
from sqlmodel import select

from cases.clocks import PaperIssued
from cases.ethics_review.acts import Submit
from cases.ethics_review.events import Decided
from cases.ethics_review.state import Outcome, Review
from cases.proceeding import SYSTEM, Paper
from demo.facts import COMMITTEE, INSTITUTION, read_dossier
from demo.seed import seed
from records import drafts
from records.recorder import record
from records.streams import Hand
from records.tables import Case, Submission
from tests.conftest import KEY, owner_url
from tests.makers import AT
from tests.records.test_recorder import opening, recording

SECRET = "未公开的训练数据来源"
FIRST, SECOND = {"data": [{"source": SECRET}]}, {"data": [{"source": SECRET}, {"more": "乙"}]}


def hand(request):
    return Hand(actor=SYSTEM, at=AT, policy="p", request=request)


@pytest.fixture
async def drafted(database, database_url):
    """The number of a case with a draft."""
    await seed(owner_url(database_url), read_dossier(), KEY)
    return await draft(database, "c1")


async def draft(database, request):
    case = Case(
        number="",
        institution=INSTITUTION,
        committee=COMMITTEE,
        applicant="p01",
        division="110108",
        form="f",
        request=request,
        created_at="",
    )
    async with database.writing() as session:
        case = await drafts.open_case(session, case, hand(request))
    await save(database, case.number, FIRST)
    return case.number


async def row(database, number):
    async with database.reading() as session:
        return await session.get_one(Case, number)


async def save(database, number, answers):
    case = await row(database, number)
    async with database.writing() as session:
        return await drafts.save(session, case, answers)


async def versions(database, number):
    async with database.reading() as session:
        chosen = select(Submission).where(Submission.case_number == number)
        return (await session.exec(chosen.order_by(Submission.version))).all()


async def submitted(database, number, answers=FIRST):
    """Sign a draft off and hand it in; return its version."""
    version = await save(database, number, answers)

    async def check(_, kept):
        return kept

    async with database.writing() as session:
        await drafts.sign_off(session, number, version, hand(f"s{number}{version}"))
    async with database.writing() as session:
        return (await drafts.freeze(session, number, AT, check)).version


async def reviewed(database, number, ordinal=1, outcome=None):
    """Open the review of the newest version; where there is an outcome, end it."""
    frozen = (await versions(database, number))[-1]
    start = replace(
        opening(number), ordinal=ordinal, version=frozen.version, content=frozen.content
    )
    place = f"ethics-review/{number}/{ordinal}"
    told = replace(
        recording(Review(opening=start), Submit(pledge=True), request=f"r{place}"),
        proceeding=place,
    )
    async with database.writing() as session:
        await record(session, told, AT)
    if outcome is not None:
        paper = Paper(template="decision_letter", number="1", sha256=f"{ordinal}" * 64)
        decided = Decided(outcome=Outcome(outcome), reason="", law=(), on=AT.date())
        for n, event in enumerate((decided, PaperIssued(paper=paper)), 2):
            one = replace(told, first=n, request=f"e{n}{place}", events=(event,), payloads=())
            async with database.writing() as session:
                await record(session, one, AT)
    return place
