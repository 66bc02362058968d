"""A case, as it lies in the records before its first proceeding."""

import pytest

from demo.facts import COMMITTEE, INSTITUTION, read_dossier
from demo.seed import seed
from records.drafts import content_hash
from records.tables import Case, Submission
from tests.conftest import KEY, owner_url


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
            session.add(
                Submission(
                    case_number=f"BJ-2026-00000{n}",
                    version=3,
                    content=content_hash({}),
                    form="f",
                    answers="{}",
                    at="",
                )
            )
    return "BJ-2026-000001"
