"""Names of activities and how patient the workflows are with them."""

from datetime import timedelta
from typing import Final

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

RECORD: Final = "record"
ISSUE_PAPER: Final = "issue_paper"
EACH_STEP: Final = "a-paper-for-each-step"
"""Patch: proceedings that began before it issue the paper of their end only."""
PAST: Final = "past"
"""Memo of a workflow that goes on where a lost one of its id stopped: a `Past`."""
PUBLISH: Final = "publish_checkpoint"
STAMP: Final = "stamp_checkpoint"
RENEW_PAPERS: Final = "renew_papers"
MAKE_DOSSIER: Final = "make_dossier"
SEND: Final = "send_entry"
GIVE_UP: Final = "give_up_entry"
PING: Final = "send_test_event"

IMPORT_LIST: Final = "import_list"

IMPORTING: Final = ActivityConfig(
    start_to_close_timeout=timedelta(hours=2),
    heartbeat_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=30)
    ),
)
QUICK: Final = ActivityConfig(
    start_to_close_timeout=timedelta(seconds=10),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=5),
    ),
)
MAKING: Final = ActivityConfig(
    start_to_close_timeout=timedelta(hours=1),
    heartbeat_timeout=timedelta(minutes=2),
    retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
)
RENDERING: Final = ActivityConfig(
    start_to_close_timeout=timedelta(minutes=3),
    retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
)
SENDING: Final = ActivityConfig(  # of one attempt, which ends by itself after 15 s
    start_to_close_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(maximum_interval=timedelta(minutes=1)),
)
ONCE: Final = ActivityConfig(
    start_to_close_timeout=timedelta(seconds=20), retry_policy=RetryPolicy(maximum_attempts=1)
)
