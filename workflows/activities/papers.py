"""Issue papers: number, render, seal, store. The workflow enters the result in the record."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import orjson
from temporalio import activity

from cases.proceeding import Paper
from cases.recording import PaperOrder
from documents.html import html
from documents.papers import PAPERS, record
from documents.press import Press
from documents.sign import Hand, Seal, Sealer
from documents.store import SM2_ENDING, Files, digest
from law.clock import china_day
from records.database import Database
from records.papers import Allotted, Facts, Series, allot, facts
from workflows.activities.facts import Sheet, issuer_of, write
from workflows.options import ISSUE_PAPER


@dataclass(frozen=True)
class PaperActivities:
    """Built once by `worker.py`."""

    database: Database
    press: Press
    sealer: Sealer
    papers: Files
    seals: Path  # folder of the bodies' round seals
    public_url: str  # where papers say they can be verified

    @activity.defn(name=ISSUE_PAPER)
    async def issue(self, order: PaperOrder) -> Paper:
        """Return a sealed, stored paper. Safe to repeat: its number is allotted once."""
        async with self.database.reading() as session:
            known = await facts(session, order.proceeding)
        issuer = issuer_of(order.template, known)
        allotted = await self._allotted(order, known)
        day = china_day(order.at)
        verify_at = f"{self.public_url}/verify/{_grouped(allotted.code)}"
        circumstances = Sheet(allotted.number, order.proceeding, day, verify_at)
        paper = write(order.template, known, circumstances)
        body = orjson.dumps(record(paper), option=orjson.OPT_SORT_KEYS)
        sheet = await self.press.lay_out(html(paper), body, day)
        stamp = await self._stamp(issuer.name)
        hands = [Hand(who, await self._hand(who.name)) for who in paper.signatories]
        seal = Seal(issuer.id, issuer.name, stamp)
        sealed = await asyncio.to_thread(self.sealer.seal, sheet, seal, hands)
        stored = await self.papers.put(sealed)
        beside = await asyncio.to_thread(self.sealer.detached, issuer.id, sealed)
        if beside is not None:
            await self.papers.lay(stored, beside, SM2_ENDING)
        return Paper(template=order.template, number=allotted.number, sha256=stored)

    async def _allotted(self, order: PaperOrder, known: Facts) -> Allotted:
        kind = PAPERS[order.template]
        party = issuer_of(order.template, known)
        year = china_day(order.at).year
        series = Series(party.id, party.short, kind.series, year)
        async with self.database.writing() as session:
            return await allot(session, series, (order.proceeding, order.template))

    async def _stamp(self, name: str) -> Path:
        return await self._drawn(digest(name.encode()), self.press.seal_pdf, name)

    async def _hand(self, name: str) -> Path:
        stem = f"hand-{digest(name.encode())}"
        return await self._drawn(stem, self.press.hand_pdf, name)

    async def _drawn(
        self, stem: str, draw: Callable[[str], Awaitable[bytes]], name: str
    ) -> Path:
        path = self.seals / f"{stem}.pdf"
        if not path.exists():
            draft = path.with_suffix(f".{uuid4().hex}")
            draft.write_bytes(await draw(name))
            draft.rename(path)
        return path


def _grouped(code: str) -> str:
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))
