"""YAML 1.2 of strangers: limited in size, without aliases, which can multiply without end."""

# The YAML library is untyped:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent


class SourceError(ValueError):
    """The text cannot be read; the message says where and why."""


def load(text: bytes, file: str, largest: int) -> Any:
    """Return what a YAML (or JSON) text holds.

    Raises:
        SourceError: It is larger than `largest` bytes, not YAML 1.2, or uses aliases.
    """
    if len(text) > largest:
        raise SourceError(f"{file}: 超过 {largest} 字节 · larger than {largest} bytes")
    yaml = YAML(typ="safe", pure=True)
    try:
        if (line := _alias(yaml, text)) is None:
            return yaml.load(text)
    except RecursionError:
        raise SourceError(f"{file}: 嵌套过深 · nested too deeply") from None
    except (YAMLError, ValueError) as error:
        raise SourceError(f"{file}: 不是 YAML · not YAML: {error}") from None
    raise SourceError(f"{file}:{line}: 不得使用 YAML 别名 · no YAML aliases; write it out")


def _alias(yaml: YAML, text: bytes) -> int | None:
    """Return the line of the first alias; without a star the text need not be read twice."""
    events = yaml.parse(text) if b"*" in text else ()
    marks = (event.start_mark for event in events if isinstance(event, AliasEvent))
    return next((mark.line + 1 for mark in marks), None)
