"""`./run cli person …` and `./run cli body …`: who there is, and in which role."""

# ruff: noqa: PLC0415 -- commands import what they use when they run

import asyncio
from typing import Annotated

import typer

from clitools.printing import Json, say, table
from settings import Settings

people = typer.Typer(help="人员 · people", no_args_is_help=True)
bodies = typer.Typer(help="机构 · bodies", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="人员编号 · id of the person")]
Body = Annotated[str, typer.Argument(help="机构编号 · id of the body")]
Role = Annotated[str, typer.Argument(help="角色 · role, as the policy names it")]


@people.command("list")
def list_people(*, as_json: Json = False) -> None:
    """List people and their roles."""
    from clitools.cases import everybody

    rows = asyncio.run(everybody(Settings()))
    table(rows, ("person", "name", "party", "role", "category"), as_json=as_json)


@people.command("enter")
def enter_a_person(
    person: Id,
    name: str,
    name_en: Annotated[str, typer.Option(help="外文名 · in Latin letters")] = "",
) -> None:
    """Enter a person. The name is sealed with a key of their own."""
    from clitools.people import enter
    from records.tables import Person

    asyncio.run(enter(Settings(), Person(id=person, name=name, name_en=name_en)))
    say(f"{person} 已登记 · entered")


@people.command("appoint")
def appoint_a_person(
    person: Id,
    body: Body,
    role: Role,
    category: Annotated[str, typer.Option(help="委员、专家的类别 · peer, ethics, law")] = "",
    employer: Annotated[str, typer.Option(help="专家的单位 · an expert's institution")] = "",
) -> None:
    """Give a person a role in a body; the trail tells of it."""
    from clitools.people import give_role
    from records.tables import Appointment

    made = Appointment(
        person_id=person, party_id=body, role=role, category=category, employer=employer
    )
    asyncio.run(give_role(Settings(), made))
    say(f"{person} @ {body}: {role}")


@people.command("dismiss")
def dismiss_a_person(person: Id, body: Body, role: Role) -> None:
    """End a role; the trail tells of it, and it allows nothing any more."""
    from clitools.people import end_role

    asyncio.run(end_role(Settings(), person, body, role))
    say(f"{person} @ {body}: {role} 已免 · ended")


@people.command("token")
def issue_a_token(
    person: Id,
    body: Body,
    days: Annotated[int, typer.Option(min=1, max=366, help="有效天数 · days")] = 90,
) -> None:
    """Print a fresh token. It is shown this once: only its hash is kept."""
    from clitools.people import new_token

    typer.echo(asyncio.run(new_token(Settings(), person, body, days)))


@bodies.command("enter")
def enter_a_body(  # noqa: PLR0913 -- what is known of a body
    body: Body,
    kind: Annotated[str, typer.Argument(help="institution, committee, authority, platform")],
    name: str,
    *,
    name_en: Annotated[str, typer.Option(help="英文名 · in English")] = "",
    division: Annotated[str, typer.Option(help="行政区划代码 · GB/T 2260")] = "",
    credit_code: Annotated[str, typer.Option(help="统一社会信用代码 · GB 32100")] = "",
    short: Annotated[str, typer.Option(help="发文字号的开头 · how its numbers begin")] = "",
    serves: Annotated[str, typer.Option(help="委员会所属单位 · a committee's body")] = "",
    filing_entity: Annotated[str, typer.Option(help="备案编号中的七位 · seven digits")] = "",
) -> None:
    """Enter a body, or change what is known of it; the trail tells of it."""
    from clitools.people import enter_body
    from records.tables import Party

    party = Party(
        id=body,
        kind=kind,
        name=name,
        name_en=name_en,
        division=division,
        credit_code=credit_code,
        short=short,
        serves=serves,
        filing_entity=filing_entity,
    )
    asyncio.run(enter_body(Settings(), party))
    say(f"{body} 已登记 · entered")
