"""The annex lists of activities that need the expert re-review, item by item."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from law.citation import Confidence
from law.conclusion import Conclusion
from law.finding import Reason
from law.parameters import cite, instrument_data, source
from law.words import Words

_MEASURES: Final = "ethics_measures_2023"
_AI: Final = "ai_ethics_measures_2026"


def annexes() -> tuple["Entry", ...]:
    """Return the items of both lists; the AI Measures' list repeats three of the seven."""
    return _annexes(source())


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of an annex list, with what follows from its answers."""

    since: date
    until: date | None
    conclusion: Conclusion


@lru_cache(maxsize=16)
def _annexes(folder: Path | None) -> tuple[Entry, ...]:  # noqa: ARG001 -- the key
    return tuple(
        Entry(
            entry["from"],
            entry.get("to"),
            Conclusion(
                f"annex.{entry['code']}" if file == _MEASURES else f"ai_annex.{entry['code']}",
                tuple(entry["needs"]),
                Reason(
                    Words(
                        f"清单第{entry['item']}项：{entry['label']['zh']}",
                        f"List item {entry['item']}: {entry['label']['en']}",
                    ),
                    replace(cite(file, 0), annex=entry["item"]),
                    Confidence(entry["confidence"]),
                ),
            ),
        )
        for file in (_MEASURES, _AI)
        for entry in instrument_data(file)["annex"]
    )
