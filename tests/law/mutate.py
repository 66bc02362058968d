"""Change every figure of the law by one, up and down, and see that a test notices.

Run from the checkout: `PYTHONPATH=. .venv/bin/python tests/law/mutate.py`;
`test_mutation.py` runs the same. Only tests of the rules count, not the comparison with the
second book: each test is run once to see which rows it reads, then again under each change of
these rows until one fails. A duty has no figure.
"""

import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol

from law import parameters

HERE = Path(__file__).parent
NOT_RULES = {"test_data.py", "test_mutation.py"}  # these compare rows, whatever the rules do


class Change(NamedTuple):
    """A value off by one step: a whole, or a hundredth of a share."""

    name: str
    since: date
    step: int

    def __str__(self) -> str:
        return f"{self.name}@{self.since} {self.step:+d}"


def changes() -> list[Change]:
    """Return both changes of every figure."""
    return [
        Change(name, p.since, step)
        for name in parameters.parameter_names()
        for p in parameters.versions(name)
        if p.unit != "duty"
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


@dataclass
class Survivors:
    """A pytest plugin: what no test noticed, in `found`."""

    found: list[Change] = field(default_factory=list)
    _reading: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run every test once, then those that read a row under each change of it."""
        for item in session.items:
            with parameters.watching() as read:
                self._run(item)
            for name in read:
                self._reading[name].append(item)
        self.found = [c for c in changes() if not self._noticed(c)]
        return True

    def _noticed(self, change: Change) -> bool:
        with altered(change):
            return any(not self._run(item) for item in self._reading[change.name])

    def _run(self, item: pytest.Item) -> bool:
        return all(r.passed or r.skipped for r in runtestprotocol(item, log=False))


def survivors() -> list[Change]:
    """Return the changes that no test of the rules notices."""
    tests = [str(p) for p in sorted(HERE.glob("test_*.py")) if p.name not in NOT_RULES]
    plugin = Survivors()
    with (
        # A session in the usual folder would close that to the database server.
        TemporaryDirectory() as folder,
        open(os.devnull, "w") as null,  # noqa: PTH123 -- no path of ours
    ):
        options = ["-q", "-p", "no:cacheprovider", "--basetemp", f"{folder}/tests"]
        out, sys.stdout = sys.stdout, null
        try:
            pytest.main([*options, *tests], plugins=[plugin])
        finally:
            sys.stdout = out
    return plugin.found


if __name__ == "__main__":
    left = survivors()
    sys.stdout.writelines(f"not noticed: {change}\n" for change in left)
    sys.stdout.write(f"{len(changes())} changes, {len(left)} not noticed\n")
    raise SystemExit(bool(left))
