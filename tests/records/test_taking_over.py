"""What arrives from another log brings no rows of what does not arrive."""

import orjson
import pytest
from sqlmodel import select

from demo.facts import INSTITUTION
from records.arriving import Arriving, ClashError, Proven, misplaced
from records.collecting import hold
from records.tables import Attachment, CaseParty, Counter, Event, PaperNumber, Party
from records.taking_over import take_over
from tests.makers import AT

CASE, OTHER = "BJ-2026-000001", "BJ-2026-000002"
PLACE = f"filing/{CASE}/1"
ROW = {
    "party_id": "a1",
    "series": "京备",
    "year": 2026,
    "serial": 1,
    "proceeding": PLACE,
    "template": "t",
}


def entry(kind, proceeding=PLACE, **more):
    event = {"kind": kind, **more}
    body = {"case": CASE, "proceeding": proceeding, "seq": 1, "event": event}
    return Proven(0, orjson.dumps(body), "")


def told(**rows):
    parties = [{"id": "a1", "short": "京"}, {"id": "b1", "short": "沪"}]
    entries = [
        entry("case.opened", f"case/{CASE}"),
        entry("paper.issued", paper={"number": "京备〔2026〕第0001号"}),
        entry("paper.issued", paper={"number": "京备〔2026〕第0002号之3", "of": "p"}),
    ]
    tables = {"party": parties} | rows
    return list(misplaced(Arriving("i", "o", "k", "m", entries, [], tables, {})))


@pytest.mark.parametrize("table", ["case", "case_party", "submission", "attachment"])
def test_a_row_of_a_case_that_does_not_arrive_is_none_of_it(table):
    column = "number" if table == "case" else "case_number"
    assert told(**{table: [{column: CASE}]}) == []
    assert told(**{table: [{column: CASE}, {column: OTHER}]}) == [
        f"{table} {OTHER}: no entry that arrives opened this case"
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"serial": 2, "proceeding": "p"}, None),
        ({"serial": 2}, "京备〔2026〕第0002号: no entry"),
        ({"year": 2027}, "京备〔2027〕第0001号: no entry"),
        ({"proceeding": f"filing/{OTHER}/1"}, "京备〔2026〕第0001号: no entry"),
        ({"party_id": "b1"}, "京备〔2026〕第0001号: it is no number of b1"),
        ({"party_id": "c1"}, "京备〔2026〕第0001号: it is no number of c1"),
    ],
)
def test_a_number_that_no_paper_bears_is_not_taken_over(changes, said):
    found = told(paper_number=[ROW | changes])

    assert [one.startswith(said) for one in found] == ([True] if said else [])


@pytest.fixture
async def arriving(owner, case):
    """What is here of an institution, as if it came again; a number waits for its paper."""
    async with owner.writing() as session:
        session.add(PaperNumber(**ROW | {"party_id": "authority-1"}))
    async with owner.reading() as session:
        held = await hold(session, INSTITUTION)
        chosen = select(Event).order_by(Event.index)
        entries = [
            Proven(row.index, row.body, "")
            for row in (await session.exec(chosen)).all()
            if row.case_number or row.proceeding in held.streams
        ]
    return Arriving(INSTITUTION, "o", "k", "m", entries, [], held.rows, held.digests)


async def again(owner, arriving):
    async with owner.writing() as session:
        return await take_over(session, arriving, AT)


async def test_what_is_here_already_comes_again_without_a_trace(owner, arriving):
    assert arriving.rows["paper_number"] == []
    assert len(arriving.rows["case"]) == 3

    assert await again(owner, arriving) == 0


@pytest.mark.parametrize("number", [CASE, OTHER, "BJ-2026-000003"])
async def test_a_second_import_lets_nobody_into_a_case(owner, arriving, number):
    async with owner.reading() as session:
        let_in = {row.party_id for row in (await session.exec(select(CaseParty))).all()}
        parties = {row.id for row in (await session.exec(select(Party))).all()}
    stranger = min(parties - let_in)
    arriving.rows["case_party"].append({"case_number": number, "party_id": stranger})

    with pytest.raises(ClashError, match=f"{number}: {stranger} is let in"):
        await again(owner, arriving)

    async with owner.reading() as session:
        chosen = select(CaseParty).where(CaseParty.party_id == stranger)
        assert (await session.exec(chosen)).all() == []


async def test_a_second_import_brings_no_number_and_no_attachment(owner, arriving):
    attached = Attachment(
        case_number=CASE,
        sha256="0" * 64,
        name="x",
        media="text/plain",
        size=1,
        pages=0,
        person_id="p01",
        party_id=INSTITUTION,
        at="",
    )
    for name, row in (
        ("paper_number", ROW | {"party_id": INSTITUTION, "serial": 900}),
        ("attachment", attached.model_dump()),
    ):
        rows = {**arriving.rows, name: [row]}
        other = Arriving(
            INSTITUTION, "o", "k", "m", arriving.entries, [], rows, arriving.digests
        )
        with pytest.raises(ClashError):
            await again(owner, other)

    async with owner.reading() as session:
        assert (await session.exec(select(Attachment))).all() == []
        counters = {row.name for row in (await session.exec(select(Counter))).all()}
        assert not any(name.startswith("paper/") for name in counters)
