"""Deliver the entries of one case to one webhook, one after the other.

A run lives while something waits. It knows the webhook's id and indices only: what is sent is
read, walled and signed by the activity, at each attempt anew.

An entry is sent at least once. Its `webhook-id` is the same at every attempt, in every run, so
receivers tell repetitions by it.
"""

from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from workflows.options import GIVE_UP, ONCE, PING, QUICK, SEND, SENDING

SCHEDULE: Final = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
"""How long is waited before each attempt, as Standard Webhooks suggests."""
PAUSED: Final = timedelta(days=1)
"""How long a delivery to a paused webhook waits before it looks again, unless hurried."""
_JITTER: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What waits for one webhook in one case, and how far it is."""

    webhook: str
    case: str
    waiting: tuple[int, ...] = ()
    last: int = -1  # the highest index that ever waited: a repetition does not wait again
    failed: int = 0  # attempts with the first of those that wait
    due: datetime | None = None  # when that is tried next; None: at once
    again: bool = False  # a dead letter is sent again


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One attempt to send one entry."""

    webhook: str
    index: int
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How an attempt ended."""

    outcome: Literal["delivered", "withheld", "failed", "paused", "removed"]
    code: str = ""  # why it failed
    status: int | None = None  # what the receiver answered, if it did


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """An entry that no attempt delivered."""

    webhook: str
    index: int
    case: str
    attempts: int
    last: Sent
    at: datetime


@workflow.defn(name="webhook-delivery")
class Delivering:
    """One run for each webhook and case: what fails holds back its own case only."""

    @workflow.init
    def __init__(self, order: Delivery) -> None:
        self._order = order
        self._waiting = deque(order.waiting)
        self._last = max((order.last, *order.waiting))
        self._failed = order.failed
        self._due = order.due
        self._hurried = False

    @workflow.signal
    def add(self, indices: list[int]) -> None:
        """Have entries wait, in their order; those that waited before do not wait again."""
        fresh = [index for index in indices if index > self._last]
        self._waiting.extend(fresh)
        self._last = max((self._last, *fresh))

    @workflow.signal
    def hurry(self) -> None:
        """Try what waits at once."""
        self._hurried = True

    @workflow.run
    async def run(self, order: Delivery) -> None:
        """Send what waits until nothing does."""
        while self._waiting:
            await self._until_due()
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(self._rest())
            sending = Sending(webhook=order.webhook, index=self._waiting[0], again=order.again)
            sent = await workflow.execute_activity(SEND, sending, result_type=Sent, **SENDING)
            if sent.outcome == "removed":
                return
            await self._take(sent)

    async def _until_due(self) -> None:
        """Wait until the next attempt is due, somebody hurries, or the history is long."""
        left = timedelta(0) if self._due is None else self._due - workflow.now()
        if left > timedelta(0):
            with suppress(TimeoutError):
                await workflow.wait_condition(
                    lambda: self._hurried or workflow.info().is_continue_as_new_suggested(),
                    timeout=left,
                )
        self._hurried = False

    async def _take(self, sent: Sent) -> None:
        if sent.outcome == "paused":
            self._due = workflow.now() + PAUSED
            return
        if sent.outcome == "failed":
            self._failed += 1
            if self._failed < len(SCHEDULE):
                wait = SCHEDULE[self._failed]
                jitter = 1 + _JITTER * workflow.random().random()
                self._due = workflow.now() + wait * jitter
                return
            await self._give_up(sent)
        self._waiting.popleft()
        self._failed, self._due = 0, None

    async def _give_up(self, sent: Sent) -> None:
        given_up = GivenUp(
            webhook=self._order.webhook,
            index=self._waiting[0],
            case=self._order.case,
            attempts=self._failed,
            last=sent,
            at=workflow.now(),
        )
        await workflow.execute_activity(GIVE_UP, given_up, **QUICK)

    def _rest(self) -> Delivery:
        return Delivery(
            webhook=self._order.webhook,
            case=self._order.case,
            waiting=tuple(self._waiting),
            last=self._last,
            failed=self._failed,
            due=self._due,
            again=self._order.again,
        )


@workflow.defn(name="webhook-ping")
class Pinging:
    """Send a test event once; whoever asked waits for the answer."""

    @workflow.run
    async def run(self, webhook: str) -> Sent:
        """Return how it ended."""
        message = f"{webhook}-ping-{workflow.uuid4().hex}"
        sent: Sent = await workflow.execute_activity(
            PING, args=[webhook, message], result_type=Sent, **ONCE
        )
        return sent
