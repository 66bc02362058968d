"""What a form is: the FHIR R5 Questionnaire vocabulary, closed to what we use of it.

`linkId` is unique in a form; the answer to an item stands under the last part of its linkId,
inside the answers of its group. A repeating group or question holds a list. What FHIR has no
name for is ours: `any`, `check`, `cite`, `fact`, `help`.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any, Literal, NoReturn, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

from law.words import Words

Operator = Literal["=", "!=", ">", "<", ">=", "<=", "exists"]
Kind = Literal[
    "group",
    "display",
    "string",
    "text",
    "integer",
    "decimal",
    "boolean",
    "date",
    "dateTime",
    "coding",
    "url",
    "attachment",
]
Check = Literal["credit_code", "filing_number", "email", "mobile", "division"]


class ShapeError(ValueError):
    """A definition contradicts itself; `link` is the linkId it shows at, empty for all."""

    def __init__(self, link: str, words: Words) -> None:
        super().__init__(f"{words.zh} · {words.en}")
        self.link = link


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Label(_Strict):
    """A text in both languages."""

    zh: str = Field(alias="zh-CN", pattern=r"\S")
    en: str = Field(pattern=r"\S")

    @property
    def words(self) -> Words:
        """The text as words."""
        return Words(self.zh, self.en)


class Condition(_Strict):
    """Ask only if another question holds an answer; one that is not asked holds none."""

    question: str
    operator: Operator
    answer: bool | int | str


class AnyOf(_Strict):
    """Holds when one of its conditions does; FHIR has no name for it."""

    any: tuple[Condition, ...] = Field(min_length=1)


def _which(entry: Any) -> str:
    several = "any" in entry if isinstance(entry, dict) else isinstance(entry, AnyOf)
    return "any" if several else "one"


When = Annotated[
    Annotated[Condition, Tag("one")] | Annotated[AnyOf, Tag("any")], Discriminator(_which)
]


class Option(_Strict):
    """One answer of a coded question."""

    code: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    display: Label


class Citation(_Strict):
    """The place in law that asks for the item; article 0 is the whole instrument."""

    instrument: str
    article: int = Field(ge=0)
    item: int = 0


class Item(_Strict):
    """A question, or a group of questions."""

    linkId: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")  # noqa: N815 -- FHIR's
    type: Kind
    text: Label
    help: Label | None = None
    required: bool = False
    repeats: bool = False
    minOccurs: int = Field(default=0, ge=0)  # noqa: N815 -- FHIR's extension
    maxOccurs: int = Field(default=200, ge=1, le=1000)  # noqa: N815 -- FHIR's extension
    maxLength: int = Field(default=5000, ge=1, le=20000)  # noqa: N815 -- FHIR's name
    minValue: int | None = None  # noqa: N815 -- FHIR's extension
    maxValue: int | None = None  # noqa: N815 -- FHIR's extension
    maxSize: int = Field(default=20 << 20, ge=1)  # noqa: N815 -- FHIR's extension; bytes
    mimeTypes: tuple[str, ...] = ("application/pdf",)  # noqa: N815 -- FHIR's extension
    regex: str | None = None
    check: Check | None = None
    enableWhen: tuple[When, ...] = ()  # noqa: N815 -- FHIR's name
    enableBehavior: Literal["all", "any"] = "all"  # noqa: N815 -- FHIR's name
    answerOption: tuple[Option, ...] = ()  # noqa: N815 -- FHIR's name
    item: tuple["Item", ...] = ()
    fact: str | None = None
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

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if (self.type == "group") is not bool(self.item):
            self._wrong("只有组含下级项", "a group, and nothing else, holds items")
        if (self.type == "coding") is not bool(self.answerOption):
            self._wrong("只有选择题有选项", "a coding, and nothing else, has options")
        codes = [option.code for option in self.answerOption]
        if len(codes) != len(set(codes)):
            self._wrong("选项重复", "an option stands twice")
        if self.regex is not None:
            try:
                re.compile(self.regex)
            except re.error as error:
                self._wrong(f"正则表达式 {self.regex!r} 无效", f"{self.regex!r}: {error}")
        if astray := [i.linkId for i in self.item if i.linkId != f"{self.linkId}.{i.key}"]:
            self._wrong(f"未按所在组命名：{astray}", f"not named after their group: {astray}")
        return self

    def _wrong(self, zh: str, en: str) -> NoReturn:
        raise ShapeError(self.linkId, Words(f"{self.linkId}：{zh}", f"{self.linkId}: {en}"))


class Questionnaire(_Strict):
    """One version of one form. An answer always names the version it answers."""

    resourceType: Literal["Questionnaire"]  # noqa: N815 -- FHIR's name
    url: str
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str = Field(pattern=r"^[0-9]{4}\.[0-9]+$")
    status: Literal["draft", "active", "retired"]
    title: Label
    description: Label | None = None
    cite: tuple[Citation, ...] = ()
    item: tuple[Item, ...] = Field(min_length=1)

    @property
    def canonical(self) -> str:
        """The form in one version, as FHIR names it: `url|version`."""
        return f"{self.url}|{self.version}"

    @cached_property
    def ways(self) -> dict[str, tuple[Item, ...]]:
        """The way to each item from the top of the form: those on it that have conditions."""
        ways: dict[str, tuple[Item, ...]] = {}

        def note(items: tuple[Item, ...], above: tuple[Item, ...]) -> None:
            for item in items:
                way = (*above, item) if item.enableWhen else above
                ways[item.linkId] = way
                note(item.item, way)

        note(self.item, ())
        return ways

    def walk(self) -> Iterator[Item]:
        """Yield all items, outer before inner."""
        for top in self.item:
            yield from top.walk()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.url != f"urn:shenbei:form:{self.name}":
            url = f"urn:shenbei:form:{self.name}"
            raise ShapeError("", Words(f"url 应为 {url}", f"the url of {self.name} is {url}"))
        ids = [item.linkId for item in self.walk()]
        if twice := sorted({i for i in ids if ids.count(i) > 1}):
            words = Words(f"linkId 重复：{twice}", f"a linkId stands twice: {twice}")
            raise ShapeError(twice[0], words)
        for item in self.walk():
            if unknown := sorted({c.question for c in item.conditions} - set(ids)):
                en = f"a condition on unknown questions: {unknown}"
                raise ShapeError(item.linkId, Words(f"条件所指的问题不存在：{unknown}", en))
        uncited = [top.linkId for top in self.item if not self.cite and not _cited(top)]
        if uncited:
            en = f"no citation says why these are asked: {uncited}"
            raise ShapeError(uncited[0], Words(f"没有写明依据：{uncited}", en))
        if circle := _circle(self.item):
            way = " -> ".join(circle)
            raise ShapeError(
                circle[0], Words(f"条件互相循环：{way}", f"conditions in a circle: {way}")
            )
        return self


def _cited(item: Item) -> bool:
    """Tell whether an item is cited, or all that is asked below it."""
    return bool(item.cite) or (bool(item.item) and all(map(_cited, item.item)))


def _circle(items: tuple[Item, ...]) -> list[str]:
    """Return a circle of conditions; empty when there is none. Items need their group."""
    needs: dict[str, set[str]] = {}

    def note(item: Item, above: set[str]) -> None:
        needs[item.linkId] = above | {c.question for c in item.conditions}
        for child in item.item:
            note(child, needs[item.linkId])

    for top in items:
        note(top, set())
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        return circle
    return []
