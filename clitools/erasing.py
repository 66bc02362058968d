"""Erase words of people, as the one who runs the machine."""

from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy.exc import NoResultFound

from cases.dossier import Ground
from cases.errors import CaseError
from cases.proceeding import Actor
from clitools.database import opened
from clitools.errors import CommandError
from records.erasing import erase, forget
from records.erasing_answers import erase_submission
from records.errors import NotFoundError
from records.streams import Hand
from settings import Settings


async def erase_words(
    settings: Settings, case: str, commitments: list[str], ground: Ground
) -> int:
    """Erase words of a case, and say so in the trail."""
    hand = _hand(case, *commitments)
    async with opened(settings) as database, database.writing() as session:
        try:
            return await erase(session, case, commitments, ground, hand)
        except (NotFoundError, NoResultFound) as error:
            raise CommandError(
                f"{error} · nothing was erased: no such case, or no such words"
            ) from None


async def erase_version(settings: Settings, case: str, version: int, ground: Ground) -> int:
    """Erase what was submitted as a version of a case, and say so in the trail."""
    hand = _hand(case, str(version))
    async with opened(settings) as database, database.writing() as session:
        try:
            return await erase_submission(session, case, version, ground, hand)
        except NoResultFound:
            raise CommandError(f"没有案件 {case} · there is no case {case}") from None
        except CaseError as error:
            told = f"{error} · {error.words.en}", f"{error.advice.zh} · {error.advice.en}"
            raise CommandError("\n".join(told)) from None


async def forget_person(settings: Settings, person: str, ground: Ground) -> int:
    """Erase all words of a person, and destroy their key."""
    async with opened(settings) as database, database.writing() as session:
        return sum((await forget(session, person, ground, _hand(person))).values())


def _hand(*what: str) -> Hand:
    actor = Actor(person="operator", body="platform", role="operator")
    request = sha256("\n".join(what).encode()).hexdigest()[:32]
    return Hand(actor=actor, at=datetime.now(UTC), policy="", request=request)
