"""What the demonstration knows without a database: its dossier and its tokens."""

# The YAML library is untyped:
# pyright: reportUnknownMemberType=false

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

DOSSIER: Final = Path(__file__).with_name("dossier.yaml")
INSTITUTION: Final = "institution-1"
COMMITTEE: Final = "committee-1"


class DossierError(ValueError):
    """The file holds no dossier."""


def read_dossier(path: Path = DOSSIER) -> dict[str, Any]:
    """Return a dossier's facts as the API takes them: dates as text.

    Raises:
        OSError: There is no such file.
        DossierError: It is not YAML, or no dossier.
    """
    try:
        data = _plain(YAML(typ="safe", pure=True).load(path.read_text("utf-8")))
        if "credit_code" in data["project"]["institution"]:
            return cast("dict[str, Any]", data)
    except (YAMLError, UnicodeDecodeError, LookupError, TypeError):
        pass
    raise DossierError(
        f"{path} 不是案卷事实 · not a dossier of the shape of demo/dossier.yaml"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return {key: _plain(entry) for key, entry in entries.items()}
    if isinstance(value, list):
        return [_plain(row) for row in cast("list[Any]", value)]
    return value.isoformat() if hasattr(value, "isoformat") else value


def write_tokens(path: Path, tokens: Mapping[str, str], address: str) -> None:
    """Write tokens as shell variables, readable by the owner only."""
    lines = [f"API={address}", *(f"{name}={token}" for name, token in tokens.items())]
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read_tokens(path: Path) -> dict[str, str]:
    """Return the tokens of an earlier start; none when there was none."""
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text("utf-8").splitlines())
    return {name: value for name, value in pairs if name != "API"}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read_dossier(), ensure_ascii=False))
