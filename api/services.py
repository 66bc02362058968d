"""What the routes work with, built once by `api/app.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from temporalio.client import Client

from audit.log import Log
from audit.notes import Verifier
from documents.press import Press
from documents.store import Files
from documents.verifying.trust import Trust
from policies.access import Access
from records.database import Database
from records.webhooks.signing import Signer
from workflows.activities.egress import Egress


@dataclass(frozen=True)
class Services:
    """Everything outside the process that an answer may need."""

    database: Database
    temporal: Client
    task_queue: str
    access: Access
    papers: Files
    attachments: Files
    press: Press
    trust: Callable[[], Trust]
    log: Log
    log_verifiers: Callable[[], Sequence[Ed25519PublicKey]]
    witnesses: Callable[[], Sequence[Verifier]]
    public_url: str
    signer: Signer
    egress: Egress
    now: Callable[[], datetime]
