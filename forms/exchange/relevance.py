"""Conditions as XLSForm writes them in the column `relevant`, and back: a closed grammar.

`${a} = 'x' and (${b} > 3 or selected(${c}, 'y'))`: comparisons joined by one word, one level
of brackets for `any`. Anything else is refused, never guessed.
"""

import re
from collections.abc import Container, Mapping
from typing import Any, Final

from forms.questionnaire import AnyOf, Condition, Item

_COMPARED: Final = re.compile(r"\$\{([\w.]+)\} *(=|!=|>=|<=|>|<) *('[^']*'|-?\d+)\Z")
_SELECTED: Final = re.compile(r"(not\()?selected\(\$\{([\w.]+)\}, *'([^']*)'\)\)?\Z")


def expression(item: Item, types: Mapping[str, Item]) -> str:
    """Return the conditions of an item as one expression; empty when there are none."""
    joined = " or " if item.enableBehavior == "any" else " and "
    return joined.join(_entry(entry, types) for entry in item.enableWhen)


def read_expression(text: str, booleans: Container[str]) -> dict[str, Any]:
    """Return `enableWhen` and `enableBehavior` of an expression.

    Args:
        text: The expression.
        booleans: The questions whose answers `yes` and `no` are true and false.

    Raises:
        ValueError: It is not of the closed grammar.
    """
    parts, word = _split(text.strip())
    entries: list[dict[str, Any]] = []
    for part in parts:
        if part.startswith("(") and part.endswith(")"):
            inner, joined = _split(part[1:-1])
            if joined != "or":
                raise ValueError(f"only «or» stands in brackets: {part}")
            entries.append({"any": [_read(one, booleans) for one in inner]})
        else:
            entries.append(_read(part, booleans))
    return {"enableWhen": entries, **({"enableBehavior": "any"} if word == "or" else {})}


def _entry(entry: Condition | AnyOf, types: Mapping[str, Item]) -> str:
    if isinstance(entry, AnyOf):
        return "(" + " or ".join(_condition(one, types) for one in entry.any) + ")"
    return _condition(entry, types)


def _condition(condition: Condition, types: Mapping[str, Item]) -> str:
    place, answer = f"${{{condition.question}}}", condition.answer
    if condition.operator == "exists":
        return f"{place} {'!=' if answer else '='} ''"
    asked = types[condition.question]
    if asked.type == "coding" and asked.repeats:
        chosen = f"selected({place}, '{answer}')"
        return chosen if condition.operator == "=" else f"not({chosen})"
    if isinstance(answer, bool):
        return f"{place} {condition.operator} '{'yes' if answer else 'no'}'"
    value = answer if isinstance(answer, int) else f"'{answer}'"
    return f"{place} {condition.operator} {value}"


def _split(text: str) -> tuple[list[str], str]:
    """Split at the joining word outside brackets and quotes; it must be one word only."""
    parts, words, depth, start = list[str](), set[str](), 0, 0
    quoted = False
    for at, character in enumerate(text):
        quoted ^= character == "'"
        depth += 0 if quoted else {"(": 1, ")": -1}.get(character, 0)
        for word in () if depth or quoted else (" and ", " or "):
            if text.startswith(word, at):
                parts.append(text[start:at].strip())
                words.add(word.strip())
                start = at + len(word)
    parts.append(text[start:].strip())
    if len(words) > 1 or depth:
        raise ValueError(f"«and» and «or» mixed without brackets: {text}")
    return parts, next(iter(words), "and")


def _read(text: str, booleans: Container[str]) -> dict[str, Any]:
    if found := _SELECTED.match(text):
        operator = "!=" if found[1] else "="
        return {"question": found[2], "operator": operator, "answer": found[3]}
    found = _COMPARED.match(text)
    if found is None:
        raise ValueError(f"not a condition of ours: {text}")
    question, operator, raw = found.groups()
    if raw == "''":
        return {"question": question, "operator": "exists", "answer": operator == "!="}
    return {
        "question": question,
        "operator": operator,
        "answer": _answer(raw, boolean=question in booleans),
    }


def _answer(raw: str, *, boolean: bool) -> bool | int | str:
    if not raw.startswith("'"):
        return int(raw)
    word = raw.strip("'")
    return {"yes": True, "no": False}.get(word, word) if boolean else word
