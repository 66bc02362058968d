"""What the demonstration knows without a database: its dossier and its tokens."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from forms.reading import AnswersError, read_answers

DOSSIER: Final = Path(__file__).with_name("dossier.yaml")
INSTITUTION: Final = "institution-1"
COMMITTEE: Final = "committee-1"


def read_dossier(path: Path = DOSSIER) -> dict[str, Any]:
    """Return a dossier's facts as the API takes them: dates as text.

    Raises:
        OSError: There is no such file.
        AnswersError: It is not YAML, or no dossier.
    """
    data = read_answers(path)
    try:
        _ = data["project"]["institution"]["credit_code"]
    except (LookupError, TypeError):
        raise AnswersError(
            f"{path} 不是案卷事实 · not a dossier of the shape of demo/dossier.yaml"
        ) from None
    return data


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
