"""Bring a draft from an old version of its form to a newer one, by declared maps.

`forms/migrations/<name>/<old>-<new>.yaml` lists the steps. Submitted answers never migrate:
they keep naming the version they answer. Nothing typed is lost: what a step drops is returned.
A step inside a repeating group is taken in each of its rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from forms.conditions import EMPTY, Answers
from forms.library import LARGEST, DefinitionError, questionnaire
from forms.source import SourceError, load

_SUFFIX: Final = ".yaml"


@dataclass(frozen=True, slots=True)
class _Row:
    """The answers a step is taken in: the draft, or one row of a repeating group."""

    answers: dict[str, Any]
    dropped: dict[str, Any]  # of the draft, by path
    group: str = ""  # the linkIds of the row's questions begin so
    path: str = ""  # and its place in the draft so

    def get(self, link: str) -> Any:
        value: Any = self.answers
        for part in self._parts(link):
            value = _below(value, part)
        return value

    def take(self, link: str) -> Any:
        *groups, key = self._parts(link)
        holder: Any = self.answers
        for group in groups:
            holder = _below(holder, group)
        return (
            cast("dict[str, Any]", holder).pop(key, None) if isinstance(holder, dict) else None
        )

    def put(self, link: str, value: Any) -> None:
        if value in EMPTY:
            return
        *groups, key = self._parts(link)
        holder = self.answers
        for group in groups:
            holder = holder.setdefault(group, {})
        holder[key] = value

    def keep(self, link: str, value: Any) -> None:
        """Keep beside the draft what a step takes out of it."""
        if value not in EMPTY:
            self.dropped[self.path + "/".join(self._parts(link))] = value

    def _parts(self, link: str) -> list[str]:
        return link[len(self.group) :].split(".")


def _below(holder: Any, part: str) -> Any:
    return cast("Answers", holder).get(part) if isinstance(holder, Mapping) else None


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rename(_Step):
    """Move an answer to another question."""

    rename: str
    to: str

    @property
    def links(self) -> tuple[str, ...]:
        """Both questions."""
        return self.rename, self.to

    def apply(self, row: _Row) -> None:
        """Move it, if it is there; what stood at its new place is kept beside."""
        if (value := row.take(self.rename)) not in EMPTY:
            row.keep(self.to, row.take(self.to))
            row.put(self.to, value)


class Drop(_Step):
    """Take an answer out; it is returned beside the migrated draft."""

    drop: str
    why: str = Field(min_length=1)

    @property
    def links(self) -> tuple[str, ...]:
        """The question."""
        return (self.drop,)

    def apply(self, row: _Row) -> None:
        """Take it out, and keep it beside."""
        row.keep(self.drop, row.take(self.drop))


class Put(_Step):
    """Answer a question that has no answer yet."""

    put: str
    answer: str | int | bool

    @property
    def links(self) -> tuple[str, ...]:
        """The question."""
        return (self.put,)

    def apply(self, row: _Row) -> None:
        """Put it, where nothing is."""
        if row.get(self.put) in EMPTY:
            row.put(self.put, self.answer)


class Recode(_Step):
    """Replace the codes of a coded answer."""

    recode: str
    codes: dict[str, str]

    @property
    def links(self) -> tuple[str, ...]:
        """The question."""
        return (self.recode,)

    def apply(self, row: _Row) -> None:
        """Replace each code that has another."""
        value = row.get(self.recode)
        listed = isinstance(value, list)
        chosen = cast("list[Any]", value) if listed else [value]
        recoded = [self.codes.get(code, code) for code in chosen]
        row.put(self.recode, recoded if listed else recoded[0])


class Split(_Step):
    """Move a text to the first of two questions, from a separator on to the second."""

    split: str
    at: str = Field(min_length=1)
    into: tuple[str, str]

    @property
    def links(self) -> tuple[str, ...]:
        """All three questions."""
        return self.split, *self.into

    def apply(self, row: _Row) -> None:
        """Split it at the first separator."""
        first, _, second = str(row.take(self.split) or "").partition(self.at)
        row.put(self.into[0], first)
        row.put(self.into[1], second)


Step = Annotated[Rename | Drop | Put | Recode | Split, Field(union_mode="left_to_right")]
_STEPS: Final[TypeAdapter[list[Step]]] = TypeAdapter(list[Step])


class Moved(BaseModel):
    """A migrated draft: its version, its answers, what was dropped by path (`data/0/name`)."""

    version: str
    answers: dict[str, Any]
    dropped: dict[str, Any]


def migrate(name: str, version: str, answers: Answers, to: str = "") -> Moved:
    """Return a draft of one version as a draft of a newer one, through every version between.

    Args:
        name: The form.
        version: The version the draft was begun in.
        answers: The draft; it is not changed.
        to: The version wanted; the newest by default.

    Raises:
        DefinitionError: No declared map leads there.
    """
    wanted = to or questionnaire(name).version
    moved = Moved(version=version, answers=deepcopy(dict(answers)), dropped={})
    while moved.version != wanted:
        found = {
            new: steps for (old, new), steps in _maps(name).items() if old == moved.version
        }
        if not found:
            raise DefinitionError(
                f"「{name}」没有从版本 {moved.version} 到 {wanted} 的迁移 · "
                f"no declared map leads {name} from {moved.version} to {wanted}"
            )
        new = min(found)
        for step in found[new]:
            for row in _rows(_Row(moved.answers, moved.dropped), step.links):
                step.apply(row)
        moved.version = new
    return moved


def migrations() -> Traversable:
    """Return the folder of the declared maps; a form's are in a folder of its name."""
    return resources.files("forms").joinpath("migrations")


def _maps(name: str) -> dict[tuple[str, str], tuple[Step, ...]]:
    folder = migrations().joinpath(name)
    if not folder.is_dir():
        return {}
    maps: dict[tuple[str, str], tuple[Step, ...]] = {}
    for file in folder.iterdir():
        old, _, new = file.name.removesuffix(_SUFFIX).partition("-")
        maps[old, new] = read_steps(file.read_bytes(), file.name)
    return maps


def read_steps(text: bytes, file: str) -> tuple[Step, ...]:
    """Return the steps a migration file declares.

    Raises:
        DefinitionError: It is no list of steps.
    """
    try:
        return tuple(_STEPS.validate_python(load(text, file, LARGEST)))
    except (SourceError, ValidationError) as error:
        raise DefinitionError(f"{file}: {error}") from None


def _rows(row: _Row, links: Sequence[str]) -> Iterator[_Row]:
    """Yield the rows that hold a step's questions: of the groups all of them stand in."""
    held: Any = row.answers
    groups = [link.split(".")[:-1] for link in links]
    shared = [parts[0] for parts in zip(*groups, strict=False) if len(set(parts)) == 1]
    for depth in range(len(row.group.split(".")), len(shared) + 1):
        held = _below(held, shared[depth - 1])
        if isinstance(held, list):
            group = ".".join(shared[:depth])
            path = row.path + group[len(row.group) :].replace(".", "/")
            for n, answers in enumerate(cast("list[dict[str, Any]]", held)):
                yield from _rows(
                    _Row(answers, row.dropped, f"{group}.", f"{path}/{n}/"), links
                )
            return
    yield row
