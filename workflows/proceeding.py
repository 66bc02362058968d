"""What every proceeding has in common: one door for acts, one writer, clocks that hold.

An act is refused early by the validator, decided again under the lock (equal acts sent at once
pass a validator together), recorded by a regular activity, and only then evolved, from the
events that the trail holds. A replay asks `decide` again, but takes nothing from its answer: a
rule that begins to refuse what it once allowed needs `workflow.patched`.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import reduce
from typing import Any, ClassVar, NoReturn

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from cases.clocks import Breach, RecordPaper, Remind
from cases.errors import AlreadyDoneError, CaseError, WrongStageError
from cases.procedures import AnyAct, Procedure, proceeding_id
from cases.proceeding import SYSTEM, By, Paper, State, decide, evolve
from cases.recording import PaperOrder, Past, Receipt, Recorded, Recording, Request
from cases.text import payloads
from workflows.options import ISSUE_PAPER, PAST, QUICK, RECORD, RENDERING
from workflows.refusals import failure

_NO_SALT = "00" * 32  # acts of the engine hold no words


class Proceeding:
    """The base of all proceeding workflows; a subclass names its procedure and narrates."""

    procedure: ClassVar[Procedure]

    def __init__(self, opening: Any) -> None:
        past: Past = workflow.memo_value(PAST, Past(), type_hint=Past)
        self.opening = opening
        self.state: Any = reduce(evolve, past.events, self.procedure.begin(opening))
        self._seq = len(past.events)
        self._past = past
        self._receipts = {receipt.request: receipt for receipt in past.receipts}
        self._turn = asyncio.Lock()
        self._going: list[asyncio.Task[Any]] = []

    @workflow.update
    async def act(self, request: Request) -> Receipt:
        """Perform an act; the same request again gets the same receipt."""
        return await self._perform(request)

    @act.validator
    def _check(self, request: Request) -> None:
        # While an act is being recorded, rows already show what this state does not yet.
        if request.id not in self._receipts and not self._turn.locked():
            self._decide(request)

    @workflow.signal
    async def inform(self, request: Request) -> None:
        """Take in what another proceeding sends; what is known already changes nothing."""
        try:
            await self._perform(request)
        except ApplicationError as error:
            workflow.logger.info("not taken in: %s", error.type)

    @property
    def id(self) -> str:
        """The id of the proceeding and of its workflow."""
        return proceeding_id(self.procedure.name, self.opening.case, self.opening.ordinal)

    async def until(self, holds: Callable[[Any], bool]) -> None:
        """Wait until something holds of the state."""
        await workflow.wait_condition(lambda: holds(self.state))

    def keep(self, name: str) -> None:
        """Keep a clock: remind, and record a breach. It never decides."""
        self._going.append(asyncio.create_task(self._watch(name)))

    def commission(self, template: str, occasion: int = 1) -> None:
        """Have a paper issued while the proceeding goes on."""
        self._going.append(asyncio.create_task(self.issue(template, occasion)))

    async def issue(
        self, template: str, occasion: int = 1, corrects: Paper | None = None
    ) -> None:
        """Have a paper rendered, signed and stored, and enter it in the record; once.

        Args:
            template: Which kind of paper.
            occasion: Which of its kind in this proceeding.
            corrects: The version that it replaces.
        """
        name = f"paper/{template}" if occasion == 1 else f"paper/{template}/{occasion}"
        if self._named(name) in self._receipts:
            return
        order = PaperOrder(
            case=self.opening.case,
            proceeding=self.id,
            template=template,
            at=workflow.now(),
            occasion=occasion,
            corrects=corrects,
            as_of=self._seq,
        )
        paper = await self.make(order)
        await self.engine(name, RecordPaper(paper=paper))

    async def make(self, order: PaperOrder) -> Paper:
        """Have one paper made; a subclass may know another way."""
        paper: Paper = await workflow.execute_activity(
            ISSUE_PAPER, order, result_type=Paper, **RENDERING
        )
        return paper

    async def begin(self, procedure: str, opening: Any) -> None:
        """Start another proceeding that goes on by itself; once."""
        identifier = proceeding_id(procedure, opening.case, opening.ordinal)
        if identifier in self._past.begun:
            return
        await workflow.start_child_workflow(
            procedure,
            opening,
            id=identifier,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        )

    async def tell(self, proceeding: str, act: AnyAct) -> None:
        """Send what was found to another proceeding; once."""
        request = self._request(f"from/{self.id}", act)
        if request.id in self._past.taken_in:
            return
        handle = workflow.get_external_workflow_handle(proceeding)
        await handle.signal(Proceeding.inform, request)

    async def done(self) -> None:
        """Wait for acts, papers and clocks in hand, so that nothing is cut off at the end."""
        await asyncio.gather(*self._going)
        await workflow.wait_condition(workflow.all_handlers_finished)

    async def _watch(self, name: str) -> None:
        clock = self.state.clock(name)
        started = clock.started_on.isoformat()
        for verb, act, at in (
            ("remind", Remind(name=name), clock.remind_at),
            ("breach", Breach(name=name), clock.ends_at),
        ):
            if await self._stops_before(name, at - workflow.now()):
                return
            await self.engine(f"{verb}/{name}/{started}", act)

    async def _stops_before(self, name: str, term: timedelta) -> bool:
        try:
            await workflow.wait_condition(
                lambda: not self.state.clock(name).running,
                timeout=max(term, timedelta()),
            )
        except TimeoutError:
            return False
        return True

    async def engine(self, name: str, act: AnyAct) -> None:
        """Perform an act of the engine itself, once under its name."""
        try:
            await self._perform(self._request(name, act))
        except ApplicationError as error:
            if error.type not in {AlreadyDoneError.code, WrongStageError.code}:
                # No failure of the proceeding: its task waits until what is wrong is mended.
                raise RuntimeError(f"{name}: {error.type}") from error

    def _request(self, name: str, act: AnyAct) -> Request:
        return Request(
            id=self._named(name),
            digest="",
            actor=SYSTEM,
            salt=_NO_SALT,
            policy="",
            act=act,
        )

    def _named(self, name: str) -> str:
        return f"{self.id}/{name}"

    async def _perform(self, request: Request) -> Receipt:
        async with self._turn:
            if receipt := self._receipts.get(request.id):
                return receipt
            events = self._decide(request)
            recording = Recording(
                case=self.opening.case,
                proceeding=self.id,
                first=self._seq + 1,
                at=workflow.now(),
                actor=request.actor,
                request=request.id,
                digest=request.digest,
                policy=request.policy,
                events=events,
                payloads=payloads(request.act, request.salt),
            )
            recorded = await self._record(recording)
            state: State = self.state
            for event in recorded.events:
                state = evolve(state, event)
            self.state = state
            self._seq = recorded.receipt.seq
            self._receipts[request.id] = recorded.receipt
            return recorded.receipt

    def _decide(self, request: Request) -> tuple[Any, ...]:
        by = By(
            actor=request.actor,
            at=workflow.now(),
            salt=request.salt,
            people=request.people,
        )
        try:
            if not self._mine(request.act.kind):
                raise WrongStageError(self.state.stage, request.act.kind)
            return decide(self.state, request.act, by)
        except CaseError as error:
            raise failure(error) from error

    def _mine(self, kind: str) -> bool:
        return kind.split(".", maxsplit=1)[0] in {self.procedure.name, "clock", "paper"}

    async def _record(self, recording: Recording) -> Recorded:
        try:
            recorded: Recorded = await workflow.execute_activity(
                RECORD, recording, result_type=Recorded, **QUICK
            )
        except ActivityError as error:
            _raise_cause(error)
        return recorded


def _raise_cause(error: ActivityError) -> NoReturn:
    """Raise what the activity refused as the answer to the act."""
    if isinstance(error.cause, ApplicationError):
        raise error.cause from None
    raise error
