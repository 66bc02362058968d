"""What a filing is, from the rows that name it: the last one says how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lists.columns import Kind
from lists.entry import Entry
from lists.text import normal

FIELDS: Final = ("algorithm", "class_name", "role", "entity", "product", "purpose", "remark")
GONE: Final = frozenset({"cancelled", "revoked"})


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a row says otherwise than the row before it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Told:
    """An entry and when it was published; `order` ranks rows of one month."""

    published: str
    order: tuple[str, int]
    entry: Entry

    @property
    def told_on(self) -> str:
        """When it was told: the month of its list; its own day where no list told it."""
        return self.published or self.entry.on

    @property
    def rank(self) -> tuple[str, str, tuple[str, int]]:
        """What rows are ordered by: publication first, then the day they speak of."""
        return (self.told_on, self.entry.on, self.order)

    @property
    def since(self) -> str:
        """The day or month it speaks of: its own, the latest its remark names, the list's."""
        months = (remark.month for remark in self.entry.remarks)
        return self.entry.on or max((self.published, *months))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a filing stands."""

    entry: Entry  # the last that was no bare cancellation
    state: str
    state_on: str
    first_published: str
    published: str


def fold(told: Sequence[Told]) -> Standing:
    """Return how a filing stands after all rows that name it, in order of publication.

    A cancellation notice changes the state only. A filing that is listed again after its
    cancellation is filed again.
    """
    ordered = sorted(told, key=lambda t: t.rank)
    words = [t for t in ordered if t.entry.kind is not Kind.CANCELLATION] or ordered
    state, state_on = "filed", ordered[0].since
    for t in ordered:
        if t.entry.state != state and not (t.entry.state == "filed" and state == "changed"):
            state, state_on = t.entry.state, t.since
    return Standing(words[-1].entry, state, state_on, ordered[0].told_on, ordered[-1].told_on)


def changes(before: Standing | None, after: Standing) -> tuple[Change, ...]:
    """Return what differs between two standings, field by field; nothing for a new filing."""
    if before is None:
        return ()
    state = Change("state", before.state, after.state)
    told = differences(before.entry, after.entry)
    return (*told, state) if before.state != after.state else told


def differences(
    one: Entry, other: Entry, fields: Sequence[str] = FIELDS
) -> tuple[Change, ...]:
    """Return the fields that two entries tell otherwise, spaces and widths apart."""
    pairs = [(f, str(getattr(one, f)), str(getattr(other, f))) for f in fields]
    return tuple(Change(*pair) for pair in pairs if normal(pair[1]) != normal(pair[2]))


def outcome(before: Standing | None, after: Standing) -> str:
    """Return what a row did: added, changed, cancelled, revoked, unchanged."""
    if after.state in GONE and (before is None or before.state not in GONE):
        return after.state
    if before is None:
        return "added"
    return "changed" if changes(before, after) else "unchanged"
