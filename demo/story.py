"""`./run demo` and `./run serve`: the stack, the story, and what to do next."""

import asyncio
import signal
import sys
from pathlib import Path

import httpx
from rich.console import Console
from rich.markup import escape

from demo.facts import DOSSIER, read_dossier, read_tokens, write_tokens
from demo.journey import Journey
from demo.stack import StackError, running
from settings import Settings

_KINDS = (
    "APPLICANT",
    "OFFICER",
    "SAFETY_HEAD",
    "SECRETARY",
    "MEMBER_1",
    "ORGANISER",
    "EXPERT_1",
    "SAFETY_EXAMINER",
    "FILING_EXAMINER",
    "REGULATOR",
    "OPERATOR",
)
_out = Console(highlight=False, soft_wrap=True)


async def demo(settings: Settings, *, dossier: Path = DOSSIER, once: bool = False) -> None:
    """Start everything, carry one case to its number, then stay up."""
    await _run(settings, dossier, story=True, stay=not once)


async def serve(settings: Settings) -> None:
    """Start everything and stay up."""
    await _run(settings, DOSSIER, story=False, stay=True)


async def _run(settings: Settings, dossier: Path, *, story: bool, stay: bool) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    lost: list[str] = []

    def ended(name: str) -> None:
        lost.append(name)
        stopped.set()

    read_dossier(dossier)  # refused before anything starts
    async with running(settings, ended) as address:
        _out.print(f"[bold]审备 Shenbei[/]  {address}  （接口说明 {address}/docs）")
        tokens = await _tokens(settings, dossier, address)
        if story:
            telling = asyncio.create_task(_tell(settings, dossier, (address, tokens)))
            waiting = asyncio.create_task(stopped.wait())
            await asyncio.wait({telling, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not telling.done():
                telling.cancel()
                return
            telling.result()
        if stay and not stopped.is_set():
            _greet(settings, address, tokens)
            await stopped.wait()
    if lost:
        raise StackError(
            f"{lost[0]} 意外结束，见 logs/ 中的日志 · {lost[0]} ended by itself; see its log"
        )
    _out.print("已停止 · stopped")


async def _tokens(settings: Settings, dossier: Path, address: str) -> dict[str, str]:
    path = settings.home / "tokens.env"
    tokens = read_tokens(path)
    if not tokens:
        # Loaded only for a first start: the address is to be there within seconds.
        from demo.seed import seed  # noqa: PLC0415 -- see above

        tokens = await seed(settings.database, read_dossier(dossier), settings.sealing_key)
    write_tokens(path, tokens, address)
    return tokens


async def _tell(settings: Settings, dossier: Path, access: tuple[str, dict[str, str]]) -> None:
    address, tokens = access
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
        journey = Journey(client, tokens, _say)
        await journey.walk(read_dossier(dossier))
        await journey.archive()
        _out.print(f"\n[bold green]备案编号 {journey.filing_number}[/]")
        files = await _copies(settings, journey)
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        await client.get("/v1/trail/checkpoint")  # signed, so that the trail has a witness
    await asyncio.gather(_verify(["trail", "verify"]), _verify(["verify", *files]))


async def _copies(settings: Settings, journey: Journey) -> list[str]:
    """Lay copies of the papers where anybody can open them; in the store they lie sealed."""
    folder = settings.home / "out" / journey.number
    folder.mkdir(parents=True, exist_ok=True)
    files: list[str] = []
    for paper in journey.papers:
        copy = folder / f"{paper['template']}.pdf"
        copy.write_bytes(await journey.download(paper["sha256"]))
        _out.print(f"文书 {paper['number']}  {copy}")
        files.append(str(copy))
    return files


async def _verify(arguments: list[str]) -> None:
    """Verify as anybody would: by the command line, in a process of its own."""
    command = [sys.executable, str(Path(__file__).parents[1] / "cli.py"), *arguments]
    process = await asyncio.create_subprocess_exec(*command)
    if await process.wait() != 0:
        raise RuntimeError(f"{' '.join(arguments)} failed")


def _say(who: str, what: str) -> None:
    _out.print(f"[cyan]{who}[/]  {escape(what)}")


def _greet(settings: Settings, address: str, tokens: dict[str, str]) -> None:
    _out.print(f"\n地址 {address} · 令牌在 {settings.home}/tokens.env，每类人员一个：")
    for kind in _KINDS:
        _out.print(f"  {kind:16} {tokens[kind]}")
    _out.print("Ctrl-C 结束 · Ctrl-C stops")
