"""What travels with an act: the request that asks, the recording it leaves, the receipt.

Fields may be added with a default; never renamed, retyped or removed, because histories that
carry them are replayed for years.
"""

from dataclasses import dataclass
from datetime import datetime

from cases.procedures import AnyAct, AnyEvent
from cases.proceeding import Actor, Paper
from cases.text import Payload
from law.expert_group import Candidate


class SequenceError(RuntimeError):
    """A recording does not follow the last event of its proceeding; never a person's fault."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One act asked for. The same `id` counts once; its `digest` tells two acts apart."""

    id: str
    digest: str
    actor: Actor
    salt: str  # hex, 32 bytes; seals the words of the act
    policy: str  # hash of the policy that allowed it
    act: AnyAct
    people: tuple[Candidate, ...] = ()  # what the records know of people the act names


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The events of one act, to be written in one transaction."""

    case: str
    proceeding: str
    first: int  # sequence number of the first event
    at: datetime
    actor: Actor
    request: str
    digest: str
    policy: str
    events: tuple[AnyEvent, ...]
    payloads: tuple[Payload, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """Proof of an act to the one who acted."""

    proceeding: str
    request: str
    digest: str
    seq: int  # of the last event
    kinds: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What the trail holds now of a recording."""

    receipt: Receipt
    events: tuple[AnyEvent, ...]


@dataclass(frozen=True, kw_only=True)
class Past:
    """What a proceeding did before its workflow was lost, and what it caused elsewhere."""

    events: tuple[AnyEvent, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    begun: tuple[str, ...] = ()  # ids of the proceedings that there are of its case
    taken_in: tuple[str, ...] = ()  # requests of this one that others took in


@dataclass(frozen=True, kw_only=True)
class PaperOrder:
    """Ask for one paper of a proceeding."""

    case: str
    proceeding: str
    template: str
    at: datetime
    occasion: int = 1  # the second paper of its kind in the proceeding is 2
    corrects: Paper | None = None
    as_of: int = 0  # the last event the paper may know of; 0: whatever there is
