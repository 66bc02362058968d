"""What all papers share: a head, grounds, and the body that issues them."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from audit.event import reference
from law.finding import Reason
from law.words import Words


@dataclass(frozen=True, kw_only=True)
class Edition:
    """Which version of a paper this is; a later one names what it replaces, and why."""

    version: int = 1
    replaces: str = ""  # SHA-256
    reason: str = ""
    signed_before: tuple[str, ...] = ()  # who signed what it replaces


FIRST: Final = Edition()


@dataclass(frozen=True, kw_only=True)
class Head:
    """What stands on every paper."""

    number: str
    case: str
    proceeding: str
    issuer: Words
    addressee: Words
    project: str
    issued_on: date
    verify_at: str  # the public address that tells of this paper; ends in its code
    edition: Edition = FIRST


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """A person who signs a paper, and the act of theirs that the signature stands for."""

    person: str  # the id
    name: str
    role: Words
    act: str  # kind of the event
    event: str  # its leaf in the trail, hex

    @property
    def reason(self) -> str:
        """What the signature says it stands for."""
        return reference(self.act, self.event)


@dataclass(frozen=True, kw_only=True)
class AnyPaper:
    """A paper: what its template of the same name needs to know."""

    template: ClassVar[str]
    series: ClassVar[str]  # how its document numbers go on after the body's short name
    head: Head
    grounds: tuple[Reason, ...]
    signatories: tuple[Signatory, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Part:
    """A titled part of a paper, in paragraphs as people wrote them."""

    title: Words
    paragraphs: tuple[str, ...]
