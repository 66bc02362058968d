"""A list imported by its durable workflow, refused whole or entered whole."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlmodel import select
from temporalio.client import WorkflowFailureError

from documents import store
from records.register.tables import ListFile, ListRow
from settings import Settings
from tests.conftest import KEY
from tests.lists.making import SYNTHESIS, csv_of, docx
from tests.records.register.test_importing import row
from worker import REGISTER_QUEUE, register_worker
from workflows.register_import import ImportOrder, RegisterImport


@pytest.fixture
async def importer(database, database_url, temporal, tmp_path):
    settings = Settings(
        home=tmp_path,
        database_url=database_url,
        payload_key=KEY.hex(),
        task_queue=f"q{uuid4().hex}",
        _env_file=None,
    )

    async def run(name, data, **more):
        lists = store.open_files(tmp_path / "lists")
        digest = await lists.put(data, "list")
        order = replace(ImportOrder(sha256=digest, name=name, published="2026-05"), **more)
        return await temporal.execute_workflow(
            RegisterImport.run,
            order,
            id=f"register-import/{digest}/{uuid4().hex}",
            task_queue=f"{settings.task_queue}-{REGISTER_QUEUE}",
        )

    async with register_worker(settings, temporal, database):
        yield run


async def test_a_list_is_entered_and_reported(importer):
    name, data = docx([SYNTHESIS, row(), row(number="暂无")])

    first, again = await importer(name, data), await importer(name, data)

    assert (first["rows"], first["added"], first["unreadable"]) == (2, 1, 1)
    assert first["problems"][0]["place"] == "1:3"
    assert (again["rows"], again["unchanged"], again["unreadable"]) == (2, 1, 1)


async def test_a_list_that_breaks_at_its_end_enters_nothing(importer, database):
    name, data = csv_of([SYNTHESIS, row()])

    with pytest.raises(WorkflowFailureError) as failed:
        await importer(name, data + '序号,"备案'.encode())

    assert failed.value.cause.cause.type == "list.broken_csv"
    assert failed.value.cause.cause.details[0].startswith("第 3 行 CSV")
    async with database.reading() as session:
        assert (await session.exec(select(ListFile))).all() == []
        assert (await session.exec(select(ListRow))).all() == []


async def test_a_column_map_is_kept_with_the_list(importer, database):
    header = ["编号", "公司", "名字"]
    name, data = csv_of([header, ["网信算备110108823483901230031号", "甲公司", "甲算法"]])

    found = await importer(name, data, columns="number=编号,entity=公司,algorithm=名字")

    assert found["added"] == 1
    async with database.reading() as session:
        assert (await session.exec(select(ListFile))).one().columns.startswith("number=")
