"""What a form is: the FHIR R5 Questionnaire vocabulary, closed to what we use of it.

`linkId` is unique in a form; the answer to an item stands under the last part of its linkId,
inside the answers of its group. A repeating group or question holds a list.
"""

# The YAML library is untyped:
# pyright: reportUnknownMemberType=false

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from ruamel.yaml import YAML

from law.words import Words


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Strict):
    """A text in both languages."""

    zh: str = Field(alias="zh-CN")
    en: str

    @property
    def words(self) -> Words:
        """The text as words."""
        return Words(self.zh, self.en)


class Condition(_Strict):
    """Ask only if another question holds an answer; see `Item.enableBehavior`."""

    question: str
    operator: Literal["=", "!=", "exists"]
    answer: bool | str | int


class AnyOf(_Strict):
    """Holds when one of its conditions does; FHIR has no name for it."""

    any: tuple[Condition, ...] = Field(min_length=1)


class Option(_Strict):
    """One answer of a coded question."""

    code: str
    display: Label


class Citation(_Strict):
    """The place in law that asks for the item."""

    instrument: str
    article: int
    item: int = 0


class Item(_Strict):
    """A question, or a group of questions."""

    linkId: str  # noqa: N815 -- FHIR's name
    type: Literal["group", "string", "text", "integer", "decimal", "boolean", "date", "coding"]
    text: Label
    required: bool = False
    repeats: bool = False
    maxLength: int = 5000  # noqa: N815 -- FHIR's name
    minValue: int | None = None  # noqa: N815 -- FHIR's extension name
    check: Literal["credit_code"] | None = None
    enableWhen: tuple[Condition | AnyOf, ...] = ()  # noqa: N815 -- FHIR's name
    enableBehavior: Literal["all", "any"] = "all"  # noqa: N815 -- FHIR's name
    answerOption: tuple[Option, ...] = ()  # noqa: N815 -- FHIR's name
    item: tuple["Item", ...] = ()
    cite: tuple[Citation, ...] = ()

    @property
    def conditions(self) -> Iterator[Condition]:
        """All conditions of the item, those of an `any` one by one."""
        for entry in self.enableWhen:
            yield from entry.any if isinstance(entry, AnyOf) else (entry,)

    @property
    def key(self) -> str:
        """The name of the answer inside its group."""
        return self.linkId.rsplit(".", 1)[-1]

    def walk(self) -> Iterator["Item"]:
        """Yield the item and all below it."""
        yield self
        for child in self.item:
            yield from child.walk()


class Questionnaire(_Strict):
    """One version of one form. An answer always names the version it answers."""

    resourceType: Literal["Questionnaire"]  # noqa: N815 -- FHIR's name
    url: str
    name: str
    version: str
    status: Literal["draft", "active", "retired"]
    title: Label
    item: tuple[Item, ...]

    def walk(self) -> Iterator[Item]:
        """Yield all items, outer before inner."""
        for top in self.item:
            yield from top.walk()

    @model_validator(mode="after")
    def _coherent(self) -> "Questionnaire":
        ids = [item.linkId for item in self.walk()]
        if len(ids) != len(set(ids)):
            raise ValueError("a linkId stands twice")
        asked = {c.question for item in self.walk() for c in item.conditions}
        if unknown := asked - set(ids):
            raise ValueError(f"conditions on unknown questions: {sorted(unknown)}")
        return self


@cache
def questionnaire(name: str) -> Questionnaire:
    """Return the active version of a form."""
    path = resources.files("forms.definitions").joinpath(f"{name}.form.yaml")
    data: Any = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    return Questionnaire.model_validate(data)
