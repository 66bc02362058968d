"""Record the histories that tests replay: one whole case on the real server.

Run from the checkout: `PYTHONPATH=. .venv/bin/python tests/workflows/record.py`. A history is
added when a workflow changes, never replaced: what once ran must replay.
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from demo.facts import DOSSIER, read_dossier
from demo.journey import Journey
from records.migrate import upgrade
from tests.conftest import KEY, PROGRAM, open_house
from workflows.connect import converter

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
        ):
            journey = Journey(house.client, house.tokens, lambda *_: None)
            await journey.walk(read_dossier())
            await journey.correct()
            await journey.archive()
            case = await journey.get("OFFICER", f"/v1/cases/{journey.number}")
            for proceeding in case["proceedings"]:
                history = await env.client.get_workflow_handle(
                    proceeding["id"]
                ).fetch_history()
                name = f"{proceeding['procedure']}-{datetime.now(UTC):%Y%m%d}.json"
                (FOLDER / name).write_text(history.to_json())


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
