"""Run the workflows and their activities: `./run worker`."""

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkerDeploymentConfig

from audit.event import moment
from documents.keys import Keys
from documents.lasting import Lasting
from documents.pki import DevelopmentAuthority
from documents.press import Press
from documents.sign import Sealer
from documents.store import open_files
from policies.standing import access
from records.database import Database
from records.register.own import enter_own, unentered
from records.webhooks.signing import Signer
from settings import Settings
from workflows.activities.dossier import DossierActivities
from workflows.activities.egress import Egress
from workflows.activities.papers import PaperActivities
from workflows.activities.register import RegisterActivities
from workflows.activities.stamping import StampActivities
from workflows.activities.trail import CheckpointActivities, TrailActivities
from workflows.activities.upkeep import UpkeepActivities
from workflows.activities.webhooks import WebhookActivities
from workflows.archiving import Archiving
from workflows.checkpointing import Checkpointing
from workflows.connect import connect
from workflows.correction import Correction
from workflows.ethics_review import EthicsReview
from workflows.expert_review import ExpertReview
from workflows.filing import Filing
from workflows.follow_up import FollowUp
from workflows.paper_upkeep import PaperUpkeep
from workflows.refusals import Refusals
from workflows.register_import import RegisterImport
from workflows.relaying import delivering
from workflows.safety_assessment import SafetyAssessment
from workflows.schedules import schedule
from workflows.stamping import CheckpointStamping

REGISTER_QUEUE: Final = "register"
"""Lists are imported by a worker of their own, so that no act waits behind one."""
WORKFLOWS: Final = (
    EthicsReview,
    ExpertReview,
    SafetyAssessment,
    Filing,
    FollowUp,
    Correction,
    Archiving,
    PaperUpkeep,
    Checkpointing,
    CheckpointStamping,
)
_RELAY_EVERY: Final = 1
_LOG: Final = logging.getLogger(__name__)
# Proceedings import pure packages only (a contract) and are replayed in tests; the sandbox
# would share those packages unguarded anyway, at a tenth of an act's rate (decision 0010).
RUNNER: Final = UnsandboxedWorkflowRunner()


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def working(settings: Settings, client: Client) -> AsyncGenerator[Worker]:
    """Build everything once and work until the block ends."""
    database = Database(settings.database, settings.sealing_key)
    press = Press(fonts=settings.fonts)
    seals = settings.home / "seals"
    seals.mkdir(parents=True, exist_ok=True)
    trail = TrailActivities(database, _now)
    notes = CheckpointActivities(database, settings.log, _now)
    authority = DevelopmentAuthority(settings.keys / "pki", may_make=settings.may_make_keys)
    keys = Keys(authority)
    sealer = Sealer(keys)
    stored = open_files(settings.home / "papers", settings.sealing_key)
    address = settings.public_url.rstrip("/")
    papers = PaperActivities(database, press, sealer, stored, seals, address)
    stamps = StampActivities(database, Lasting(keys), authority.trust, _now)
    upkeep = UpkeepActivities(database, stored, sealer, press, authority.trust, _now)
    dossiers = DossierActivities(
        papers, open_files(settings.home / "attachments", settings.sealing_key)
    )
    hooks = WebhookActivities(
        database,
        access(),
        Signer(settings.sealing_key),
        Egress(settings.webhooks_to_private),
        _now,
    )
    relaying = asyncio.create_task(_relay(database))
    try:
        async with (
            register_worker(settings, client, database),
            delivering(client, settings.task_queue, hooks),
            Worker(
                client,
                task_queue=settings.task_queue,
                workflows=WORKFLOWS,
                activities=[
                    *(trail.record, notes.publish, papers.issue, dossiers.make),
                    *(upkeep.renew, stamps.stamp),
                ],
                interceptors=[Refusals()],
                workflow_runner=RUNNER,
                graceful_shutdown_timeout=timedelta(seconds=5),
                deployment_config=_deployment(settings),
            ) as worker,
        ):
            stamping = settings.stamp_checkpoints
            await schedule(client, settings.task_queue, stamping=stamping)
            yield worker
    finally:
        relaying.cancel()
        # It gives its connection back before the database is closed.
        await asyncio.gather(relaying, return_exceptions=True)
        press.close()
        await database.close()


def register_worker(settings: Settings, client: Client, database: Database) -> Worker:
    """Return the worker that imports lists."""
    lists = open_files(settings.home / "lists")
    register = RegisterActivities(database, lists, _now)
    return Worker(
        client,
        task_queue=f"{settings.task_queue}-{REGISTER_QUEUE}",
        workflows=[RegisterImport],
        activities=[register.import_list],
        workflow_runner=RUNNER,
        max_concurrent_activities=1,
        graceful_shutdown_timeout=timedelta(seconds=5),
    )


async def _relay(database: Database) -> None:
    """Tell the register of the filings that were recorded since."""
    while True:
        await asyncio.sleep(_RELAY_EVERY)
        try:
            async with database.reading() as session:
                waiting = await unentered(session)
        except Exception:  # noqa: BLE001 -- it is asked again
            _LOG.exception("the register was not told")
            continue
        for number in waiting:
            try:
                async with database.writing() as session:
                    await enter_own(session, number, moment(_now()))
            except Exception:  # noqa: BLE001 -- the other filings are told all the same
                _LOG.exception("the register was not told of %s", number.proceeding)


def _deployment(settings: Settings) -> WorkerDeploymentConfig | None:
    """Pin proceedings to the build they began on, where a deployment is configured."""
    if not settings.deployment or not settings.build_id:
        return None
    return WorkerDeploymentConfig(
        version=WorkerDeploymentVersion(settings.deployment, settings.build_id),
        use_worker_versioning=True,
        default_versioning_behavior=VersioningBehavior.PINNED,
    )


async def main(settings: Settings) -> None:
    """Work until told to stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    client = await connect(settings.sealing_key)
    async with working(settings, client):
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(main(Settings()))
