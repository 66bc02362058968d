"""What figures count, and how a figure of each unit is compared unless its row says else."""

from typing import Final

UNITS: Final = {
    **dict.fromkeys(("day", "working_day", "month", "hour", "year"), "at_most"),
    **dict.fromkeys(("category", "person", "share", "percent", "times", "yuan"), "at_least"),
    **dict.fromkeys(("keyword", "question", "sample"), "at_least"),
    **dict.fromkeys(("item", "date"), "exactly"),
    **dict.fromkeys(("duty", "switch"), ""),
}
BOUNDS: Final = {
    "at_least": "≥",  # 以上, 不少于
    "at_most": "≤",  # 以下, 以内, 不超过
    "exclusive": ">",  # 超过
    "below": "<",  # 不满
    "exactly": "=",
    "": "",
}


def bound_of(unit: str) -> str:
    """Return how a figure of a unit is compared; a term is the most that may pass."""
    return UNITS.get(unit, "at_least")
