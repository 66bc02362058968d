"""Archive time-stamps are renewed before their authority's certificate ends."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlmodel import select
from temporalio.testing import ActivityEnvironment

from documents import pdf
from documents.html import html
from documents.keys import Keys
from documents.lasting import archived_until
from documents.papers import record
from documents.pki import DevelopmentAuthority
from documents.press import Press
from documents.sign import Seal, Sealer
from documents.store import digest, open_files
from documents.verify import verify
from records.tables import Case, Paper, Party, Person
from tests.conftest import owning
from tests.documents.samples import BODY, DAY, SAMPLES
from tests.documents.test_papers import pdfsig
from workflows.activities.upkeep import UpkeepActivities

LETTER = SAMPLES["acceptance_notice"]
YEARS = timedelta(days=3650)


@pytest.fixture
def authority(tmp_path):
    return DevelopmentAuthority(tmp_path / "pki")


@pytest.fixture
def letter(authority, tmp_path):
    sheet = pdf.lay_out(html(LETTER), orjson.dumps(record(LETTER)), DAY)
    drawn = tmp_path / "seal.pdf"
    drawn.write_bytes(pdf.seal_pdf(BODY.zh))
    return Sealer(Keys(authority)).seal(sheet, Seal("c1", BODY.zh, drawn))


def with_a_new_time_stamper(authority):
    """Return the authority after its time-stamper was replaced, which lasts longer."""
    (authority.folder / "tsa.pem").unlink()
    time.sleep(1.1)  # certificates count in seconds
    return DevelopmentAuthority(authority.folder)


def test_a_renewed_paper_holds_and_begins_with_what_it_was(authority, letter, tmp_path):
    renewed = Sealer(Keys(with_a_new_time_stamper(authority))).renew(letter)

    verdict = verify(renewed, authority.trust())
    assert renewed.startswith(letter)
    assert verdict, verdict.faults
    assert len(verdict.stamps) == 2
    assert verdict.revisions == [digest(letter)]
    assert archived_until(renewed) > archived_until(letter)
    told = pdfsig(renewed, authority, tmp_path)  # it reads no document time-stamps
    assert (told.count("Signature is Valid"), told.count("not yet been verified")) == (1, 2)


def test_what_is_appended_under_the_name_of_a_renewal_is_found(authority, letter):
    renewed = Sealer(Keys(with_a_new_time_stamper(authority))).renew(letter)
    mangled = renewed.replace(b"/DSS", b"/DSX")

    assert not verify(mangled, authority.trust())
    assert not verify(renewed[: len(letter) + 900], authority.trust())


async def stored(database, files, letter):
    sha256 = await files.put(letter)
    async with owning(database.url) as session:
        session.add(Party(id="i1", kind="institution", name="甲", name_en="A"))
        session.add(Party(id="c1", kind="committee", name="乙", name_en="B"))
        session.add(Person(id="a1", name="丙"))
        await session.flush()
        case = Case(
            number="BJ-2026-000001",
            institution="i1",
            committee="c1",
            applicant="a1",
            division="110108",
            form="f",
            request="r",
            created_at="",
        )
        session.add(case)
        await session.flush()
        session.add(
            Paper(
                sha256=sha256,
                case_number=case.number,
                proceeding="p",
                template="decision_letter",
                number="n",
                issued_at="",
                of="p",
            )
        )
    return sha256


async def until(database):
    async with database.reading() as session:
        return (
            await session.exec(select(Paper.archived_until).where(Paper.number == "n"))
        ).one()


@pytest.mark.parametrize("replaced", [True, False])
async def test_upkeep_renews_what_will_end_and_nothing_else(
    database, authority, letter, tmp_path, replaced
):
    files = open_files(tmp_path / "papers", b"1" * 32)
    sha256 = await stored(database, files, letter)
    async with database.writing() as session:  # its bytes are lost: the others go on
        session.add(
            Paper(
                sha256="0" * 64,
                case_number="BJ-2026-000001",
                proceeding="p",
                template="minutes",
                number="m",
                issued_at="",
                of="p",
            )
        )
    now = datetime.now(UTC)
    margin = timedelta(days=365)

    async def run(at, keys):
        press, sealer = Press(), Sealer(Keys(keys))
        upkeep = UpkeepActivities(
            database, files, sealer, press, keys.trust, lambda: at, margin
        )
        try:
            assert await ActivityEnvironment().run(upkeep.renew, "") == ""
        finally:
            press.close()

    await run(now, authority)
    assert await files.newest(sha256) == letter
    first = await until(database)
    assert first[:10] == (now + YEARS).date().isoformat()

    if replaced:
        authority = with_a_new_time_stamper(authority)
    late = now + YEARS - margin + timedelta(hours=1)
    for _ in range(2):  # once is enough
        await run(late, authority)

    renewed = await files.newest(sha256)
    assert (renewed != letter) == replaced
    assert (await until(database) > first) == replaced
    assert await files.get(sha256) == letter
    verdict = await asyncio.to_thread(verify, renewed, authority.trust())
    assert len(verdict.stamps) == 1 + replaced
