"""`./run cli trail …`: the trail."""

# ruff: noqa: PLC0415 -- commands import what they use when they run

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from clitools.moving_app import institution
from clitools.printing import Json, document, fail, report, say
from clitools.witnessing_app import witness
from settings import Settings

trail = typer.Typer(help="审计轨迹 · the trail", no_args_is_help=True)
trail.add_typer(witness, name="witness")
trail.add_typer(institution, name="institution")
Case = Annotated[str, typer.Option("--case", help="案件编号 · number of the case")]
To = Annotated[Path, typer.Option("--to", help="写到 · file to write")]


def _answer(found: dict[str, Any], *, as_json: bool) -> None:
    """Print a report; end with 1 where something does not hold."""
    if as_json:
        document(found)
    else:
        report(found)
    if not found["holds"]:
        raise typer.Exit(1)


@trail.command("verify")
def verify_the_trail(
    *,
    note: Annotated[
        list[Path] | None, typer.Option(help="另行保存的检查点 · a checkpoint kept elsewhere")
    ] = None,
    case: Annotated[str, typer.Option("--case", help="只核验一件 · of one case only")] = "",
    as_json: Json = False,
) -> None:
    """Verify the whole trail: hashes, tree, checkpoints, sequences, rows beside it."""
    from clitools.exporting import verify_case
    from clitools.trail import verify_whole

    asked = verify_case(Settings(), case) if case else verify_whole(Settings(), note or [])
    _answer(asyncio.run(asked), as_json=as_json)


@trail.command("proof")
def prove_an_entry(
    index: int,
    *,
    there: Annotated[
        bool, typer.Option(help="原日志中的证明 · in the log it came from")
    ] = False,
) -> None:
    """Print the proof of an entry (C2SP tlog-proof)."""
    from clitools.trail import prove

    typer.echo(asyncio.run(prove(Settings(), index, there=there)), nl=False)


@trail.command("export")
def export_a_case(
    case: Case,
    to: To,
    proceeding: Annotated[list[str] | None, typer.Option(help="只含 · only these")] = None,
    act: Annotated[str, typer.Option(help="一次办理：回执中的 request · of a receipt")] = "",
) -> None:
    """Write the bundle of a case or an act: entries, proofs, words, papers, keys."""
    from clitools.exporting import export
    from records.bundles import Wanted

    wanted = Wanted(case, frozenset(proceeding or []), act)
    data = asyncio.run(export(Settings(), wanted))
    to.write_bytes(data)
    say(f"{to} · {len(data)} bytes · ./run verify {to}")


@trail.command("tiles")
def lay_the_tiles(to: To) -> None:
    """Write the tree as static files that others' clients read (C2SP tlog-tiles)."""
    from clitools.trail import lay_tiles

    size = asyncio.run(lay_tiles(Settings(), to))
    say(f"{to} · {size} 条 entries")


@trail.command("schema")
def print_the_schema(
    *,
    docs: Annotated[bool, typer.Option("--docs", help="写 · write docs/events.md")] = False,
    check: Annotated[bool, typer.Option("--check", help="是否最新 · is it current?")] = False,
) -> None:
    """Print the form of each kind of event, as JSON Schema; or keep its page."""
    from clitools.eventdocs import PAGE, page
    from records.folding import event_schema

    if check:
        if not PAGE.is_file() or PAGE.read_text("utf-8") != page():
            fail("docs/events.md 不是最新 · not current; run ./run cli trail schema --docs")
    elif docs:
        PAGE.write_text(page(), "utf-8")
    else:
        document(event_schema())


@trail.command("verifier")
def write_the_verifier(to: To = Path("verify.pyz")) -> None:
    """Write the stand-alone verifier of bundles: one file, for any Python."""
    from clitools.exporting import make_verifier

    make_verifier(to)
    say(f"{to} · python {to} BUNDLE.zip")


@trail.command("show")
def show_a_case(
    case: Case,
    at: Annotated[datetime, typer.Option(help="时刻（UTC）· moment, UTC")],
    *,
    as_json: Json = False,
) -> None:
    """Show a case as it stood at any second."""
    from datetime import UTC

    from clitools.trail import show

    moment = at if at.tzinfo else at.replace(tzinfo=UTC)
    found = asyncio.run(show(Settings(), case, moment))
    if as_json:
        document(found)
        return
    say(f"{case} · {found['at']} · {found['entries']} 条 entries")
    for one in found["proceedings"]:
        say(f"  {one['id']}  {one['stage']}  ({one['seq']})")
        for clock in one["state"]["clocks"]:
            ends = "停 stopped" if clock["stopped_at"] else "走 running"
            say(f"    {clock['name']} → {clock['due_on']} {ends}")
        for paper in one["state"]["papers"]:
            say(f"    {paper['number']} {paper['template']}")
    if not found["powers"]["of_then"]:
        say("按现行权限表 · by today's policy: that of then is not held")
    for could in found["powers"]["people"]:
        say(f"  {could['person']} @ {could['party']}: {'、'.join(could['acts'])}")


@trail.command("rebuild")
def rebuild_the_rows(
    into: Annotated[str, typer.Option(help="空数据库 · SQLAlchemy URL of an empty database")],
    *,
    as_json: Json = False,
) -> None:
    """Fold the whole trail into an empty database, and compare it with the live one."""
    from clitools.trail import rebuild_into

    _answer(asyncio.run(rebuild_into(Settings(), into)), as_json=as_json)


@trail.command("reconcile")
def reconcile_the_engine(
    *,
    mend: Annotated[
        bool, typer.Option(help="补齐落后的一边 · bring up what is behind")
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare the records with the workflow engine, after one of them was restored."""
    from clitools.reconciling import reconcile

    _answer(asyncio.run(reconcile(Settings(), mend=mend)), as_json=as_json)


@trail.command("restored")
def tell_of_a_restore() -> None:
    """Say in the trail, after a backup was restored, which signed checkpoint holds no more."""
    from clitools.trail import restored

    lost = asyncio.run(restored(Settings()))
    if lost is None:
        say("轨迹延续本机已签发的检查点，无需记录 · it extends what was signed here")
        return
    say(f"已记录：{lost.size} 条的检查点作废；请告知见证人 · told, and the log signs again: ")
    say(f"the checkpoint of {lost.size} entries is contradicted; tell the witnesses")


@trail.command("erase-payload")
def erase_a_payload(
    ground: Annotated[str, typer.Option(help="理由 · ground (PIPL, Art. 47)")],
    case: Annotated[str, typer.Option("--case", help="案件编号 · number of the case")] = "",
    commitment: Annotated[
        list[str] | None, typer.Option(help="承诺 · as events name them")
    ] = None,
    submission: Annotated[
        int | None, typer.Option(help="提交的版本 · a version that was submitted")
    ] = None,
    person: Annotated[str, typer.Option(help="某人的全部文字 · all words of a person")] = "",
) -> None:
    """Erase words for good; their commitment stays, and the trail says why.

    Either --case with --commitment; or --case with --submission: the answers of that version;
    or --person: all words of a person, and their key.
    """
    from cases.dossier import Ground
    from clitools.erasing import erase_version, erase_words, forget_person

    if ground not in set(Ground):
        fail(f"理由为 · a ground is one of: {', '.join(Ground)}")
    chosen = bool(person), bool(case and commitment), bool(case and submission is not None)
    if sum(chosen) != 1:
        fail(
            "请给出 --case 与 --commitment，--case 与 --submission，或者 --person · "
            "give one of these"
        )
    if person:
        count = asyncio.run(forget_person(Settings(), person, Ground(ground)))
    elif submission is not None:
        count = asyncio.run(erase_version(Settings(), case, submission, Ground(ground)))
    else:
        count = asyncio.run(erase_words(Settings(), case, commitment or [], Ground(ground)))
    say(f"已删除 {count} 处 · erased")


@trail.command("sample")
def draw_a_sample(
    checkpoint: Annotated[int, typer.Option(help="检查点的大小 · size of the checkpoint")],
    size: Annotated[int, typer.Option(min=1, help="抽几件 · how many cases")],
    seed_note: Annotated[str, typer.Option(help="抽样人的话 · words of who draws")],
    *,
    as_json: Json = False,
) -> None:
    """Draw cases that nobody chose: from a signed root and the drawer's words."""
    from clitools.trail import sample

    found = asyncio.run(sample(Settings(), checkpoint, size, seed_note))
    if as_json:
        document(found)
        return
    say(f"{found['of']} 件中抽 {len(found['cases'])} 件 · root {found['root']}")
    for case in found["cases"]:
        say(f"  {case}")
