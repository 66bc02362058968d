"""Trail entries: what is said of an event, and its canonical bytes.

Canonical bytes are RFC 8785 JSON over ASCII keys, strings, integers, booleans and null; no
floats. The stored bytes are what is hashed: nobody re-serialises to verify.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Final, cast

import orjson

from law.words import Words

VERSION: Final = 1


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the trail. It holds ids, codes and commitments; never words or names."""

    case: str  # number of the case
    proceeding: str  # `<procedure>/<case>/<ordinal>`; `case/<case>` for the case itself
    seq: int  # place in its proceeding: 1, 2, 3
    at: datetime  # when it happened
    actor: Mapping[str, str]  # ids of who acted, for which body, in which role
    request: str  # the act it belongs to: it counts once, and may leave several entries
    policy: str  # SHA-256 of the policy that allowed the act
    event: Any  # what happened, in the form of its `kind`: a dataclass, or plain

    def canonical(self) -> bytes:
        """Return the bytes that are hashed."""
        body = {
            "v": VERSION,
            "case": self.case,
            "proceeding": self.proceeding,
            "seq": self.seq,
            "at": moment(self.at),
            "actor": dict(self.actor),
            "request": self.request,
            "policy": self.policy,
            "event": plain(self.event),
        }
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def plain(value: Any) -> Any:
    """Return a value as JSON types; floats and anything unknown are refused.

    Raises:
        TypeError: The value has no canonical form.
    """
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, str):
        return value
    if isinstance(value, (datetime, date)):
        return moment(value) if isinstance(value, datetime) else value.isoformat()
    return _container(value)


def _container(value: Any) -> Any:
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        entries = cast("Mapping[Any, Any]", value)
        return {str(plain(key)): plain(entry) for key, entry in entries.items()}
    if isinstance(value, Words):
        return value._asdict()
    if isinstance(value, (tuple, list)):
        rows = cast("Sequence[Any]", value)
        return [plain(row) for row in rows]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def reference(kind: str, leaf: str) -> str:
    """Return how a signature names the event it stands for.

    >>> reference("ethics_review.decided", "0f")
    'ethics_review.decided sha256:0f'
    """
    return f"{kind} sha256:{leaf}"


def moment(at: datetime) -> str:
    """Return a moment as UTC with microseconds, e.g. `2026-11-24T03:04:05.000006Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read(body: bytes) -> dict[str, Any]:
    """Return a stored entry as plain data."""
    entry: dict[str, Any] = orjson.loads(body)
    return entry
