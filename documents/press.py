"""A small pool of processes for what handles words and files of strangers.

Setting and reading PDFs happens there: limited in memory and processor time, recycled, and
replaced when a hostile file breaks one. The libraries, slow to load, are loaded only there.
"""

import asyncio
import resource
import signal
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from documents.fonts import choose
from documents.orphans import die_with_parent
from documents.uploads import Found, refusal
from documents.verdict import Verdict, broken
from documents.verifying.trust import Trust

_MEMORY: Final = 2 << 30
_SECONDS: Final = 120  # of processor time, for a process that does some 200 jobs
_JOBS: Final = 200
_UPLOAD_SECONDS: Final = 20
_MOST_WAITING: Final = 16


class BusyError(RuntimeError):
    """More is asked than is done in time; later it may be asked again."""


@dataclass(frozen=True)
class Place:
    """A place on a paper: page from 0, box in points from below."""

    page: int
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class Sheet:
    """A set paper, unsigned, and where its seal and its signatures go."""

    pdf: bytes
    seal: Place
    hands: tuple[Place, ...] = ()  # in the order of the signatories


@dataclass(frozen=True)
class Enclosed:
    """A file that travels inside a paper, as it is."""

    name: str
    data: bytes
    described: str


class Press:
    """Sets papers, draws seals, verifies files."""

    def __init__(
        self, workers: int = 1, fonts: Path | None = None, seconds: int = _SECONDS
    ) -> None:
        self._workers, self._fonts, self._seconds = workers, fonts, seconds
        self._one_alone, self._one_upload = asyncio.Lock(), asyncio.Lock()
        self._waiting = 0
        self._pool = self._new_pool()

    async def lay_out(
        self, html: str, record: bytes, day: date, enclosed: Sequence[Enclosed] = ()
    ) -> Sheet:
        """Return a paper set as PDF; see `documents.pdf.lay_out`."""
        job = (html, record, day, enclosed)
        sheet: Sheet = await self._run("documents.pdf", "lay_out", *job)
        return sheet

    async def pages(self, pdf: bytes) -> int:
        """Return how many pages a PDF has; see `documents.pdf.pages`."""
        count: int = await self._run("documents.pdf", "pages", pdf)
        return count

    async def seal_pdf(self, name: str) -> bytes:
        """Return the round seal of a body; see `documents.pdf.seal_pdf`."""
        pdf: bytes = await self._run("documents.pdf", "seal_pdf", name)
        return pdf

    async def hand_pdf(self, name: str) -> bytes:
        """Return the drawn name of a person; see `documents.pdf.hand_pdf`."""
        pdf: bytes = await self._run("documents.pdf", "hand_pdf", name)
        return pdf

    async def verify(self, pdf: bytes, trust: Trust) -> Verdict:
        """Return the verdict on a file; one that breaks its process is not to be trusted."""
        job = ("documents.verify", "verify", pdf, trust)
        try:
            verdict: Verdict = await self._run(*job)
        except BrokenProcessPool:  # by this file, or by another in hand at the same time
            try:
                verdict = await self._alone(self._one_alone, self._seconds, *job)
            except BrokenProcessPool:
                return broken("the file exceeds the limits of its reader")
        return verdict

    async def inspect(self, data: bytes, name: str) -> Found:
        """Return what an uploaded file is; see `documents.uploads.inspect`.

        Raises:
            UploadError: It is refused; also one that breaks its process.
            BusyError: Too many wait already.
        """
        if self._waiting >= _MOST_WAITING:
            raise BusyError("too many files wait to be looked at")
        self._waiting += 1
        try:
            # After a job that filled its memory, a process was measured to fail at the next.
            job = ("documents.uploads.inspect", "inspect", data, name)
            found: Found = await self._alone(self._one_upload, _UPLOAD_SECONDS, *job)
        except BrokenProcessPool:
            raise refusal("bomb") from None
        finally:
            self._waiting -= 1
        return found

    async def _alone(self, turn: asyncio.Lock, seconds: int, *job: Any) -> Any:
        """Do a job in a process that does no other.

        Raises:
            BrokenProcessPool: It broke its process.
        """
        async with turn:
            pool = self._new_pool(seconds)
            try:
                return await asyncio.get_running_loop().run_in_executor(pool, _call, *job)
            finally:
                pool.shutdown(wait=False)

    def close(self) -> None:
        """Let the processes end."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, module: str, name: str, *material: Any) -> Any:
        loop, pool = asyncio.get_running_loop(), self._pool
        try:
            return await loop.run_in_executor(pool, _call, module, name, *material)
        except BrokenProcessPool:
            if self._pool is pool:  # others that waited on it find the new one
                self._pool = self._new_pool()
            raise

    def _new_pool(self, seconds: int | None = None) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._workers,
            mp_context=get_context("spawn"),
            initializer=_prepare,
            initargs=(self._fonts, seconds or self._seconds),
            max_tasks_per_child=_JOBS,
        )


def _call(module: str, name: str, *material: Any) -> Any:
    return getattr(import_module(module), name)(*material)


def _prepare(fonts: Path | None, seconds: int) -> None:
    choose(fonts)
    die_with_parent()
    # Ctrl-C is for the parent, who then ends the pool.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
