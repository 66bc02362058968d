"""Whether an altered copy of the law can be read: which file, which row, and why not."""

import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from law.parameters import (
    UNITS,
    Parameter,
    instrument_data,
    instruments,
    parameter_names,
    using,
    versions,
)
from law.triage import Answers


def faults(folder: Path) -> list[str]:
    """Return what is wrong with a folder of law data; empty where it can be judged by."""
    if broken := list(_broken_files(folder)):
        return broken
    with using(folder):
        return [*_rows(folder), *_duties()]


def _broken_files(folder: Path) -> Iterator[str]:
    for file in sorted(folder.rglob("*.toml")):
        try:
            tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            yield f"{file}: {error}"


def _rows(folder: Path) -> Iterator[str]:
    for name in parameter_names():
        file, table = name.split(".", 1)
        place = f"{folder / f'{file}.toml'}: [{table}]"
        try:
            rows = versions(name)
        except (KeyError, ValueError, TypeError) as error:
            yield f"{place}: 缺少或者不能读 missing or unreadable: {error}"
        else:
            yield from (f"{place}: {wrong}" for row in rows for wrong in _wrong(row))


def _wrong(row: Parameter) -> Iterator[str]:
    since: Any = row.since
    if not isinstance(since, date):
        yield f"from 应为日期 · from is no date: {since!r}"
    if row.value < 0 or row.unit not in UNITS:
        yield f"{row.value} {row.unit} 不是数值和单位 · no figure and unit"


def _duties() -> Iterator[str]:
    known = {field.name for field in fields(Answers)}
    data = instrument_data("triage/duties")
    for rule in data["duty"]:
        if unknown := {*rule["when"], *rule.get("unless", ())} - known:
            facts = ", ".join(sorted(unknown))
            yield f"triage/duties.toml: {rule['row']}: 没有事实 · no such fact: {facts}"
    for file in instruments():
        for entry in instrument_data(file).get("annex", ()):
            if unknown := {*entry["needs"]} - known:
                facts = ", ".join(sorted(unknown))
                yield f"{file}.toml: annex {entry['code']}: 没有事实 · no such fact: {facts}"
