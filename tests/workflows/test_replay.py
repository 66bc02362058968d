"""Old histories must replay on today's code; `record.py` beside this records new ones."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from tests.conftest import KEY
from worker import RUNNER, WORKFLOWS
from workflows.connect import converter
from workflows.relaying import DELIVERING

HISTORIES = sorted(Path(__file__).with_name("histories").glob("*.json"))


def test_every_procedure_has_a_history():
    names = {path.stem.split("-")[0] for path in HISTORIES}

    assert names == {
        "ethics_review",
        "expert_review",
        "safety_assessment",
        "filing",
        "follow_up",
        "correction",
        "archiving",
        "webhook_delivery",
    }


@pytest.mark.parametrize("history", HISTORIES, ids=lambda path: path.stem)
async def test_a_recorded_history_replays(history):
    replayer = Replayer(
        workflows=[*WORKFLOWS, *DELIVERING],
        data_converter=converter(KEY),
        workflow_runner=RUNNER,
    )

    await replayer.replay_workflow(
        WorkflowHistory.from_json(history.stem, history.read_text())
    )
