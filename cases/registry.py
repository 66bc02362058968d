"""Facts beside the cases: bodies, people, appointments, sign-ins, the policy in force.

Each stands in a row of its own in the trail: `party/<id>`, `person/<id>`, `policy/platform`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cases.proceeding import Standalone
from cases.text import Commitment

POLICY: Final = "policy/platform"


@dataclass(frozen=True, kw_only=True)
class PartyEntered(Standalone):
    """An institution, a committee or an authority was entered, or its particulars changed."""

    party: str
    party_kind: str
    division: str
    serves: str  # a committee's institution
    content: str  # SHA-256 of its particulars, names included
    kind: Literal["party.entered"] = "party.entered"


@dataclass(frozen=True, kw_only=True)
class PersonEntered(Standalone):
    """A person was entered."""

    person: str
    name: Commitment
    kind: Literal["person.entered"] = "person.entered"


@dataclass(frozen=True, kw_only=True)
class Appointed(Standalone):
    """A person was given a role in a body."""

    person: str
    party: str
    role: str
    category: str
    employer: str
    kind: Literal["appointment.made"] = "appointment.made"


@dataclass(frozen=True, kw_only=True)
class Dismissed(Standalone):
    """A person holds a role no more."""

    person: str
    party: str
    role: str
    kind: Literal["appointment.ended"] = "appointment.ended"


@dataclass(frozen=True, kw_only=True)
class TokenIssued(Standalone):
    """Somebody was given a token to sign in with."""

    person: str
    party: str
    token: str  # how its SHA-256 begins
    expires_at: str
    kind: Literal["token.issued"] = "token.issued"


@dataclass(frozen=True, kw_only=True)
class SignedIn(Standalone):
    """A token was used for the first time."""

    person: str
    party: str
    token: str
    kind: Literal["identity.signed_in"] = "identity.signed_in"


@dataclass(frozen=True, kw_only=True)
class SignInRefused(Standalone):
    """A token was shown after it had expired; the first time is told."""

    person: str
    party: str
    token: str
    kind: Literal["identity.refused"] = "identity.refused"


@dataclass(frozen=True, kw_only=True)
class PolicyPutInForce(Standalone):
    """From here on acts are allowed and denied by another policy."""

    policy: str  # SHA-256 of its rows
    before: str
    kind: Literal["policy.put_in_force"] = "policy.put_in_force"


@dataclass(frozen=True, kw_only=True)
class Imported(Standalone):
    """What another log holds of an institution was taken over, with its proofs."""

    institution: str
    origin: str  # name of the other log
    log_key: str  # its public key, as note verifiers read it
    manifest: str  # SHA-256 of the signed list of all parts
    entries: int
    first: int  # index of the first of them here
    kind: Literal["trail.imported"] = "trail.imported"


@dataclass(frozen=True, kw_only=True)
class Restored(Standalone):
    """The records were restored to an older state: a tree that was signed holds no more."""

    entries: int  # of the tree that was signed
    root: str  # its root
    kind: Literal["trail.restored"] = "trail.restored"


@dataclass(frozen=True, kw_only=True)
class WebhookSet(Standalone):
    """From here on the entries that a person may follow are sent to an address."""

    webhook: str
    party: str
    person: str  # behind whose wall it is
    address: str  # SHA-256 of the URL
    kind: Literal["webhook.set"] = "webhook.set"


@dataclass(frozen=True, kw_only=True)
class WebhookRemoved(Standalone):
    """Nothing more is sent to an address."""

    webhook: str
    party: str
    kind: Literal["webhook.removed"] = "webhook.removed"


RegistryEvent = (
    PartyEntered
    | PersonEntered
    | Appointed
    | Dismissed
    | TokenIssued
    | SignedIn
    | SignInRefused
    | PolicyPutInForce
    | Imported
    | Restored
    | WebhookSet
    | WebhookRemoved
)
