"""`./run cli key …`: the keys that seal and sign papers."""

# ruff: noqa: PLC0415 -- commands import what they use when they run

from enum import StrEnum
from typing import Annotated

import typer

from clitools.printing import Json, document, out, table
from settings import Settings

keys = typer.Typer(help="签名密钥 · keys that seal and sign", no_args_is_help=True)


class Holder(StrEnum):
    """Whose key it is."""

    BODY = "body"
    PERSON = "person"
    LOG = "log"


@keys.command("list")
def list_keys(*, as_json: Json = False) -> None:
    """List certificates, those laid aside too."""
    from clitools.keys import listed

    table(listed(Settings()), ("key", "name", "until"), as_json=as_json)


@keys.command("retire")
def retire_key(
    kind: Holder,
    identifier: Annotated[str, typer.Argument(help="of a body or a person")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Lay a key aside: a new one signs what is to come, what was signed still holds."""
    from clitools.keys import retire, retire_log

    if kind is Holder.LOG:
        place = retire_log(Settings())
    else:
        place = retire(Settings(), "body" if kind is Holder.BODY else "person", identifier)
    if as_json:
        document({"retired": place})
    else:
        out.print(place)
