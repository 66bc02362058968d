"""A case before it is submitted: open, draft, triage, sign off, submit."""

from collections.abc import Iterator
from typing import Annotated, Any, cast

from fastapi import APIRouter, Body, Depends, Header, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel.ext.asyncio.session import AsyncSession

from api.deps import Key, KeyDep, Needs, NeedsCase, ServicesDep, Standing
from api.errors import MalformedError, PreconditionMissingError
from api.gateway import Place, already, demand_printable, perform
from api.merge_patch import merged
from api.reading import Reads
from api.services import Services
from cases.errors import CreditCodeInvalidError, IncompleteError
from cases.ethics_review.acts import Submit
from cases.proceeding import Actor
from cases.recording import Receipt
from forms.completeness import problems, prune, shape_problems
from forms.library import questionnaire
from law.words import Words
from policies.relations import Person
from records import drafts
from records.errors import StaleError
from records.sealed_answers import answers_of
from records.streams import Hand
from records.tables import Case, Party

router = APIRouter(prefix="/v1/cases", tags=["draft"])
FORM = "project_facts"
Answers = Annotated[dict[str, Any], Body()]


class OpenCase(BaseModel):
    """Open a case before a committee."""

    model_config = ConfigDict(extra="forbid")
    committee: str = Field(pattern="^[a-z0-9-]{1,40}$")


class Submission(BaseModel):
    """Submit the signed-off application, with the pledge of Art. 9 (5)."""

    model_config = ConfigDict(extra="forbid")
    commitment: bool


class SignOff(BaseModel):
    """Sign off the version that was read."""

    model_config = ConfigDict(extra="forbid")
    version: int


@router.post("", status_code=201)
async def open_case(
    body: OpenCase,
    person: Annotated[Person, Depends(Needs("case.create"))],
    services: ServicesDep,
    key: KeyDep,
) -> dict[str, Any]:
    """Open a case; its draft is empty. The same key again answers with the same case."""
    actor = Actor(person=person.id, body=person.party, role="applicant")
    hand = await _hand(services, actor, key)
    async with services.database.writing() as session:
        committee = await session.get(Party, body.committee)
        if committee is None or committee.serves != person.party:
            raise MalformedError(
                Words(
                    "没有受理本单位申请的该委员会",
                    "no such committee serves the institution",
                )
            )
        institution = await session.get_one(Party, person.party)
        case = Case(
            number="",
            institution=person.party,
            committee=body.committee,
            applicant=person.id,
            division=institution.division,
            form=f"{FORM}|{questionnaire(FORM).version}",
            request=key.request,
            created_at="",
        )
        case = await drafts.open_case(session, case, hand)
    return {"number": case.number, "stage": case.stage, "form": case.form}


@router.get("/{number}/draft")
async def read_draft(
    standing: Annotated[Standing, Depends(Reads("case.read_draft", "draft"))],
    services: ServicesDep,
    response: Response,
) -> dict[str, Any]:
    """Return the answers as they stand; the ETag is what a change must name."""
    response.headers["ETag"] = _etag(standing.case.version)
    async with services.database.reading() as session:
        return await answers_of(session, standing.case)


@router.put("/{number}/draft")
async def write_draft(
    answers: Answers,
    standing: Annotated[Standing, Depends(NeedsCase("case.edit"))],
    services: ServicesDep,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Replace the answers; what is missing is listed, what is malformed is refused."""
    return await _save(services, standing, answers, (response, if_match))


@router.patch("/{number}/draft")
async def change_draft(
    answers: Answers,
    standing: Annotated[Standing, Depends(NeedsCase("case.edit"))],
    services: ServicesDep,
    response: Response,
    if_match: Annotated[str | None, Header()] = None,
) -> dict[str, Any]:
    """Change some answers by JSON Merge Patch (RFC 7396)."""
    async with services.database.reading() as session:
        changed = merged(await answers_of(session, standing.case), answers)
    return await _save(services, standing, changed, (response, if_match))


@router.post("/{number}/sign-off")
async def sign_off(
    body: SignOff,
    standing: Annotated[Standing, Depends(NeedsCase("case.sign_off"))],
    services: ServicesDep,
    key: KeyDep,
) -> dict[str, Any]:
    """Sign the draft off for the institution, in the version that was read."""
    hand = await _hand(services, standing.actor, key)
    async with services.database.writing() as session:
        signed = await drafts.sign_off(session, standing.case.number, body.version, hand)
    return {"version": signed.version, "content": signed.content}


@router.post("/{number}/submission", status_code=201)
async def submit(
    body: Submission,
    standing: Annotated[Standing, Depends(NeedsCase("ethics_review.submit"))],
    services: ServicesDep,
    key: KeyDep,
) -> Receipt:
    """Submit: freeze the signed-off version and open its ethics review."""
    async with services.database.reading() as session:
        receipt = await already(session, key)
    if receipt is not None:
        return receipt
    if not body.commitment:
        raise MalformedError(
            Words("提交须作出承诺（第九条第（五）项）", "the pledge of Art. 9 (5) is missing")
        )
    number = standing.case.number
    async with services.database.writing() as session:

        async def check(case: Case, answers: dict[str, Any]) -> dict[str, Any]:
            if found := problems(questionnaire(FORM), answers):
                raise IncompleteError(found)
            await _demand_own_code(session, case, answers)
            kept = prune(questionnaire(FORM), answers)
            demand_printable(dict(_texts("", kept)))
            return kept

        frozen = await drafts.freeze(session, number, services.now(), check)
    earlier = standing.state("ethics_review").get("opening")
    # A version that was reviewed is not reviewed again: a repetition lands in its round.
    ordinal = 1
    if earlier is not None:
        ordinal = earlier["ordinal"] + (earlier["version"] != frozen.version)
    place = Place("ethics_review", number, ordinal)
    return await perform(services, standing.person, place, (Submit(pledge=True), key))


async def _hand(services: Services, actor: Actor, key: Key) -> Hand:
    """Return who writes and under which request; refuse a key that stands for another act."""
    async with services.database.reading() as session:
        await already(session, key)
    return Hand(
        actor=actor,
        at=services.now(),
        policy=services.access.hash,
        request=key.request,
        digest=key.digest,
    )


async def _save(
    services: Services,
    standing: Standing,
    answers: dict[str, Any],
    condition: tuple[Response, str | None],
) -> dict[str, Any]:
    response, if_match = condition
    case = standing.case
    if if_match is None:
        raise PreconditionMissingError(Words("缺少 If-Match", "If-Match is missing"))
    if if_match != _etag(case.version):
        raise StaleError(Words("草稿已被修改", "the draft was changed"))
    form = questionnaire(FORM)
    if wrong := shape_problems(form, answers):
        raise IncompleteError(wrong)
    async with services.database.writing() as session:
        version = await drafts.save(session, case, answers)
    response.headers["ETag"] = _etag(version)
    missing = sorted(problems(form, answers))
    return {"number": case.number, "version": version, "missing": missing}


async def _demand_own_code(session: AsyncSession, case: Case, answers: dict[str, Any]) -> None:
    """Refuse an application that names another institution than its tenant."""
    institution = await session.get_one(Party, case.institution)
    if answers["project"]["institution"]["credit_code"] != institution.credit_code:
        raise CreditCodeInvalidError(
            Words(
                "申请材料的统一社会信用代码不是本单位的",
                "the credit code is another institution's",
            )
        )


def _texts(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield each text among answers, with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, inner in cast("dict[str, Any]", value).items():
            yield from _texts(f"{path}/{name}".lstrip("/"), inner)
    elif isinstance(value, list):
        for n, inner in enumerate(cast("list[Any]", value)):
            yield from _texts(f"{path}/{n}", inner)


def _etag(version: int) -> str:
    return f'"{version}"'
