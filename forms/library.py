"""The forms there are: read from `definitions/*.form.yaml`, checked, and kept as they were.

The newest version of a form is `<name>.form.yaml`, an earlier one is
`<name>@<version>.form.yaml`. An active version never changes: `versions.lock` holds the
SHA-256 of each.
"""

# The YAML library is untyped:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import re
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from forms.questionnaire import Questionnaire, ShapeError
from forms.sense import nonsense
from forms.source import SourceError, load

LARGEST: Final = 1 << 20
_SUFFIX: Final = ".form.yaml"
_LOCK: Final = "versions.lock"
_FAULTS: Final = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这样的键",
    "literal_error": "不是允许的值",
    "string_pattern_mismatch": "格式不符",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "bool_type": "应为是否",
}


class DefinitionError(ValueError):
    """A form definition cannot be used; the message names file, line and what to do."""


@cache
def questionnaire(name: str, version: str = "") -> Questionnaire:
    """Return a form in its newest version, or in the one named.

    Raises:
        DefinitionError: There is no such form or version, or it is not well-formed.
    """
    folder = definitions()
    newest = folder.joinpath(f"{name}{_SUFFIX}")
    if name not in names():
        known = "、".join(names())
        raise DefinitionError(f"没有表单「{name}」 · no form {name}; there are: {known}")
    form = read(newest.read_bytes(), newest.name)
    if version in {"", form.version}:
        return form
    earlier = folder.joinpath(f"{name}@{version}{_SUFFIX}")
    if not earlier.is_file():
        raise DefinitionError(f"表单「{name}」没有版本 {version} · {name} has no {version}")
    return read(earlier.read_bytes(), earlier.name)


@cache
def names() -> tuple[str, ...]:
    """Return the names of all forms, sorted."""
    return tuple(sorted(f.name.removesuffix(_SUFFIX) for f in files() if "@" not in f.name))


def definitions() -> Traversable:
    """Return the folder of the definitions."""
    return resources.files("forms.definitions")


def files() -> Sequence[Traversable]:
    """Return all definition files, earlier versions too."""
    found = [f for f in definitions().iterdir() if f.name.endswith(_SUFFIX)]
    return sorted(found, key=lambda f: f.name)


def read(text: bytes, file: str) -> Questionnaire:
    """Return the form a definition file holds.

    Raises:
        DefinitionError: It is too large, not YAML 1.2, uses aliases, is no form, or makes no
            sense.
    """
    try:
        data = load(text, file, LARGEST)
    except SourceError as error:
        raise DefinitionError(str(error)) from None
    try:
        form = Questionnaire.model_validate(data)
    except ValidationError as error:
        raise DefinitionError("\n".join(_faults(text, file, error))) from None
    lines = [f"{file}:{_at(text, link)}: {link or '/'}: {w}" for link, w in nonsense(form)]
    if lines:
        raise DefinitionError("\n".join(lines))
    return form


def _at(text: bytes, link: str) -> int:
    """Return the line that an item begins on; the first for the whole form."""
    begins = re.compile(rf"linkId:\s*[\"']?{re.escape(link)}[\"']?\s*(?:,|\}}|$)")
    lines = enumerate(text.decode().splitlines(), 1) if link else ()
    return max((n for n, line in lines if begins.search(line)), default=1)


def faults() -> list[str]:
    """Return what is wrong with the definitions of the repository; empty when nothing is."""
    found: list[str] = []
    kept = _locked()
    for file in files():
        content = file.read_bytes()
        try:
            form = read(content, file.name)
        except DefinitionError as error:
            found.append(str(error))
            continue
        known = {form.name, f"{form.name}@{form.version}"}
        if file.name.removesuffix(_SUFFIX) not in known:
            found.append(f"{file.name}: 文件名与表单不符 · holds {form.name} {form.version}")
        digest = sha256(content).hexdigest()
        if form.status != "draft" and form.canonical not in kept:
            found.append(
                f"{file.name}: 生效版本未锁定，请运行 forms check --lock · "
                f"{form.version} is active and not locked; run forms check --lock"
            )
        elif form.status != "draft" and kept[form.canonical] != digest:
            found.append(
                f"{file.name}: 已生效的版本不得修改，请另立新版本 · "
                f"{form.version} is active and was changed; make a new version"
            )
    return found


def lock_lines() -> list[str]:
    """Return the lines of `versions.lock`: those it has, and new active versions."""
    kept = _locked()
    for file in files():
        form = read(file.read_bytes(), file.name)
        if form.status != "draft":
            kept.setdefault(form.canonical, sha256(file.read_bytes()).hexdigest())
    return [f"{canonical} {digest}" for canonical, digest in sorted(kept.items())]


def enter() -> None:
    """Enter new active versions in `versions.lock` of the checkout."""
    path = Path(str(definitions().joinpath(_LOCK)))
    path.write_text("".join(f"{line}\n" for line in lock_lines()), "utf-8")


def _locked() -> dict[str, str]:
    file = definitions().joinpath(_LOCK)
    if not file.is_file():
        return {}
    kept: dict[str, str] = {}
    for line in file.read_text("utf-8").splitlines():
        canonical, digest = line.rsplit(" ", 1)
        kept[canonical] = digest
    return kept


def _faults(text: bytes, file: str, error: ValidationError) -> Iterator[str]:
    root: Node | None = YAML(typ="safe", pure=True).compose(text)
    if root is None:
        yield f"{file}:1: /: 文件是空的 · the file is empty"
        return
    for fault in error.errors():
        line, place = _line(root, fault["loc"])
        shown = fault.get("ctx", {}).get("error")
        if isinstance(shown, ShapeError):
            line = _at(text, shown.link) if shown.link else line
            yield f"{file}:{line}: {place or shown.link or '/'}: {shown}"
        else:
            zh = _FAULTS.get(fault["type"], "不合要求")
            yield f"{file}:{line}: {place or '/'}: {zh} · {fault['msg']}"


def _line(node: Node, location: Sequence[str | int]) -> tuple[int, str]:
    """Return the line of the deepest node on the way of a location, and the way.

    What is not there is the name of a kind, which is no part of the text, or, at the end,
    a key that is missing.
    """
    way: list[str] = []
    for nth, part in enumerate(location, 1):
        below = _child(node, part)
        if below is not None:
            node = below
        if below is not None or nth == len(location):
            way.append(str(part))
    return node.start_mark.line + 1, "/".join(way)


def _child(node: Node, part: str | int) -> Node | None:
    """Return what a mapping or a list holds under a part of a location."""
    if isinstance(node, MappingNode):
        return next((v for k, v in node.value if k.value == part), None)
    listed = isinstance(node, SequenceNode) and isinstance(part, int)
    below: Node | None = node.value[part] if listed else None
    return below
