"""A case, as it lies in the records before its first proceeding."""

import pytest

from cases.dossier import CaseOpened
from cases.proceeding import SYSTEM
from demo.facts import COMMITTEE, INSTITUTION, read_dossier
from demo.seed import seed
from records.drafts import append_to_case, content_hash
from records.sealed_answers import sealed
from records.streams import Hand
from records.tables import Case, CaseParty, Submission
from tests.conftest import KEY, owner_url
from tests.makers import AT


@pytest.fixture
async def case(database, database_url):
    await seed(owner_url(database_url), read_dossier(), KEY)
    async with database.writing() as session:
        for n in range(1, 4):
            session.add(
                Case(
                    number=f"BJ-2026-00000{n}",
                    institution=INSTITUTION,
                    committee=COMMITTEE,
                    applicant="p01",
                    division="110108",
                    form="f",
                    request=f"r{n}",
                    created_at="",
                )
            )
        await session.flush()
        for n in range(1, 4):
            number = f"BJ-2026-00000{n}"
            for party in (INSTITUTION, COMMITTEE):
                session.add(CaseParty(case_number=number, party_id=party))
            opened = CaseOpened(institution=INSTITUTION, committee=COMMITTEE, applicant="p01")
            hand = Hand(actor=SYSTEM, at=AT, policy="", request=f"r{n}")
            await append_to_case(session, number, opened, hand)
            frozen = Submission(
                case_number=number, version=3, content=content_hash({}), form="f", at=""
            )
            frozen.answers = await sealed(session, frozen, {})
            session.add(frozen)
    return "BJ-2026-000001"
