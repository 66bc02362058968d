"""YAML 1.2 of strangers: limited in size, without aliases, which can multiply without end."""

# The YAML library is untyped:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

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
        # An alias is written with a star; without one the text need not be read twice.
        for event in yaml.parse(text) if b"*" in text else ():
            if isinstance(event, AliasEvent):
                line = event.start_mark.line + 1
                raise SourceError(
                    f"{file}:{line}: 不得使用 YAML 别名 · no YAML aliases; write it out"
                )
        return yaml.load(text)
    except RecursionError:
        raise SourceError(f"{file}: 嵌套过深 · nested too deeply") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise SourceError(f"{file}: 不是 YAML · not YAML: {error}") from None
