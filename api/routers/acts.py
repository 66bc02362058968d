"""Acts in proceedings: one route per procedure, one door behind them all.

`kind` names the act; it is also what the policy speaks of.
"""

from typing import Annotated, get_args

from fastapi import APIRouter, Body, Depends, Path
from pydantic import ConfigDict

from api.deps import ActOf, KeyDep, PersonDep, ServicesDep
from api.gateway import Place, perform
from cases.archiving import Order
from cases.procedures import (
    CorrectionAct,
    EthicsAct,
    ExpertAct,
    FilingAct,
    FollowUpAct,
    PersonAct,
    SafetyAct,
)
from cases.recording import Receipt

# A field that an act does not have is a mistake, in a body more than anywhere.
for _kind in get_args(PersonAct):
    _kind.__pydantic_config__ = ConfigDict(extra="forbid")
router = APIRouter(prefix="/v1/cases/{number}", tags=["acts"])
Kind = Body(discriminator="kind")
Number = Annotated[str, Path(max_length=40)]
Ordinal = Annotated[int, Path(ge=1, le=999)]


def _place(procedure: str) -> object:
    def place(number: Number, ordinal: Ordinal) -> Place:
        return Place(procedure, number, ordinal)

    return Depends(place)


# The path's number and ordinal are read by `_place`.
# ruff: noqa: FAST003 -- see above


@router.post("/ethics-review/{ordinal}/acts", dependencies=[Depends(ActOf("ethics_review"))])
async def act_in_ethics_review(
    act: Annotated[EthicsAct, Kind],
    place: Annotated[Place, _place("ethics_review")],
    person: PersonDep,
    services: ServicesDep,
    key: KeyDep,
) -> Receipt:
    """Act in an ethics review."""
    return await perform(services, person, place, (act, key))


@router.post("/expert-review/{ordinal}/acts", dependencies=[Depends(ActOf("expert_review"))])
async def act_in_expert_review(
    act: Annotated[ExpertAct, Kind],
    place: Annotated[Place, _place("expert_review")],
    person: PersonDep,
    services: ServicesDep,
    key: KeyDep,
) -> Receipt:
    """Act in an expert re-review."""
    return await perform(services, person, place, (act, key))


@router.post(
    "/safety-assessment/{ordinal}/acts",
    dependencies=[Depends(ActOf("safety_assessment"))],
)
async def act_in_safety_assessment(
    act: Annotated[SafetyAct, Kind],
    place: Annotated[Place, _place("safety_assessment")],
    person: PersonDep,
    services: ServicesDep,
    key: KeyDep,
) -> Receipt:
    """Act in a safety assessment."""
    return await perform(services, person, place, (act, key))


@router.post("/filing/{ordinal}/acts", dependencies=[Depends(ActOf("filing"))])
async def act_in_filing(
    act: Annotated[FilingAct, Kind],
    place: Annotated[Place, _place("filing")],
    person: PersonDep,
    services: ServicesDep,
    key: KeyDep,
) -> Receipt:
    """Act in an algorithm filing."""
    return await perform(services, person, place, (act, key))


@router.post("/follow-up/{ordinal}/acts", dependencies=[Depends(ActOf("follow_up"))])
async def act_in_follow_up(
    act: Annotated[FollowUpAct, Kind],
    place: Annotated[Place, _place("follow_up")],
    person: PersonDep,
    services: ServicesDep,
    key: KeyDep,
) -> Receipt:
    """Act in a follow-up review."""
    return await perform(services, person, place, (act, key))


@router.post("/correction/{ordinal}/acts", dependencies=[Depends(ActOf("correction"))])
async def act_in_correction(
    act: Annotated[CorrectionAct, Kind],
    place: Annotated[Place, _place("correction")],
    person: PersonDep,
    services: ServicesDep,
    key: KeyDep,
) -> Receipt:
    """Have a paper issued anew, or withdraw it."""
    return await perform(services, person, place, (act, key))


@router.post("/archiving/{ordinal}/acts", dependencies=[Depends(ActOf("archiving"))])
async def act_in_archiving(
    act: Order,
    place: Annotated[Place, _place("archiving")],
    person: PersonDep,
    services: ServicesDep,
    key: KeyDep,
) -> Receipt:
    """Have the dossier of the case made; its papers so far are its progress."""
    return await perform(services, person, place, (act, key))
