"""The law, asked: the filing-number doctor, the number a filing would get."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path

from api.deps import LanguageDep, NeedsCase, Public, ServicesDep, Standing
from api.errors import PrerequisiteError
from cases.errors import FilingNumberInvalidError
from law.clock import china_day
from law.filing_number import AlgorithmClass, FilingNumberError, compose, parse
from law.words import Words
from records.filings import recorded_in_class
from records.tables import Party

router = APIRouter(prefix="/v1", tags=["law"])


@router.get("/law/filing-numbers/{text}", dependencies=[Depends(Public("law.read"))])
async def explain_number(
    text: Annotated[str, Path(max_length=60)], said: LanguageDep
) -> dict[str, Any]:
    """Explain a filing number part by part; a failing check digit is a warning."""
    try:
        number = parse(text)
    except FilingNumberError as error:
        raise FilingNumberInvalidError(error.words) from None
    return {
        "number": str(number),
        "division": number.division,
        "entity": number.entity,
        "class": number.algorithm_class.words.say(said),
        "year": f"20{number.year}",
        "serial": number.serial,
        "check_digit_holds": number.check_holds,
    }


@router.get("/cases/{number}/filing/proposed-number")
async def propose_number(
    standing: Annotated[Standing, Depends(NeedsCase("filing.propose_number"))],
    services: ServicesDep,
) -> dict[str, str]:
    """Return the next number for the filing: division, entity, class, year, serial, check."""
    opening = standing.state("filing").get("opening")
    if opening is None:
        raise PrerequisiteError(Words("尚未提交备案", "no filing was submitted"))
    async with services.database.reading() as session:
        institution = await session.get_one(Party, standing.case.institution)
        kind = AlgorithmClass(opening["algorithm_class"])
        earlier = await recorded_in_class(session, institution, kind)
    year = china_day(services.now()).year
    place = (institution.division, institution.filing_entity)
    try:
        return {"number": str(compose(*place, kind, year, earlier + 1))}
    except FilingNumberError as error:
        raise PrerequisiteError(error.words) from None
