"""Free text: plain words only, and never in an event.

An event holds a salted commitment; the words and the salt stand apart, where they can be
erased without breaking the trail (PIPL 47).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from hmac import new as hmac
from typing import Annotated, Any, Final, cast, get_type_hints

from cases.errors import TextError
from law.words import Words

PROSE: Final = "prose"
Prose = Annotated[str, PROSE]
"""A field of an act that holds words of a person."""

COMMITMENT: Final = "commitment"
Commitment = Annotated[str, COMMITMENT]
"""Lower-case hex SHA-256 of a domain tag, the field's path, its salt and its words."""

LIMIT: Final = 5000
ENTRIES: Final = 200
TOTAL: Final = 60_000
"""Texts, and characters in all, that one act may bring: its record travels in one message."""
_MARKUP: Final = re.compile(r"<[a-zA-Z/!?]|\{\{|\{%|\{#|&#|javascript:", re.IGNORECASE)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def unplain(value: str, limit: int = LIMIT) -> Words | None:
    """Say what keeps a text from being plain words; None when nothing does."""
    if len(value) > limit:
        return Words(
            f"文字超过 {limit} 字（{len(value)} 字）", f"longer than {limit} characters"
        )
    if value and not value.strip():
        return Words("只有空白", "holds nothing but blanks")
    if _SURROGATE.search(value):
        return Words("含有不成对的代理字符", "holds lone surrogates")
    if _MARKUP.search(value):
        return Words("含有标记、脚本或者模板括号", "holds markup, script or template braces")
    if _CONTROL.search(value):
        return Words("含有控制字符", "holds control characters")
    return None


@dataclass(frozen=True, slots=True)
class Payload:
    """The words behind a commitment."""

    path: str
    value: str
    salt: str  # hex, 32 bytes
    commitment: Commitment


def commitment(path: str, salt: str, value: str) -> Commitment:
    """Commit to words without showing them; without the salt they cannot be guessed."""
    parts = (b"shenbei/commit/v1", path.encode(), bytes.fromhex(salt), value.encode())
    return sha256(b"\0".join(parts)).hexdigest()


def field_salt(salt: str, path: str) -> str:
    """Derive the salt of one field, so that showing one field shows no other."""
    return hmac(bytes.fromhex(salt), path.encode(), sha256).hexdigest()


def payloads(act: object, salt: str) -> tuple[Payload, ...]:
    """Return the words of an act with their commitments; empty texts have none."""
    found: list[Payload] = []
    for path, value in prose(act):
        own = field_salt(salt, path)
        found.append(Payload(path, value, own, commitment(path, own, value)))
    return tuple(found)


def check(act: object) -> None:
    """Refuse an act whose words are not plain.

    Raises:
        TextError: It names the first field that is wrong, and why.
    """
    texts = list(prose(act))
    if len(texts) > ENTRIES or sum(len(value) for _, value in texts) > TOTAL:
        raise TextError(
            Words(
                f"一次办理最多 {ENTRIES} 段、共 {TOTAL} 字，请分次或者改为附件",
                f"an act takes {ENTRIES} texts of {TOTAL} characters in all; split it",
            )
        )
    for path, value in texts:
        if wrong := unplain(value):
            raise TextError(Words(f"「{path}」{wrong.zh}", f"{path}: {wrong.en}"))


def prose(act: object, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, words) of each filled prose field, nested rows included."""
    if not is_dataclass(act):
        return
    marked = _marked_fields(type(act), PROSE)
    for field in fields(act):
        path, value = prefix + field.name, getattr(act, field.name)
        if field.name in marked and value:
            yield from _each(path, value)
        elif isinstance(value, tuple):
            for index, row in enumerate(cast("tuple[Any, ...]", value)):
                yield from prose(row, f"{path}/{index}/")


def commitments(event: object) -> Iterator[Commitment]:
    """Yield what an event commits to, at any depth; empty texts have no commitment."""
    if not is_dataclass(event):
        return
    marked = _marked_fields(type(event), COMMITMENT)
    for field in fields(event):
        value = getattr(event, field.name)
        several = cast("tuple[Any, ...]", value) if isinstance(value, tuple) else (value,)
        if field.name in marked:
            yield from filter(None, several)
        else:
            for one in several:
                yield from commitments(one)


def _each(path: str, value: str | tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    else:
        yield from ((f"{path}/{index}", text) for index, text in enumerate(value))


_MARKED: dict[tuple[type, str], frozenset[str]] = {}


def _marked_fields(kind: type, mark: str) -> frozenset[str]:
    if (kind, mark) not in _MARKED:
        hints = get_type_hints(kind, include_extras=True).items()
        found = frozenset(name for name, hint in hints if repr(mark) in repr(hint))
        _MARKED[kind, mark] = found
    return _MARKED[kind, mark]
