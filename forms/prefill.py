"""Fill a form from the project's facts, and say which fact fed which box.

One fact is asked once: an item names its fact by a linkId of `project_facts`. A repeating
group is filled row by row, its children by their names. Inside a repeating group that no fact
fills, a child's fact goes to the first row.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast

from forms.conditions import EMPTY, Answers
from forms.questionnaire import Item, Questionnaire


class Fed(NamedTuple):
    """A box that a fact fed: the path of the box, the linkId of the fact."""

    path: str
    fact: str


def prefill(
    form: Questionnaire, facts: Answers, answers: Answers | None = None
) -> tuple[dict[str, Any], tuple[Fed, ...]]:
    """Return answers with every empty box filled that a fact is known for, and what fed them.

    What a person answered stays as it is. Box and fact need the same shape; where the fact's
    shape is another (a list for a single box), the box stays empty.
    """
    filled: dict[str, Any] = dict(answers or {})
    fed = list(_group(form.item, facts, filled, ""))
    return filled, tuple(fed)


def _group(
    items: tuple[Item, ...], facts: Answers, into: dict[str, Any], path: str
) -> Iterator[Fed]:
    for item in items:
        here = f"{path}{item.key}"
        known = into.get(item.key)
        if item.fact is not None and known in EMPTY:
            value = _shaped(item, _fact(item.fact, facts))
            if value not in EMPTY:
                into[item.key] = value
                yield Fed(here, item.fact)
                continue
        if item.type == "group":
            yield from _inside(item, facts, into, here)


def _inside(item: Item, facts: Answers, into: dict[str, Any], path: str) -> Iterator[Fed]:
    known: Any = into.get(item.key)
    rows = cast("list[Any]", known or [{}]) if item.repeats else [known]
    first: Any = rows[0]
    inner: dict[str, Any] = dict(cast("Answers", first)) if isinstance(first, Mapping) else {}
    prefix = f"{path}/0/" if item.repeats else f"{path}/"
    fed = list(_group(item.item, facts, inner, prefix))
    if fed:
        into[item.key] = [inner, *rows[1:]] if item.repeats else inner
        yield from fed


def _fact(link: str, facts: Answers) -> Any:
    value: Any = facts
    for part in link.split("."):
        value = cast("Answers", value).get(part) if isinstance(value, Mapping) else None
    return value


def _shaped(item: Item, value: Any) -> Any:
    """Return a fact in the shape of a box; None where it does not fit."""
    if item.repeats is not isinstance(value, list):
        return None
    if item.type != "group":
        return None if isinstance(value, Mapping) else value
    if item.repeats:
        rows = [_row(item, row) for row in cast("list[Any]", value)]
        return [row for row in rows if row]
    return _row(item, value)


def _row(item: Item, row: Any) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        return {}
    known = cast("Answers", row)
    return {
        child.key: value
        for child in item.item
        if (value := _shaped(child, known.get(child.key))) not in EMPTY
    }
