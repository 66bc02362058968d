"""HL7 FHIR R5: answers as QuestionnaireResponse, and back."""

from collections.abc import Iterator
from typing import Any, Final, cast

from forms.conditions import EMPTY, Answers
from forms.exchange.fhir import OURS, Resource
from forms.questionnaire import Item, Questionnaire

_VALUES: Final = {
    "string": "valueString",
    "text": "valueString",
    "integer": "valueInteger",
    "decimal": "valueDecimal",
    "boolean": "valueBoolean",
    "date": "valueDate",
    "dateTime": "valueDateTime",
    "coding": "valueCoding",
    "url": "valueUri",
    "attachment": "valueAttachment",
}


def response(form: Questionnaire, answers: Answers, authored: str) -> Resource:
    """Return answers as a FHIR R5 QuestionnaireResponse, as completed at a moment."""
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": form.canonical,
        "status": "completed",
        "authored": authored,
        "item": list(_answers(form.item, answers)),
    }


def read_response(form: Questionnaire, resource: Resource) -> dict[str, Any]:
    """Return the answers a QuestionnaireResponse holds.

    Raises:
        ValueError: It answers another form or version, or names unknown questions.
    """
    if resource.get("questionnaire") != form.canonical:
        raise ValueError(f"answers {resource.get('questionnaire')}, not {form.canonical}")
    return _read_answers(form.item, resource.get("item", ()))


def _answers(items: tuple[Item, ...], answers: Answers) -> Iterator[Resource]:
    for item in items:
        value = answers.get(item.key)
        if value in EMPTY:
            continue
        if item.type == "group":
            for row in cast("list[Any]", value) if item.repeats else [value]:
                yield {
                    "linkId": item.linkId,
                    "item": list(_answers(item.item, cast("Answers", row))),
                }
        else:
            values = cast("list[Any]", value) if item.repeats else [value]
            yield {"linkId": item.linkId, "answer": [_value(item, one) for one in values]}


def _value(item: Item, value: Any) -> Resource:
    name = _VALUES[item.type]
    if item.type == "coding":
        return {name: {"code": value}}
    if item.type == "attachment":
        file = {"contentType": value["type"], "title": value["name"], "size": value["size"]}
        hash_ = {"url": f"{OURS}sha256", "valueString": value["sha256"]}
        return {name: file | {"extension": [hash_]}}
    return {name: value}


def _read_answers(items: tuple[Item, ...], rows: list[Resource]) -> dict[str, Any]:
    known = {item.linkId: item for item in items}
    found: dict[str, Any] = {}
    for row in rows:
        if row["linkId"] not in known:
            raise ValueError(f"no question {row['linkId']} in its group")
        item = known[row["linkId"]]
        if item.type == "group":
            inner = _read_answers(item.item, row.get("item", ()))
            if item.repeats:
                found.setdefault(item.key, []).append(inner)
            else:
                found[item.key] = inner
        else:
            values = [_read_value(item, answer) for answer in row.get("answer", ())]
            found[item.key] = values if item.repeats else values[0]
    return found


def _read_value(item: Item, answer: Resource) -> Any:
    value = answer[_VALUES[item.type]]
    if item.type == "coding":
        return value["code"]
    if item.type == "attachment":
        return {
            "name": value["title"],
            "type": value["contentType"],
            "size": value["size"],
            "sha256": value["extension"][0]["valueString"],
        }
    return value
