"""Issue papers: number, render, seal, store. The workflow enters the result in the record."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import orjson
from temporalio import activity

from cases.proceeding import Paper
from cases.recording import PaperOrder
from documents.html import html
from documents.papers import PAPERS, AnyPaper, Edition, record
from documents.press import Enclosed, Press
from documents.sign import Hand, Seal, Sealer
from documents.store import SM2_ENDING, Files, digest
from law.clock import china_day
from records.database import Database
from records.facts import done, facts
from records.papers import Allotted, Series, allot, allotted
from records.tables import Party
from workflows.activities.writing import Sheet, issuer_of, signatory, write
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
        if order.corrects is not None:
            return await self._corrected(order, order.corrects)
        async with self.database.reading() as session:
            known = await facts(session, order.proceeding, order.as_of)
        issuer = issuer_of(order.template, known)
        found = await self.allotted(order, issuer)
        paper = write(order.template, known, self.sheet(order, found))
        stored = await self.finish(paper, issuer)
        return Paper(
            template=order.template,
            number=found.number,
            sha256=stored,
            as_of=order.as_of,
        )

    async def _corrected(self, order: PaperOrder, old: Paper) -> Paper:
        """Return the next version of a paper: what is known now, under the same number.

        Who ordered it signs it. Those who signed the version before did so for what stood
        there; their signatures stay with it.
        """
        of = old.of
        async with self.database.reading() as session:
            known = await facts(session, of, old.as_of)
            found = await allotted(session, of, old.number)
            by = await done(session, order.proceeding)
        reason = by[-1].words.get("reason", "")
        sheet = replace(self.sheet(order, found), proceeding=of)
        before = write(old.template, known, sheet)
        edition = Edition(
            version=old.version + 1,
            replaces=old.sha256,
            reason=reason,
            signed_before=tuple(who.name for who in before.signatories),
        )
        head = replace(before.head, edition=edition)
        paper = replace(before, head=head, signatories=(signatory(by[-1]),))
        stored = await self.finish(paper, issuer_of(old.template, known))
        return replace(old, sha256=stored, version=edition.version, replaces=old.sha256)

    def sheet(self, order: PaperOrder, found: Allotted) -> Sheet:
        """Return the circumstances of a paper that is ordered."""
        verify_at = f"{self.public_url}/verify/{_grouped(found.code)}"
        return Sheet(found.number, order.proceeding, china_day(order.at), verify_at)

    async def allotted(self, order: PaperOrder, issuer: Party) -> Allotted:
        """Return the number of a paper; it is allotted once."""
        kind = PAPERS[order.template]
        series = Series(issuer.id, issuer.short, kind.series, china_day(order.at).year)
        async with self.database.writing() as session:
            key = (order.proceeding, order.template)
            return await allot(session, series, key, order.occasion)

    async def finish(
        self, paper: AnyPaper, issuer: Party, enclosed: Sequence[Enclosed] = ()
    ) -> str:
        """Set, sign and store a paper; return the SHA-256 of its bytes."""
        body = orjson.dumps(record(paper), option=orjson.OPT_SORT_KEYS)
        sheet = await self.press.lay_out(html(paper), body, paper.head.issued_on, enclosed)
        stamp = await self._stamp(issuer.name)
        hands = [Hand(who, await self._hand(who.name)) for who in paper.signatories]
        seal = Seal(issuer.id, issuer.name, stamp)
        sealed = await asyncio.to_thread(self.sealer.seal, sheet, seal, hands)
        stored = await self.papers.put(sealed)
        beside = await asyncio.to_thread(self.sealer.detached, issuer.id, sealed)
        if beside is not None:
            await self.papers.lay(stored, beside, SM2_ENDING)
        return stored

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
