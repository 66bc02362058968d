"""Bring a draft from an old version of its form to a newer one, by declared maps.

`forms/migrations/<name>/<old>-<new>.yaml` lists the steps. Submitted answers never migrate:
they keep naming the version they answer. Nothing typed is lost: what a step drops is returned.
"""

from collections.abc import Mapping
from copy import deepcopy
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Final, cast

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from forms.conditions import EMPTY, Answers
from forms.library import LARGEST, DefinitionError, questionnaire
from forms.source import SourceError, load

_SUFFIX: Final = ".yaml"


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rename(_Step):
    """Move an answer to another question."""

    rename: str
    to: str

    def apply(self, moved: "Moved") -> None:
        """Move it, if it is there; what stood at its new place is kept beside."""
        value = _take(moved.answers, self.rename)
        if value not in EMPTY and (there := _take(moved.answers, self.to)) not in EMPTY:
            moved.dropped[self.to] = there
        _put(moved.answers, self.to, value)


class Drop(_Step):
    """Take an answer out; it is returned beside the migrated draft."""

    drop: str
    why: str = Field(min_length=1)

    def apply(self, moved: "Moved") -> None:
        """Take it out, and keep it beside."""
        if (gone := _take(moved.answers, self.drop)) not in EMPTY:
            moved.dropped[self.drop] = gone


class Put(_Step):
    """Answer a question that has no answer yet."""

    put: str
    answer: str | int | bool

    def apply(self, moved: "Moved") -> None:
        """Put it, where nothing is."""
        if _get(moved.answers, self.put) in EMPTY:
            _put(moved.answers, self.put, self.answer)


class Recode(_Step):
    """Replace the codes of a coded answer."""

    recode: str
    codes: dict[str, str]

    def apply(self, moved: "Moved") -> None:
        """Replace each code that has another."""
        value = _get(moved.answers, self.recode)
        listed = isinstance(value, list)
        chosen = cast("list[Any]", value) if listed else [value]
        recoded = [self.codes.get(code, code) for code in chosen]
        _put(moved.answers, self.recode, recoded if listed else recoded[0])


class Split(_Step):
    """Move a text to the first of two questions, from a separator on to the second."""

    split: str
    at: str = Field(min_length=1)
    into: tuple[str, str]

    def apply(self, moved: "Moved") -> None:
        """Split it at the first separator."""
        text = str(_take(moved.answers, self.split) or "")
        first, _, second = text.partition(self.at)
        _put(moved.answers, self.into[0], first)
        _put(moved.answers, self.into[1], second)


Step = Annotated[Rename | Drop | Put | Recode | Split, Field(union_mode="left_to_right")]
_STEPS: Final[TypeAdapter[list[Step]]] = TypeAdapter(list[Step])


class Moved(BaseModel):
    """A migrated draft: its new version, its answers, and what was dropped, by linkId."""

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
            step.apply(moved)
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


def _get(answers: Answers, link: str) -> Any:
    value: Any = answers
    for part in link.split("."):
        value = cast("Answers", value).get(part) if isinstance(value, Mapping) else None
    return value


def _take(answers: dict[str, Any], link: str) -> Any:
    *groups, key = link.split(".")
    holder: Any = answers
    for group in groups:
        holder = cast("Answers", holder).get(group) if isinstance(holder, Mapping) else None
    return cast("dict[str, Any]", holder).pop(key, None) if isinstance(holder, dict) else None


def _put(answers: dict[str, Any], link: str, value: Any) -> None:
    if value in EMPTY:
        return
    *groups, key = link.split(".")
    holder = answers
    for group in groups:
        holder = holder.setdefault(group, {})
    holder[key] = value
