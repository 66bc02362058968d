"""Search: the same answers in the same order on both back ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law.filing_number import AlgorithmClass, compose
from lists.grams import grams, searched, terms, wanted
from records.register.reading import histories, holder, known_near, newest
from records.register.search import Query, SearchError, search
from records.register.statistics import statistics
from tests.records.register.test_importing import NUMBER, OTHER, month, row

THIRD = "网信算备310101216601301260049号"


async def filled(database):
    await month(
        database,
        "2025年3月",
        row(
            algorithm="豆包大模型算法", entity="北京抖音信息服务有限公司", product="豆包(APP)"
        ),
        row(number=OTHER, algorithm="文心DeepSeek算法", entity="北京百度网讯科技有限公司"),
    )
    await month(
        database,
        "2025年5月",
        row(number=THIRD, algorithm="小红书图像生成算法", entity="行吟信息", remark="已注销"),
    )


async def found(database, query="", **more):
    async with database.reading() as session:
        return await search(session, Query(query, **more))


def names(page):
    return [hit["algorithm"] for hit in page.hits]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("豆包", ["豆包大模型算法"]),
        ("大模型", ["豆包大模型算法"]),
        ("图像生成", ["小红书图像生成算法"]),
        ("deepseek", ["文心DeepSeek算法"]),
        ("ＤＥＥＰ", ["文心DeepSeek算法"]),
        ("北京", ["文心DeepSeek算法", "豆包大模型算法"]),
        ("北京 豆包", ["豆包大模型算法"]),
        ("百度网讯", ["文心DeepSeek算法"]),
        ("1101088234", ["豆包大模型算法"]),
        ("823483901", ["豆包大模型算法"]),
        (NUMBER, ["豆包大模型算法"]),
        ("京抖", ["豆包大模型算法"]),
        ("豆文", []),
        ("龘靐", []),
        ("信息 用途", ["小红书图像生成算法", "豆包大模型算法"]),
        ("", ["小红书图像生成算法", "文心DeepSeek算法", "豆包大模型算法"]),
        ("'\" OR 1=1 -- AND NOT *", []),
        ("; DROP TABLE register_filing", []),
        ("\x00\x01豆包\x02", ["豆包大模型算法"]),
        ("豆包" * 40, []),
        ("348", ["豆包大模型算法"]),
        ("10", ["小红书图像生成算法", "文心DeepSeek算法", "豆包大模型算法"]),
        ("算备11010882", ["豆包大模型算法"]),
        ("010882348390123003 1号", []),
        ("110108823483901230031号", ["豆包大模型算法"]),
    ],
)
async def test_terms_find_filings_newest_first(database, text, hits):
    await filled(database)

    assert names(await found(database, text)) == hits


@pytest.mark.parametrize(
    ("facets", "hits"),
    [
        ({"region": "31"}, ["小红书图像生成算法"]),
        ({"year": "2023"}, ["文心DeepSeek算法", "豆包大模型算法"]),
        ({"state": "cancelled"}, ["小红书图像生成算法"]),
        (
            {"class": "01", "role": "provider", "kind": "synthesis"},
            ["小红书图像生成算法", "文心DeepSeek算法", "豆包大模型算法"],
        ),
        ({"class": "02"}, []),
        ({"class": "", "region": "31"}, ["小红书图像生成算法"]),
    ],
)
async def test_facets_narrow_and_are_counted(database, facets, hits):
    await filled(database)

    page = await found(database, facets=facets)

    assert names(page) == hits
    assert page.counted == len(hits)
    whole = await found(database)
    assert whole.counted is None
    assert whole.facets["region"] == {"11": 2, "31": 1}
    assert (await found(database, "北京")).facets["region"] == {"11": 2}


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("中", {}),
        ("豆包 中", {}),
        ("豆包", {"x": "1"}),
        ("豆包", {"class": "'"}),
        ("", {"class": "99"}),
        ("", {"kind": "lists"}),
        ("", {"role": "人"}),
        ("", {"region": "99"}),
        ("", {"year": "1999"}),
        ("", {"state": "gone"}),
        ("豆包" * 41, {}),
        ("甲乙 乙丙 丙丁 丁戊 戊己 己庚 庚辛 辛壬 壬癸", {}),
    ],
)
async def test_what_cannot_be_searched_is_said(database, text, facets):
    with pytest.raises(SearchError) as refused:
        await found(database, text, facets=facets)

    assert refused.value.words.zh
    assert refused.value.words.en


async def test_pages_go_on_by_key(database):
    await month(
        database,
        "2025年3月",
        *[row(number=f"11010882348390123{n:03d}1", algorithm=f"甲乙{n}") for n in range(1, 8)],
    )

    first = await found(database, "甲乙", limit=3)
    second = await found(database, "甲乙", limit=3, after=first.after)
    third = await found(database, "甲乙", limit=3, after=second.after)

    assert names(first) + names(second) + names(third) == [f"甲乙{n}" for n in range(7, 0, -1)]
    assert third.after is None


@pytest.mark.parametrize(
    ("chunk", "most"), [(1 << 16, 4096), (16, 4096), (1 << 16, 8), (64, 3)]
)
async def test_in_whatever_portions_it_looks_it_finds_the_same(
    database, monkeypatch, chunk, most
):
    monkeypatch.setattr("records.register.index.CHUNK", chunk)
    monkeypatch.setattr("records.register.index._PORTION", 5)
    monkeypatch.setattr("records.register.hits._MOST", most)
    words = ["豆包", "文心", "混元", "通义"]
    listed_rows = [
        row(
            number=compose("110108", f"{n:07d}", AlgorithmClass.SYNTHESIS, 2024, 1).digits,
            algorithm=f"{words[n % 4]}{words[n % 3]}算法{n}",
            remark="已注销" if n % 5 == 0 else "",
        )
        for n in range(200)
    ]
    await month(database, "2025年3月", *listed_rows)
    for query in (words[1], words[2] + words[1], "算法", "算法19"):
        expected = [r[1] for r in reversed(listed_rows) if query in r[1] and r[7]]
        got = []
        after = None
        while True:
            page = await found(
                database, query, facets={"state": "cancelled"}, after=after, limit=7
            )
            got += names(page)
            after = page.after
            if after is None:
                break
        assert got == expected
        assert expected


async def test_a_filing_is_found_by_the_names_it_bore(database):
    await filled(database)
    await month(
        database,
        "2025年9月",
        row(
            algorithm="豆包新算法",
            entity="北京春田知韵科技有限公司",
            remark="原主体名称“北京抖音信息服务有限公司”变更为“北京春田知韵科技有限公司”，原算法名称“豆包大模型算法”变更为“豆包新算法”",
        ),
    )

    assert names(await found(database, "抖音")) == ["豆包新算法"]
    async with database.reading() as session:
        (history,) = await histories(session, NUMBER)
        who = await holder(session, history.filing.entity)
        news = await newest(session)
        figures = await statistics(session)
        assert await holder(session, 999) is None
    assert [t.outcome for t in history.tellings] == ["added", "changed"]
    assert {c.field for c in history.tellings[1].changes} == {
        "algorithm",
        "entity",
        "product",
        "remark",
        "state",
    }
    assert history.tellings[1].place == "1:2"
    assert history.tellings[1].file.endswith("docx")
    assert {n.name for n in who.names} == {
        "北京抖音信息服务有限公司",
        "北京春田知韵科技有限公司",
    }
    assert [f.number for f in who.filings] == [history.filing.number]
    assert [n["outcome"] for n in news] == ["changed", "cancelled", "added", "added"]
    assert figures["totals"] == {"filings": 3, "entities": 3, "lists": 3, "rows": 4}
    assert figures["month"] == {"2025-03": 2, "2025-05": 1}


async def test_a_mistyped_number_is_told_the_near_ones_that_exist(database):
    await filled(database)

    async with database.reading() as session:
        assert await known_near(session, NUMBER.replace("0031号", "0033号")) == (NUMBER,)
        assert await known_near(session, "1") == ()
        assert await histories(session, "网信算备1号") == ()


TEXT = st.text(st.sampled_from("甲乙丙丁ab12 "), max_size=12)


@given(TEXT, TEXT)
def test_a_text_that_contains_a_term_has_its_tokens(text, query):
    kept = searched([text])
    for term in terms(query):
        if term in kept:
            assert set(wanted(term)) <= set(grams(kept))


async def test_values_that_the_counted_hits_lack_can_still_be_chosen(database, monkeypatch):
    monkeypatch.setattr("records.register.search.SAMPLE", 1)
    rows = [
        row(number=f"11010882348390123{n}0{n + 31}", algorithm=f"算法{n}") for n in range(3)
    ]
    await month(database, "2025年3月", *rows)

    page = await found(database, "算法", limit=1)

    assert (page.counted, page.every) == (1, False)
    (year,) = page.facets["year"]
    assert set(page.others["year"]).isdisjoint({year})
    assert "2022" in page.others["year"]
    assert "31" in page.others["region"]
    assert set(page.others["state"]) == {"changed", "cancelled", "revoked"}
    assert (await found(database, "算法0")).others == {}
