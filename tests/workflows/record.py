"""Record the histories that tests replay: one whole case on the real server.

Run from the checkout: `PYTHONPATH=. .venv/bin/python tests/workflows/record.py`. A history is
added when a workflow changes, never replaced: what once ran must replay.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from demo.facts import DOSSIER, read_dossier
from demo.journey import Journey
from records.migrate import upgrade
from tests.asking import post
from tests.conftest import KEY, PROGRAM, House, open_house
from tests.receiving import Receiver, receiving
from workflows.connect import converter
from workflows.relaying import delivery_id

FOLDER = Path(__file__).with_name("histories")


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{folder}/record.db"
        upgrade(url)
        async with (
            await WorkflowEnvironment.start_local(
                dev_server_existing_path=PROGRAM, data_converter=converter(KEY)
            ) as env,
            open_house(url, env.client, Path(folder), DOSSIER) as house,
            receiving() as receiver,
        ):
            journey = Journey(house.client, house.tokens, lambda *_: None)
            hook = await follow(house, receiver)
            await journey.walk(read_dossier())
            await journey.correct()
            await journey.archive()
            case = await journey.get("OFFICER", f"/v1/cases/{journey.number}")
            for proceeding in case["proceedings"]:
                await keep(env.client, proceeding["id"], proceeding["procedure"])
            receiver.answer = lambda _: 204
            await post(house, "REGULATOR", f"/v1/webhooks/{hook}/resume", None)
            delivery = delivery_id(hook, journey.number)
            await env.client.get_workflow_handle(delivery).result()
            await keep(env.client, delivery, "webhook_delivery")


async def follow(house: House, receiver: Receiver) -> str:
    """Have a few entries of the case sent to who does not take them yet."""
    receiver.answer = lambda _: 503
    kinds = ["case.opened", "ethics_review.decided", "filing.recorded"]
    body = {"url": receiver.url, "kinds": kinds}
    return (await post(house, "REGULATOR", "/v1/webhooks", body)).json()["id"]


async def keep(client: Client, workflow: str, name: str) -> None:
    history = await client.get_workflow_handle(workflow).fetch_history()
    path = FOLDER / f"{name}-{datetime.now(UTC):%Y%m%d}.json"
    path.write_text(history.to_json())


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
