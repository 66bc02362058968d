"""The way of an act: ask the policy, gather what it rests on, send it through the one door."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from weakref import WeakValueDictionary

from sqlmodel.ext.asyncio.session import AsyncSession
from temporalio.client import (
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from api.deps import Asked, Key, Standing, stand
from api.errors import KeyReusedError, UnavailableError
from api.openings import OPENINGS
from api.problems import RefusedError
from api.refusing import enter
from api.services import Services
from cases.dossier import ActRefused
from cases.errors import CaseError, TextError, WrongStageError
from cases.expert_review.acts import FormGroup
from cases.procedures import PROCEDURES, PersonAct, proceeding_id
from cases.proceeding import By, decide
from cases.recording import Receipt, Request
from cases.text import prose
from documents.fonts import missing, named
from law.expert_group import Candidate
from law.words import Words
from policies.relations import Person
from records.people import candidates
from records.reading import acted
from records.recorder import receipt_of
from records.tables import Proceeding
from workflows.proceeding import Proceeding as ProceedingWorkflow
from workflows.refusals import refusal

# Temporal takes 10 updates of a workflow at a time by default; beyond that it stalls.
_AT_ONCE: Final = 8
_PATIENCE: Final = timedelta(seconds=20)
_turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()


@dataclass(frozen=True)
class Place:
    """Where an act is to be done."""

    procedure: str
    case: str
    ordinal: int

    @property
    def id(self) -> str:
        """The id of the proceeding."""
        return proceeding_id(self.procedure, self.case, self.ordinal)


async def perform(
    services: Services, person: Person, place: Place, asked: tuple[PersonAct, Key]
) -> Receipt:
    """Perform an act once and return its receipt; a refusal is entered in the trail.

    Raises:
        CaseError: It is refused at the edge.
        RefusedError: The proceeding refuses it.
    """
    try:
        return await _performed(services, person, place, asked)
    except (CaseError, RefusedError) as error:
        code = error.code if isinstance(error, CaseError) else error.refusal.code
        refused = ActRefused(act=asked[0].kind, place=place.id, code=code)
        await enter(services, person, place.case, refused, asked[1])
        raise


async def _performed(
    services: Services, person: Person, place: Place, asked: tuple[PersonAct, Key]
) -> Receipt:
    act, key = asked
    async with services.database.reading() as session:
        standing = await stand(services, session, person, place.case, act.kind)
        receipt = await already(session, key)
    if receipt is not None:
        return receipt
    demand_printable(dict(prose(act)))
    request = Request(
        id=key.request,
        digest=key.digest,
        actor=standing.actor,
        salt=secrets.token_hex(32),
        policy=services.access.hash,
        act=act,
        people=await _people(services, standing, act),
    )
    row = next((r for r in standing.proceedings if r.id == place.id), None)
    if row is not None and row.closed_at is not None:
        raise WrongStageError(row.stage, act.kind)
    opening = await _opening(services, standing, place, row, act)
    receipt = await _send(services, place, request, opening)
    if receipt.digest != key.digest:
        raise reused()
    return receipt


def demand_printable(texts: Mapping[str, str]) -> None:
    """Refuse words that papers cannot be set with: the font would lack their characters.

    Raises:
        TextError: It names the field and the characters.
    """
    for path, text in texts.items():
        if lacking := missing(text):
            told = named(lacking)
            raise TextError(
                Words(f"「{path}」字库没有这些字：{told}", f"{path}: the font lacks {told}")
            )


async def already(session: AsyncSession, key: Key) -> Receipt | None:
    """Return the receipt of an act that is recorded, also when its workflow is long gone."""
    rows = await acted(session, key.request)
    if not rows:
        return None
    if rows[0].digest != key.digest:
        raise reused()
    return receipt_of(rows)


def reused() -> KeyReusedError:
    """Return the refusal of a key that stands for another act."""
    return KeyReusedError(
        Words(
            "同一 Idempotency-Key 已用于另一事项",
            "this Idempotency-Key stands for another act",
        )
    )


async def _people(
    services: Services, standing: Standing, act: PersonAct
) -> tuple[Candidate, ...]:
    if not isinstance(act, FormGroup):
        return ()
    async with services.database.reading() as session:
        named = [expert for expert in act.experts if expert.isalnum()]
        return await candidates(session, standing.person.party, named)


async def _opening(
    services: Services,
    standing: Standing,
    place: Place,
    row: Proceeding | None,
    act: PersonAct,
) -> Any:
    kind = act.kind
    if row is not None:
        return None
    newest = standing.newest(place.procedure)
    follows = 1 if newest is None else newest.ordinal + 1
    if kind not in OPENINGS or place.ordinal != follows:
        raise WrongStageError("not_opened", kind)
    if newest is not None and newest.closed_at is None:
        raise WrongStageError(newest.stage, kind)
    async with services.database.reading() as session:
        asked = Asked(act, place.ordinal, services)
        opening = await OPENINGS[kind](session, standing, asked)
    # What is refused is refused here: no proceeding is started that nothing happened in.
    by = By(actor=standing.actor, at=services.now())
    decide(PROCEDURES[place.procedure].begin(opening), act, by)
    return opening


async def _send(services: Services, place: Place, request: Request, opening: Any) -> Receipt:
    turn = _turns.setdefault(place.id, asyncio.Semaphore(_AT_ONCE))
    try:
        async with turn, asyncio.timeout(_PATIENCE.total_seconds()):
            if opening is None:
                handle: WorkflowHandle[Any, Any] = services.temporal.get_workflow_handle(
                    place.id
                )
                return await handle.execute_update(  # pyright: ignore[reportUnknownMemberType]
                    ProceedingWorkflow.act, request, id=request.id
                )
            start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
                place.procedure,
                opening,
                id=place.id,
                task_queue=services.task_queue,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                # A closed proceeding is not begun again.
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
            return await services.temporal.execute_update_with_start_workflow(  # pyright: ignore[reportUnknownMemberType]
                ProceedingWorkflow.act,
                request,
                id=request.id,
                start_workflow_operation=start,
            )
    except WorkflowUpdateFailedError as error:
        raise _refused(error) from error
    except (RPCError, TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
        raise _unavailable(error) from error


def _refused(error: WorkflowUpdateFailedError) -> Exception:
    if isinstance(error.cause, ApplicationError) and (found := refusal(error.cause)):
        return RefusedError(found)
    return UnavailableError(Words("流程引擎未能办理", "the workflow engine could not do it"))


def _unavailable(error: Exception) -> Exception:
    if isinstance(error, RPCError) and error.status is RPCStatusCode.NOT_FOUND:
        # Its row was open a moment ago: it ended since, or the engine was restored.
        return UnavailableError(
            Words(
                "流程引擎没有该程序：刚刚结束，或者需要运维核对",
                "the engine has no such proceeding: it has just ended, or must be reconciled",
            )
        )
    return UnavailableError(Words("流程引擎暂不可用", "the workflow engine does not answer"))
