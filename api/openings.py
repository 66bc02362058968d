"""What a proceeding is opened with, from what the records know. Before its time: refused."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from sqlmodel.ext.asyncio.session import AsyncSession

from api.deps import Asked, Standing
from api.errors import PrerequisiteError
from api.openings_of_papers import correction_of_a_paper, dossier_of_a_case
from cases import dossier, filing, safety_assessment
from cases.ethics_review import state as ethics
from cases.expert_review import state as expert
from cases.procedures import proceeding_id
from law.clock import china_day
from law.expert_group import Reviewed
from law.meeting import Category
from law.regime import regimes
from law.triage import triage
from law.words import Words
from records.drafts import submission
from records.people import members, party_of_kind
from records.sealed_answers import answers_of
from records.tables import Party, Submission

Open = Callable[[AsyncSession, Standing, Asked], Awaitable[Any]]


async def ethics_review(
    session: AsyncSession, standing: Standing, asked: Asked
) -> ethics.Opening:
    """Open the ethics review of the frozen version before the committee's members."""
    case = standing.case
    frozen = await _submitted(session, case.number)
    reviewed = standing.state("ethics_review").get("opening", {}).get("version")
    if frozen.version == reviewed:
        raise PrerequisiteError(
            Words(
                "该版本已经审查",
                "this version was reviewed; a new round needs a new one",
            )
        )
    seats = await members(session, case.committee)
    chairs = {seat.person_id for seat in seats if seat.role == "chair"}
    # Who applies does not sit on the own case (2023 Measures, Art. 8).
    people = {s.person_id: s for s in seats if s.category and s.person_id != case.applicant}
    answers = dossier.self_review(await answers_of(session, frozen))
    found = triage(answers, on=china_day(dossier.moment_of(frozen.at)))
    return ethics.Opening(
        case=case.number,
        ordinal=asked.ordinal,
        institution=case.institution,
        committee=case.committee,
        applicant=case.applicant,
        seats=tuple(
            ethics.Seat(
                person=seat.person_id,
                category=Category(seat.category),
                chair=seat.person_id in chairs,
            )
            for seat in people.values()
        ),
        listed=found.expert_review,
        version=frozen.version,
        content=frozen.content,
        grounds=tuple(c.code for c in (*found.scope, *found.listed, *found.duties)),
        regimes=regimes(answers),
    )


async def expert_review(
    session: AsyncSession, standing: Standing, asked: Asked
) -> expert.Opening:
    """Open the re-review of a listed activity whose initial opinion is given (Art. 26)."""
    review = standing.state("ethics_review")
    source = proceeding_id(
        "ethics_review", standing.case.number, review.get("opening", {}).get("ordinal", 1)
    )
    applied = standing.state("expert_review").get("opening", {}).get("source") == source
    if review.get("stage") != ethics.Stage.OPINION or applied:
        raise PrerequisiteError(
            Words(
                "初步审查尚未通过，或者不需要专家复核",
                "no initial opinion awaits a re-review",
            )
        )
    organiser = await _authority(session, "organiser")
    case = standing.case
    opening = review["opening"]
    return expert.Opening(
        case=case.number,
        ordinal=asked.ordinal,
        institution=case.institution,
        organiser=organiser.id,
        reviewed=Reviewed(
            case.institution,
            case.committee,
            tuple(seat["person"] for seat in opening["seats"]),
            case.applicant,
        ),
        initial=review["counted"],
        source=source,
    )


async def safety(
    session: AsyncSession, standing: Standing, asked: Asked
) -> safety_assessment.Opening:
    """Open the safety assessment of an approved activity."""
    _demand_approval(standing)
    answers = await _facts(session, standing)
    authority = await _authority(session, "safety_examiner")
    return safety_assessment.Opening(
        case=standing.case.number,
        ordinal=asked.ordinal,
        institution=standing.case.institution,
        authority=authority.id,
        trigger=dossier.trigger(answers),
        event_on=dossier.event_on(answers),
    )


async def algorithm_filing(
    session: AsyncSession, standing: Standing, asked: Asked
) -> filing.Opening:
    """Open the filing of an approved activity whose safety assessment was accepted."""
    _demand_approval(standing)
    if standing.newest("filing") is not None:
        raise PrerequisiteError(
            Words(
                "该算法已经备案，变更请办变更备案",
                "filed already; a change is a change filing",
            )
        )
    assessed = standing.state("safety_assessment").get("stage")
    if assessed != safety_assessment.Stage.ACCEPTED:
        raise PrerequisiteError(
            Words("安全评估尚未通过", "the safety assessment is not accepted yet")
        )
    frozen = await _submitted(session, standing.case.number)
    answers = await answers_of(session, frozen)
    authority = await _authority(session, "filing_examiner")
    institution = await session.get_one(Party, standing.case.institution)
    return filing.Opening(
        case=standing.case.number,
        ordinal=asked.ordinal,
        institution=standing.case.institution,
        authority=authority.id,
        algorithm_class=dossier.algorithm_class(answers),
        role=dossier.algorithm_role(answers),
        service_from=dossier.service_from(answers),
        content=frozen.content,
        division=institution.division,
        entity=institution.filing_entity,
    )


OPENINGS: Final[dict[str, Open]] = {
    "ethics_review.submit": ethics_review,
    "expert_review.apply": expert_review,
    "safety_assessment.submit_report": safety,
    "filing.submit": algorithm_filing,
    "correction.reissue": correction_of_a_paper,
    "correction.withdraw": correction_of_a_paper,
    "archiving.order": dossier_of_a_case,
}
"""The acts that open a proceeding; on one that is open they are plain acts."""


async def _submitted(session: AsyncSession, number: str) -> Submission:
    frozen = await submission(session, number)
    if frozen is None:
        raise PrerequisiteError(Words("尚未提交", "nothing was submitted yet"))
    return frozen


def _demand_approval(standing: Standing) -> None:
    outcome = standing.state("ethics_review").get("outcome")
    if outcome is None or not ethics.Outcome(outcome).passes:
        raise PrerequisiteError(
            Words("伦理审查尚未批准", "the ethics review has not approved the activity")
        )


async def _facts(session: AsyncSession, standing: Standing) -> dict[str, Any]:
    answers = await answers_of(session, await _submitted(session, standing.case.number))
    if "safety" not in answers:
        raise PrerequisiteError(
            Words(
                "申请材料中没有安全评估事项",
                "the application names no safety assessment",
            )
        )
    return answers


async def _authority(session: AsyncSession, role: str) -> Party:
    authority = await party_of_kind(session, "authority", role)
    if authority is None:
        raise PrerequisiteError(
            Words("尚未登记主管部门", f"no authority with a {role} is registered")
        )
    return authority
