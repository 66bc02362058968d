"""Which functions of ours name a row of the law, and which tests reach them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Final, get_args

from law.regime import Regime

_ROOT: Final = Path(__file__).parents[1]
_SOURCES: Final = ("law", "cases")
_GOVERNING: Final = {"governing", "earliest"}  # they read a table of each measure


@dataclass(frozen=True, slots=True)
class Function:
    """A function, the strings it holds, and what it names: other functions, constants."""

    name: str
    words: frozenset[str]  # also pieces of f-strings, and those of the constants it names
    calls: frozenset[str]


def readers(name: str) -> set[str]:
    """Return the functions that name a row: whole, or by its table where the rest varies."""
    instrument, table = name.split(".", 1)
    special = instrument in get_args(Regime)
    found: set[str] = set()
    for module, functions in _functions().items():
        words = frozenset[str]().union(*(f.words for f in functions))
        varies = f"{instrument}.*" in words
        for function in functions:
            by_table = varies and _names(function, table)
            by_instrument = instrument in words and f"*.{table}" in function.words
            governed = special and table in function.words and function.calls & _GOVERNING
            if name in function.words or by_table or by_instrument or governed:
                found.add(f"{module}.{function.name}")
    return found


def _names(function: Function, table: str) -> bool:
    """Tell whether a function holds a table's name, or a pattern of it like `*_size`."""
    patterns = (
        word for word in function.words if "*" in word and "_" in word and "." not in word
    )
    return table in function.words or any(fnmatch(table, p) for p in patterns)


def naming(names: set[str]) -> set[str]:
    """Return the test modules that hold one of some names themselves."""
    return {name for name, tests in _tests().items() for test in tests if names & test.words}


def testers(function: str) -> set[str]:
    """Return the test modules that call a function of ours, or one of its module that does."""
    module, _, called = function.rpartition(".")
    known = {called.lstrip("_"), called}
    while True:
        outer = {
            f.name for f in _functions()[module] if known & f.calls and f.name not in known
        }
        if not outer:
            break
        known |= outer
    return {name for name, tests in _tests().items() for test in tests if known & test.calls}


@cache
def _functions() -> dict[str, tuple[Function, ...]]:
    """Return the functions of the pure packages by module."""
    found: dict[str, tuple[Function, ...]] = {}
    for package in _SOURCES:
        for path in sorted((_ROOT / package).rglob("*.py")):
            module = ".".join(path.relative_to(_ROOT).with_suffix("").parts)
            found[module] = tuple(_parsed(path))
    return found


@cache
def _tests() -> dict[str, tuple[Function, ...]]:
    """Return the tests by module; `module` is what stands outside functions."""
    folders = ("law", "forms", "cases")
    paths = (p for f in folders for p in (_ROOT / "tests" / f).glob("*.py"))
    return {path.stem: tuple(_parsed(path, outside=True)) for path in sorted(paths)}


def _parsed(path: Path, *, outside: bool = False) -> Iterator[Function]:
    tree = ast.parse(path.read_text("utf-8"))
    known = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield _function(node.name, node, known)
    if outside:
        rest = [n for n in tree.body if not isinstance(n, ast.FunctionDef | ast.ClassDef)]
        yield _function("module", ast.Module(body=rest, type_ignores=[]), known)


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Return the values of the module's constants by name."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        match node:
            case (
                ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                | ast.Assign(targets=[ast.Name(id=name)], value=value)
            ):
                found[name] = value
            case _:
                pass
    return found


def _function(name: str, node: ast.AST, known: dict[str, ast.expr]) -> Function:
    words: set[str] = set()
    calls: set[str] = set()
    parts = list(ast.walk(node))
    named = [known[p.id] for p in parts if isinstance(p, ast.Name) and p.id in known]
    for part in [*parts, *(inner for value in named for inner in ast.walk(value))]:
        match part:
            case ast.Constant(value=str(text)):
                words.add(text)
            case ast.JoinedStr(values=pieces):
                words.add("".join(_piece(piece, known) for piece in pieces))
            case ast.Name(id=called) | ast.Attribute(attr=called):
                calls.add(called)
            case _:
                pass
    return Function(name, frozenset(words), frozenset(calls))


def _piece(piece: ast.expr, known: dict[str, ast.expr]) -> str:
    """Return a piece of an f-string; what is known only when it runs is a star."""
    match piece:
        case ast.Constant(value=str(text)):
            return text
        case ast.FormattedValue(value=ast.Name(id=name)):
            match known.get(name):
                case ast.Constant(value=str(text)):
                    return text
                case _:
                    return "*"
        case _:
            return "*"
