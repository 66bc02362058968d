"""Change every value of the law by one, up and down, and see that a test notices.

Run from the checkout: `PYTHONPATH=. .venv/bin/python tests/law/mutate.py`. The second book of
the law must notice each change (`test_mutation.py` runs the same). With `--behaviour` only the
tests of the rules are asked, in processes forked after everything is loaded; that takes long,
and what then survives is a duty or a figure that no rule computes with.
"""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pytest

from law import parameters
from tests.law.test_data import ROWS, test_each_row_says_what_the_second_book_says

HERE = Path(__file__).parent


class Change(NamedTuple):
    """A value off by one step: a whole, or a hundredth of a share."""

    name: str
    since: date
    step: int


def changes() -> list[Change]:
    """Return both changes of every value."""
    return [
        Change(name, p.since, step)
        for name in parameters.parameter_names()
        for p in parameters.versions(name)
        for step in (1, -1)
    ]


@contextmanager
def altered(change: Change) -> Iterator[None]:
    """Change one value inside the block."""
    read = parameters._versions

    def changed(source, name):
        found = read(source, name)
        if name != change.name:
            return found
        return tuple(_off(p, change.step) if p.since == change.since else p for p in found)

    parameters._versions = changed
    try:
        yield
    finally:
        parameters._versions = read


def _off(p, step):
    return replace(p, value=p.value + (Fraction(step, 100) if p.unit == "share" else step))


def noticed_by_the_book(change: Change) -> bool:
    """Tell whether the second book differs from the changed law."""
    rows = [row for row in ROWS if (row[0], row[5]) == (change.name, str(change.since))]
    with altered(change):
        try:
            for row in rows:
                test_each_row_says_what_the_second_book_says(row)
        except AssertionError:
            return True
    return False


def noticed_by_the_rules(change: Change) -> bool:
    """Tell whether a test of the rules fails under the changed law."""
    tests = [str(p) for p in sorted(HERE.glob("test_*.py"))]
    own = [p for p in tests if not p.endswith(("test_data.py", "test_mutation.py"))]
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        with altered(change):
            os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *own])))
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 1


def main(arguments: list[str]) -> int:
    """Print what nothing noticed."""
    behaviour = "--behaviour" in arguments
    notices: Callable[[Change], bool] = (
        noticed_by_the_rules if behaviour else noticed_by_the_book
    )
    every = changes()
    with ThreadPoolExecutor(os.cpu_count() if behaviour else 1) as pool:
        found = list(pool.map(notices, every))
    for change, noticed in zip(every, found, strict=True):
        if not noticed:
            sys.stdout.write(f"not noticed: {change.name}@{change.since} {change.step:+d}\n")
    sys.stdout.write(f"{len(every)} changes, {sum(found)} noticed\n")
    return 0 if behaviour or all(found) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
