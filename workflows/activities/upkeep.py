"""Keep papers verifiable: renew the archive time-stamps whose authority's certificate ends."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pyhanko.pdf_utils.misc import PdfError
from temporalio import activity

from audit.event import moment
from documents.lasting import archived_until
from documents.press import Press
from documents.sign import Sealer
from documents.store import Files
from documents.verifying.trust import Trust
from records.database import Database
from records.papers import archived, ending
from workflows.options import RENEW_PAPERS

MARGIN: Final = timedelta(days=365)
"""How long before the end a time-stamp is renewed."""
_PAGE: Final = 20
_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class UpkeepActivities:
    """Built once by `worker.py`."""

    database: Database
    papers: Files
    sealer: Sealer
    press: Press
    trust: Callable[[], Trust]
    now: Callable[[], datetime]
    margin: timedelta = MARGIN

    @activity.defn(name=RENEW_PAPERS)
    async def renew(self, after: str) -> str:
        """Renew a page of papers after a hash; return where to go on, nothing at the end.

        Safe to repeat: what is renewed is not due any more.
        """
        async with self.database.reading() as session:
            due = await ending(session, moment(self.now() + self.margin), after, _PAGE)
        for sha256 in due:
            activity.heartbeat(sha256)
            try:
                await self._renew(sha256)
            except (ValueError, PdfError, FileNotFoundError):
                _LOG.exception("%s cannot be renewed", sha256)  # the others are, all the same
        return due[-1] if len(due) == _PAGE else ""

    async def _renew(self, sha256: str) -> None:
        pdf = await self.papers.newest(sha256)
        ends = await asyncio.to_thread(archived_until, pdf)
        if ends is None or ends < self.now() + self.margin:
            renewed = await asyncio.to_thread(self.sealer.renew, pdf)
            lasts = await asyncio.to_thread(archived_until, renewed)
            verdict = await self.press.verify(renewed, self.trust())
            if not verdict or lasts is None or (ends is not None and lasts <= ends):
                _LOG.warning("%s: no time-stamp that holds longer than %s", sha256, ends)
                return
            await self.papers.renew(sha256, renewed)
            ends = lasts
        async with self.database.writing() as session:
            await archived(session, sha256, moment(ends.astimezone(UTC)))
