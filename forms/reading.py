"""Answers from a YAML or JSON file, as the API takes them: dates as text."""

from pathlib import Path
from typing import Any, Final, cast

from forms.source import SourceError, load

LARGEST: Final = 20 << 20


class AnswersError(ValueError):
    """The file holds no answers; the message says why."""


def read_answers(path: Path) -> dict[str, Any]:
    """Return the answers of a file.

    Raises:
        OSError: There is no such file.
        AnswersError: It is not YAML or JSON, or no object.
    """
    try:
        data = _plain(load(path.read_bytes(), str(path), LARGEST))
    except SourceError as error:
        raise AnswersError(str(error)) from None
    if not isinstance(data, dict):
        raise AnswersError(f"{path} 应为一组回答 · must be an object")
    return cast("dict[str, Any]", data)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        entries = cast("dict[str, Any]", value)
        return {key: _plain(entry) for key, entry in entries.items()}
    if isinstance(value, list):
        return [_plain(row) for row in cast("list[Any]", value)]
    return value.isoformat() if hasattr(value, "isoformat") else value
