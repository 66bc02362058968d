"""Archiving (立卷归档): papers and attachments of a case, in parts, with a signed index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar, Final, Literal

from cases.proceeding import By, Event, Paper, State

INDEX: Final = "dossier_index"
PART: Final = "dossier_part"
_BYTES: Final = 32 << 20
_FILES: Final = 100


class Stage(StrEnum):
    """Where a dossier stands."""

    NEW = "new"
    ORDERED = "ordered"
    DONE = "done"


@dataclass(frozen=True, kw_only=True)
class File:
    """One thing to be filed: a paper of the case or an attachment."""

    sha256: str
    size: int  # bytes
    kind: Literal["paper", "attachment"]


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What the dossier is opened with: all that the case held at that moment."""

    case: str
    ordinal: int = 1
    institution: str
    issuer: str
    files: tuple[File, ...]


@dataclass(frozen=True, kw_only=True)
class Archiving(State):
    """The state of one dossier; its papers so far are its progress."""

    opening: Opening
    stage: Stage = Stage.NEW

    def with_paper(self, paper: Paper) -> Archiving:
        """Add a part; the index closes the dossier."""
        stage = Stage.DONE if paper.template == INDEX else self.stage
        return replace(super().with_paper(paper), stage=stage)


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """The dossier was ordered."""

    opening: Opening
    kind: Literal["archiving.ordered"] = "archiving.ordered"

    def evolve(self, state: Archiving) -> Archiving:
        """Wait for its parts."""
        return replace(state, stage=Stage.ORDERED)


@dataclass(frozen=True, kw_only=True)
class Order:
    """Have the dossier made."""

    stages: ClassVar[frozenset[str]] = frozenset({Stage.NEW})
    kind: Literal["archiving.order"] = "archiving.order"

    def decide(self, state: Archiving, by: By) -> tuple[Event, ...]:  # noqa: ARG002 -- one shape
        """Order it."""
        return (Ordered(opening=state.opening),)


def parts(files: Sequence[File]) -> tuple[tuple[File, ...], ...]:
    """Return the files in the parts of the dossier, in order, none too large to be opened."""
    return tuple(_parts(files))


def _parts(files: Sequence[File]) -> Iterator[tuple[File, ...]]:
    part: list[File] = []
    for file in files:
        full = len(part) == _FILES or sum(f.size for f in part) + file.size > _BYTES
        if part and full:
            yield tuple(part)
            part = []
        part.append(file)
    if part:
        yield tuple(part)
