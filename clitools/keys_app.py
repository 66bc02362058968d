"""`./run cli key …`: the keys that seal and sign papers."""

# ruff: noqa: PLC0415 -- commands import what they use when they run

from enum import StrEnum

import typer

from clitools.printing import Json, document, out, table
from settings import Settings

keys = typer.Typer(help="签名密钥 · keys that seal and sign", no_args_is_help=True)


class Holder(StrEnum):
    """Whose key it is."""

    BODY = "body"
    PERSON = "person"


@keys.command("list")
def list_keys(*, as_json: Json = False) -> None:
    """List certificates, those laid aside too."""
    from clitools.keys import listed

    table(listed(Settings()), ("key", "name", "until"), as_json=as_json)


@keys.command("retire")
def retire_key(kind: Holder, identifier: str, *, as_json: Json = False) -> None:
    """Lay a key aside: the next paper is signed with a new one, old papers still hold."""
    from clitools.keys import retire

    place = retire(Settings(), kind.value, identifier)
    if as_json:
        document({"retired": place})
    else:
        out.print(place)
