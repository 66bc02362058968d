"""HL7 FHIR R5: a form as Questionnaire, and back.

What FHIR has no element for travels as an extension under `urn:shenbei:fhir:`. A condition
with `any` inside `all` becomes an SDC enableWhenExpression (FHIRPath) beside ours.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

import orjson

from forms.questionnaire import AnyOf, Condition, Item, Questionnaire

Resource = dict[str, Any]
_TRANSLATION: Final = "http://hl7.org/fhir/StructureDefinition/translation"
_EXTENSION: Final = "http://hl7.org/fhir/StructureDefinition/"
_EXPRESSION: Final = (
    "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression"
)
OURS: Final = "urn:shenbei:fhir:"
_KEPT: Final = ("check", "cite", "fact", "help", "mimeTypes", "minOccurs", "maxOccurs")


def questionnaire(form: Questionnaire) -> Resource:
    """Return a form as a FHIR R5 Questionnaire."""
    return {
        "resourceType": "Questionnaire",
        "url": form.url,
        "version": form.version,
        "name": form.name,
        **_text("title", form.title.zh, form.title.en),
        "status": form.status,
        "extension": _ours(form, ("cite", "description")),
        "item": [_item(item) for item in form.item],
    }


def read(resource: Resource) -> Questionnaire:
    """Return the form a Questionnaire of ours holds.

    Raises:
        ValueError: It is no Questionnaire, or uses what our vocabulary does not have.
    """
    if not isinstance(resource, dict) or resource.get("resourceType") != "Questionnaire":  # pyright: ignore[reportUnnecessaryIsInstance] -- of a file
        raise ValueError("不是 FHIR Questionnaire · not a FHIR Questionnaire")
    needed = ("url", "version", "name", "status")
    if missing := [key for key in needed if key not in resource]:
        raise ValueError(f"缺少 missing: {', '.join(missing)}")
    kept = {key: resource[key] for key in needed}
    items = [_read_item(item) for item in resource.get("item", ())]
    return Questionnaire.model_validate(
        {
            "resourceType": "Questionnaire",
            **kept,
            "title": _read_text(resource, "title"),
            **_read_ours(resource),
            "item": items,
        }
    )


def _item(item: Item) -> Resource:
    found: Resource = {
        "linkId": item.linkId,
        **_text("text", item.text.zh, item.text.en),
        "type": item.type,
    }
    for name in ("required", "repeats"):
        if getattr(item, name):
            found[name] = True
    if item.type in {"string", "text", "url"}:
        found["maxLength"] = item.maxLength
    if item.answerOption:
        found["answerOption"] = [
            {"valueCoding": {"code": o.code, **_text("display", o.display.zh, o.display.en)}}
            for o in item.answerOption
        ]
    if extensions := [*_limits(item), *_ours(item, _KEPT), *_conditions(item, found)]:
        found["extension"] = extensions
    if item.item:
        found["item"] = [_item(child) for child in item.item]
    return found


def _limits(item: Item) -> Iterator[Resource]:
    for name in ("minValue", "maxValue"):
        if (value := getattr(item, name)) is not None:
            yield {"url": f"{_EXTENSION}{name}", "valueInteger": value}
    if item.regex:
        yield {"url": f"{_EXTENSION}regex", "valueString": item.regex}
    if item.type == "attachment":
        yield {"url": f"{_EXTENSION}maxSize", "valueDecimal": item.maxSize}


def _conditions(item: Item, found: Resource) -> Iterator[Resource]:
    if not item.enableWhen:
        return
    plain = [entry for entry in item.enableWhen if isinstance(entry, Condition)]
    if len(plain) == len(item.enableWhen):
        found["enableWhen"] = [_when(condition) for condition in plain]
        if len(plain) > 1:
            found["enableBehavior"] = item.enableBehavior
        return
    joined = " or " if item.enableBehavior == "any" else " and "
    expression = joined.join(_path(entry) for entry in item.enableWhen)
    yield {
        "url": _EXPRESSION,
        "valueExpression": {"language": "text/fhirpath", "expression": expression},
    }
    yield from _ours(item, ("enableWhen", "enableBehavior"))


def _when(condition: Condition) -> Resource:
    answer = condition.answer
    kind = (
        "answerBoolean"
        if isinstance(answer, bool)
        else "answerInteger"
        if isinstance(answer, int)
        else "answerCoding"
    )
    value = {"code": answer} if kind == "answerCoding" else answer
    return {"question": condition.question, "operator": condition.operator, kind: value}


def _path(entry: Condition | AnyOf) -> str:
    if isinstance(entry, AnyOf):
        return "(" + " or ".join(_path(one) for one in entry.any) + ")"
    place = f"%resource.descendants().where(linkId = '{entry.question}').answer.value"
    if entry.operator == "exists":
        return f"{place}.exists()" if entry.answer else f"{place}.empty()"
    if isinstance(entry.answer, str):
        return f"({place}.code {entry.operator} '{entry.answer}')"
    return f"({place} {entry.operator} {str(entry.answer).lower()})"


def _text(name: str, zh: str, en: str) -> Resource:
    english = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": en}]
    return {
        name: zh,
        f"_{name}": {"extension": [{"url": _TRANSLATION, "extension": english}]},
    }


def _ours(part: Item | Questionnaire, names: tuple[str, ...]) -> list[Resource]:
    said = part.model_dump(by_alias=True, exclude_defaults=True, include=set(names))
    return [
        {"url": f"{OURS}{name}", "valueString": orjson.dumps(said[name]).decode()}
        for name in names
        if name in said
    ]


def _read_item(resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: resource[name]
        for name in ("linkId", "type", "required", "repeats", "maxLength", "enableBehavior")
        if name in resource
    }
    found["text"] = _read_text(resource, "text")
    for extension in resource.get("extension", ()):
        name = str(extension["url"]).removeprefix(_EXTENSION)
        if name in {"minValue", "maxValue", "maxSize"}:
            found[name] = int(extension.get("valueInteger", extension.get("valueDecimal")))
        elif name == "regex":
            found[name] = extension["valueString"]
    if "enableWhen" in resource:
        found["enableWhen"] = [_read_when(when) for when in resource["enableWhen"]]
    if "answerOption" in resource:
        codings = [option["valueCoding"] for option in resource["answerOption"]]
        found["answerOption"] = [
            {"code": c["code"], "display": _read_text(c, "display")} for c in codings
        ]
    if "item" in resource:
        found["item"] = [_read_item(child) for child in resource["item"]]
    return found | _read_ours(resource)


def _read_when(when: Resource) -> dict[str, Any]:
    answer = next(value for name, value in when.items() if name.startswith("answer"))
    if isinstance(answer, Mapping):
        answer = cast("Resource", answer)["code"]
    return {"question": when["question"], "operator": when["operator"], "answer": answer}


def _read_text(resource: Resource, name: str) -> dict[str, str]:
    english = resource[name]
    for extension in resource.get(f"_{name}", {}).get("extension", ()):
        parts = {part["url"]: part for part in extension.get("extension", ())}
        if extension["url"] == _TRANSLATION and parts["lang"]["valueCode"] == "en":
            english = parts["content"]["valueString"]
    return {"zh-CN": resource[name], "en": english}


def _read_ours(resource: Resource) -> dict[str, Any]:
    return {
        str(e["url"]).removeprefix(OURS): orjson.loads(e["valueString"])
        for e in resource.get("extension", ())
        if str(e["url"]).startswith(OURS)
    }
