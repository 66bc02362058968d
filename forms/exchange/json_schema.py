"""JSON Schema 2020-12 of a form's answers, and of the definition files themselves.

A schema accepts what `forms.completeness` calls complete. Two things it cannot say are left to
that function: order of dates in conditions, and check characters (`x-check` names them).
"""

from collections.abc import Iterator
from typing import Any, Final

from forms.questionnaire import AnyOf, Condition, Item, Questionnaire

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
_GIVEN: Final[Schema] = {"not": {"enum": ["", None, [], {}]}}
_PLAIN: Final = {"type": "string", "pattern": r"\S"}
_KINDS: Final[dict[str, Schema]] = {
    "string": _PLAIN,
    "text": _PLAIN,
    "integer": {"type": "integer"},
    "decimal": {"type": ["string", "integer"], "pattern": r"^-?\d{1,15}(\.\d{1,10})?$"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    "dateTime": {"type": "string", "format": "date-time"},
    "url": {"type": "string", "format": "uri", "pattern": r"^https?://[^\s/?#]+\.[^\s]+$"},
}


def schema(form: Questionnaire) -> Schema:
    """Return the schema of a form's complete answers."""
    root = _group(form.item)
    rules = list(_rules(form.item, (), ()))
    return {
        "$schema": DRAFT,
        "$id": form.canonical,
        "title": form.title.zh,
        "x-title-en": form.title.en,
        **root,
        **({"allOf": rules} if rules else {}),
    }


def definition_schema() -> Schema:
    """Return the schema of definition files, for editors that complete and check them."""
    return {"$schema": DRAFT, **Questionnaire.model_json_schema(by_alias=True)}


def _group(items: tuple[Item, ...]) -> Schema:
    asked = [item for item in items if item.type != "display"]
    required = [item.key for item in asked if _always(item)]
    body: Schema = {
        "type": "object",
        "properties": {item.key: _property(item) for item in asked},
        "additionalProperties": False,
    }
    return body | ({"required": required} if required else {})


def _always(item: Item) -> bool:
    """Tell whether an item is required whatever else is answered."""
    if item.enableWhen:
        return False
    if item.type == "group" and not item.repeats:
        return any(_always(child) for child in item.item)
    return item.required or item.minOccurs > 0


def _property(item: Item) -> Schema:
    body: Schema = _group(item.item) if item.type == "group" else _leaf(item)
    if item.type == "group" and item.repeats:
        # Conditions on questions of the same row belong to the row.
        rules = list(_rules(item.item, (), (), row=item.linkId))
        body |= {"allOf": rules} if rules else {}
    if item.repeats:
        least = max(item.minOccurs, int(item.required))
        body = Schema(type="array", items=body, maxItems=item.maxOccurs)
        body |= {"minItems": least} if least else {}
    body["title"], body["x-title-en"] = item.text.zh, item.text.en
    if item.cite:
        body["x-cite"] = [c.model_dump(exclude_defaults=True) for c in item.cite]
    return body


def _leaf(item: Item) -> Schema:
    if item.type == "coding":
        return {"enum": [option.code for option in item.answerOption]}
    if item.type == "attachment":
        return _attachment(item)
    body = dict(_KINDS[item.type])
    if item.type in {"string", "text"}:
        body["maxLength"] = item.maxLength
        if item.regex:
            body["pattern"] = f"^(?:{item.regex})$"
    if item.minValue is not None:
        body["minimum"] = item.minValue
    if item.maxValue is not None:
        body["maximum"] = item.maxValue
    if item.check:
        body["x-check"] = item.check
    return body


def _attachment(item: Item) -> Schema:
    return {
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": 255},
            "type": {"enum": list(item.mimeTypes)},
            "size": {"type": "integer", "minimum": 1, "maximum": item.maxSize},
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        },
        "required": ["name", "type", "size", "sha256"],
        "additionalProperties": False,
    }


def _rules(
    items: tuple[Item, ...],
    conditions: tuple[Schema, ...],
    way: tuple[str, ...],
    *,
    row: str = "",
) -> Iterator[Schema]:
    """Yield an if/then for each item that is required only when it is asked.

    Args:
        items: The items of a group.
        conditions: What must hold for the group to be asked.
        way: Keys from where the rules stand to the group.
        row: linkId of the repeating group whose rows the rules stand in.
    """
    for item in items:
        own = conditions
        if item.enableWhen:
            holds = _holds(item, row)
            if holds is None:  # about a row outside, or an order no schema knows
                continue
            own = (*conditions, holds)
        leaf = item.type != "group" or item.repeats
        if leaf and own and (item.required or item.minOccurs):
            yield {"if": {"allOf": list(own)}, "then": _demand((*way, item.key))}
        elif item.type == "group" and not item.repeats:
            yield from _rules(item.item, own, (*way, item.key), row=row)


def _holds(item: Item, row: str) -> Schema | None:
    parts = [_entry(entry, row) for entry in item.enableWhen]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return {"anyOf": known} if item.enableBehavior == "any" else {"allOf": known}


def _entry(entry: Condition | AnyOf, row: str) -> Schema | None:
    if isinstance(entry, AnyOf):
        parts = [_condition(one, row) for one in entry.any]
        known = [part for part in parts if part is not None]
        return {"anyOf": known} if len(known) == len(parts) else None
    return _condition(entry, row)


def _condition(condition: Condition, row: str) -> Schema | None:
    if row and not condition.question.startswith(f"{row}."):
        return None
    way = tuple(condition.question.removeprefix(f"{row}.").split("."))
    wanted = condition.answer
    match condition.operator:
        case "=":
            # Of several answers, one that matches suffices.
            return _at(way, {"anyOf": [{"const": wanted}, _holding(wanted)]})
        case "!=":
            held = {"anyOf": [{"const": wanted}, _holding(wanted)]}
            return {"allOf": [_at(way, _GIVEN), {"not": _at(way, held)}]}
        case "exists":
            there = _at(way, _GIVEN)
            return there if wanted else {"not": there}
        case operator:
            return _ordered(way, operator, wanted)


def _holding(wanted: object) -> Schema:
    return {"type": "array", "contains": {"const": wanted}}


def _ordered(way: tuple[str, ...], operator: str, wanted: bool | int | str) -> Schema | None:  # noqa: FBT001 -- an answer
    if isinstance(wanted, bool) or not isinstance(wanted, int):
        return None
    word = {">": "exclusiveMinimum", "<": "exclusiveMaximum", ">=": "minimum", "<=": "maximum"}
    return _at(way, {"type": "integer", word[operator]: wanted})


def _at(way: tuple[str, ...], body: Schema) -> Schema:
    for key in reversed(way):
        body = {"type": "object", "properties": {key: body}, "required": [key]}
    return body


def _demand(way: tuple[str, ...]) -> Schema:
    *groups, key = way
    body: Schema = {"required": [key]}
    for group in reversed(groups):
        body = {"required": [group], "properties": {group: body}}
    return body
