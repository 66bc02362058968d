"""An act through the whole path against a bare update; to reach: 0.6 of its rate, p95 <= 2x.

Eight callers, each on a case of their own. The whole path is HTTP, policy, workflow, trail and
answer, on the real stack with SQLite; the bare update runs on the same Temporal server, its
worker in a process of its own, as ours is.
"""

import asyncio
import multiprocessing
import tempfile
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import quantiles
from time import perf_counter

import httpx
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from benchmarks.bare import Bare, nothing
from demo.facts import read_dossier
from demo.journey import Journey
from demo.seed import seed
from demo.stack import running
from settings import Settings

CALLERS = 8
ACTS = 40
ROUNDS = 3
QUEUE = "bare"
BALLOT = {"kind": "ethics_review.change_ballot", "choice": "approve"}


async def main() -> None:
    """Print the round whose ratio of rates is the median: the machine is seldom quiet."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), port=8971, temporal_port=7971)
        async with running(settings) as address:
            target = f"127.0.0.1:{settings.temporal_port}"
            rounds = [
                (await _bare(target), await _whole(settings, address)) for _ in range(ROUNDS)
            ]
    floor, ours = sorted(rounds, key=lambda r: _rate(r[1]) / _rate(r[0]))[ROUNDS // 2]
    print(f"act, whole path: {_said(ours)}")
    print(f"  floor, bare update with an empty activity: {_said(floor)}")
    rate = _rate(ours) / _rate(floor)
    p95 = _p95(ours) / _p95(floor)
    print(f"  ratio of rates {rate:.2f} (>= 0.6), of p95 {p95:.2f} (<= 2)")


Times = tuple[float, list[float]]


async def _measure(acts: list[Callable[[], Awaitable[object]]]) -> Times:
    for act in acts:
        await act()
    times: list[float] = []

    async def call(act: Callable[[], Awaitable[object]]) -> None:
        for _ in range(ACTS):
            start = perf_counter()
            await act()
            times.append(perf_counter() - start)

    start = perf_counter()
    await asyncio.gather(*(call(act) for act in acts))
    return perf_counter() - start, times


async def _bare(target: str) -> Times:
    worker = multiprocessing.get_context("spawn").Process(target=_work, args=(target,))
    worker.start()
    try:
        client = await Client.connect(target)
        handles = [
            await client.start_workflow(Bare.run, id=f"bare-{uuid.uuid4()}", task_queue=QUEUE)
            for _ in range(CALLERS)
        ]
        return await _measure([_update(handle) for handle in handles])
    finally:
        worker.kill()
        worker.join()


def _update(handle: WorkflowHandle[Bare, None]) -> Callable[[], Awaitable[object]]:
    return lambda: handle.execute_update(Bare.act, "x" * 300)  # pyright: ignore[reportUnknownMemberType]


def _work(target: str) -> None:
    async def run() -> None:
        client = await Client.connect(target)
        await Worker(client, task_queue=QUEUE, workflows=[Bare], activities=[nothing]).run()

    asyncio.run(run())


async def _whole(settings: Settings, address: str) -> Times:
    tokens = await seed(settings.database, read_dossier(), settings.sealing_key)
    async with httpx.AsyncClient(base_url=address, timeout=60, trust_env=False) as client:
        acts: list[Callable[[], Awaitable[object]]] = []
        for _ in range(CALLERS):
            journey = Journey(client, tokens, _hush)
            await journey.draft(read_dossier())
            await journey.submit()
            await journey.review_until_vote()
            await journey.act("MEMBER_1", "ethics_review.cast_ballot", choice="approve")
            acts.append(_change(client, journey))
        return await _measure(acts)


def _hush(_who: str, _what: str) -> None:
    """Tell nobody."""


def _change(client: httpx.AsyncClient, journey: Journey) -> Callable[[], Awaitable[object]]:
    path = f"/v1/cases/{journey.number}/ethics-review/1/acts"
    token = journey.tokens["MEMBER_1"]

    async def act() -> None:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
        (await client.post(path, json=BALLOT, headers=headers)).raise_for_status()

    return act


def _rate(measured: Times) -> float:
    return len(measured[1]) / measured[0]


def _p95(measured: Times) -> float:
    return quantiles(measured[1], n=20)[-1]


def _said(measured: Times) -> str:
    return f"{_rate(measured):.1f}/s, p95 {_p95(measured) * 1000:.0f} ms at {CALLERS} callers"


if __name__ == "__main__":
    asyncio.run(main())
