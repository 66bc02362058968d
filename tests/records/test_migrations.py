"""Migrations carry over what there is."""

from sqlalchemy import create_engine, insert, inspect, text
from sqlmodel.ext.asyncio.session import AsyncSession

from lists.grams import searched
from records import migrate
from records.database import Database
from records.register.search import Query, search
from records.register.tables import Entity, RegisteredFiling
from tests.conftest import owner_url


def filing(key, algorithm):
    return {
        "id": key,
        "kind": "algorithm",
        "number": f"11010882348390123{key:03d}1",
        "algorithm": algorithm,
        "algorithm_class": "01",
        "entity": 1,
        "division": "110108",
        "year": "2023",
        "state": "filed",
        "text": searched([algorithm]),
    }


async def test_filings_of_before_are_found_by_the_new_index(database_url, monkeypatch):
    database_url = owner_url(database_url)
    monkeypatch.setattr("records.register.index.CHUNK", 2)
    migrate.downgrade(database_url, "0003")
    engine = create_engine(migrate.sync_url(database_url))
    with engine.begin() as connection:
        connection.execute(insert(Entity), {"id": 1, "name": "甲", "credit_code": ""})
        names = ["豆包算法", "文心算法", "混元算法", "豆包模型"]
        rows = [filing(key, name) for key, name in enumerate(names, 1)]
        connection.execute(insert(RegisteredFiling), rows)
    engine.dispose()

    migrate.upgrade(database_url)

    database = Database(database_url)
    try:
        async with database.reading() as session:
            assert await named(session, "豆包") == ["豆包模型", "豆包算法"]
            assert await named(session, "算法") == ["混元算法", "文心算法", "豆包算法"]
            assert await named(session, "", state="filed") == names[::-1]
    finally:
        await database.close()


def test_webhooks_come_and_go(database_url):
    database_url = owner_url(database_url)
    before = tables(database_url)
    migrate.downgrade(database_url, "0008")

    assert before - tables(database_url) == {
        "webhook",
        "webhook_secret",
        "webhook_dead_letter",
        "checkpoint_stamp",
        "origin_proof",
    }
    migrate.upgrade(database_url)
    assert tables(database_url) == before


def tables(url):
    engine = create_engine(migrate.sync_url(url))
    found = set(inspect(engine).get_table_names())
    engine.dispose()
    return found


async def named(session: AsyncSession, words, **facets):
    found = await search(session, Query(words, facets=facets))
    return [hit["algorithm"] for hit in found.hits]


def test_both_indexes_of_before_come_back_and_go(database_url):
    database_url = owner_url(database_url)
    migrate.downgrade(database_url, "0003")
    engine = create_engine(migrate.sync_url(database_url))
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM register_search")).scalar() == 0
    engine.dispose()

    migrate.upgrade(database_url)

    assert migrate.is_current(database_url)
