"""Make a dossier: parts that enclose the files of a case, and the index that is its manifest.

One part is in memory at a time; a part that was made before a stop is not made again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel.ext.asyncio.session import AsyncSession
from temporalio import activity

from cases.archiving import INDEX, PART, Archiving, File, parts
from cases.proceeding import Paper
from cases.recording import PaperOrder
from documents.fonts import printable
from documents.html import title
from documents.papers import AnyPaper, DossierIndex, DossierPart, Filed
from documents.press import Enclosed
from documents.store import Files
from documents.uploads import ENDINGS
from law.clock import china_day
from records.attachments import attachments
from records.facts import facts
from records.papers import standing_of
from records.reading import papers
from records.tables import Attachment
from records.tables import Paper as IssuedPaper
from workflows.activities.papers import PaperActivities
from workflows.activities.writing import head
from workflows.options import MAKE_DOSSIER

_BEAT: Final = 20
Held = tuple[Filed, Enclosed]
Rows = Mapping[tuple[str, str], Attachment | IssuedPaper]


@dataclass(frozen=True)
class DossierActivities:
    """Built once by `worker.py`."""

    papers: PaperActivities
    attachments: Files

    @activity.defn(name=MAKE_DOSSIER)
    async def make(self, order: PaperOrder) -> Paper:
        """Return a stored part of the dossier, or its index. Safe to repeat."""
        async with self.papers.database.reading() as session:
            known = await facts(session, order.proceeding)
            rows = await _rows(session, order.case)
        issuer = known.parties[known.state.opening.issuer]
        index = replace(order, template=INDEX, occasion=1)
        sheet = self.papers.sheet(order, await self.papers.allotted(index, issuer))
        plan = Plan(known.state, rows, parts(known.state.opening.files))
        if order.template == INDEX:
            paper: AnyPaper = DossierIndex(
                head=head(known, issuer, sheet),
                grounds=(),
                filed=tuple([filed async for filed, _ in self._all(plan)]),
                parts=tuple((part.number, part.sha256) for part in plan.made),
            )
            enclosed = []
        else:
            held = [one async for one in self._part(plan, order.occasion)]
            sheet = replace(sheet, number=f"{sheet.number}之{order.occasion}")
            paper = DossierPart(
                head=head(known, issuer, sheet),
                grounds=(),
                part=order.occasion,
                parts=len(plan.parts),
                filed=tuple(filed for filed, _ in held),
            )
            enclosed = [file for _, file in held]
        beating = asyncio.create_task(_beat())
        try:
            stored = await self.papers.finish(paper, issuer, enclosed)
        finally:
            beating.cancel()
        return Paper(template=order.template, number=sheet.number, sha256=stored)

    async def _all(self, plan: Plan) -> AsyncGenerator[Held]:
        for part in range(1, len(plan.parts) + 1):
            async for held in self._part(plan, part):
                yield held

    async def _part(self, plan: Plan, part: int) -> AsyncGenerator[Held]:
        before = sum(len(files) for files in plan.parts[: part - 1])
        for place, file in enumerate(plan.parts[part - 1], before + 1):
            row = plan.rows[file.kind, file.sha256]
            activity.heartbeat(place)
            if isinstance(row, Attachment):
                data = await self.attachments.get(file.sha256, ENDINGS[row.media])
                yield _held(row, data, (place, part), row.pages)
            else:
                data = await self.papers.papers.get(file.sha256)
                pages = await self.papers.press.pages(data)
                yield _held(row, data, (place, part), pages)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be filed: its rows by hash, in parts, and the parts that are made."""

    state: Archiving
    rows: Rows  # by kind and hash: a paper may be attached, too
    parts: tuple[tuple[File, ...], ...]

    @property
    def made(self) -> tuple[Paper, ...]:
        """The parts that are made, in order."""
        return tuple(paper for paper in self.state.papers if paper.template == PART)


async def _beat() -> None:
    """Tell that the work goes on, while a long paper is set."""
    while True:
        activity.heartbeat()
        await asyncio.sleep(_BEAT)


async def _rows(
    session: AsyncSession, case: str
) -> Mapping[tuple[str, str], Attachment | IssuedPaper]:
    rows: dict[tuple[str, str], Attachment | IssuedPaper] = {}
    rows |= {("paper", row.sha256): row for row in await papers(session, case)}
    rows |= {("attachment", row.sha256): row for row in await attachments(session, case)}
    return rows


def _held(
    row: Attachment | IssuedPaper, data: bytes, place: tuple[int, int], pages: int
) -> Held:
    """Return a file's line of the index and the file; its name is ours, in ASCII."""
    number, part = place
    if isinstance(row, Attachment):
        named, paper, at = printable(row.name), "", row.at
        stem, ending = "attachment", ENDINGS[row.media]
        version, worth = 1, "current"
    else:
        named, paper, at = title(row.template).zh, row.number, row.issued_at
        stem, ending = row.template, "pdf"
        version, worth = row.version, standing_of(row)
    name = f"{number:04d}-{stem}.{ending}"
    filed = Filed(
        title=named,
        number=paper,
        issued_on=china_day(datetime.fromisoformat(at)),
        pages=pages,
        sha256=row.sha256,
        part=part,
        name=name,
        version=version,
        standing=worth,
    )
    return filed, Enclosed(name, data, f"{named} {paper}".strip())
