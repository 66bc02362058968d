"""Whether an altered copy of the law can be read: which file, which row, and why not."""

import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from law.parameters import (
    Parameter,
    data_folder,
    instrument_data,
    instruments,
    parameter_names,
    using,
    versions,
)
from law.triage import Answers
from law.units import UNITS


def faults(folder: Path) -> list[str]:
    """Return what is wrong with a folder of law data; empty where it can be judged by."""
    if broken := [*_missing(folder), *_broken_files(folder)]:
        return broken
    with using(folder):
        return [*_calendar(folder), *_rows(folder), *_duties()]


def _missing(folder: Path) -> Iterator[str]:
    """Yield the files of ours that the folder lacks; the rules read them all."""
    ours = Path(str(data_folder(None)))
    for file in sorted(ours.rglob("*.toml")):
        if not folder.joinpath(name := file.relative_to(ours)).is_file():
            yield f"{folder / name}: 缺少文件 · missing; copy law/data there, then alter it"


def _calendar(folder: Path) -> Iterator[str]:
    for file in sorted(folder.joinpath("calendar").glob("*.toml")):
        data = tomllib.loads(file.read_text("utf-8"))
        if wrong := sorted({"published", "notice", "off", "work"} - data.keys()):
            yield f"{file}: 缺少 missing {', '.join(wrong)}"
            continue
        days = [("off", day) for day in data["off"]] + [("work", day) for day in data["work"]]
        for kind, day in days:
            if not isinstance(day, date) or str(day.year) != file.stem:
                yield f"{file}: {kind}: {day} 不是当年的日期 · no day of that year"
        for day in sorted({*data["off"]} & {*data["work"]}, key=str):
            yield f"{file}: {day} 既放假又上班 · both off and worked"


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
        if unknown := {*rule["when"]} - known:
            facts = ", ".join(sorted(unknown))
            yield f"triage/duties.toml: {rule['row']}: 没有事实 · no such fact: {facts}"
    for file in instruments():
        for entry in instrument_data(file).get("annex", ()):
            if unknown := {*entry["needs"]} - known:
                facts = ", ".join(sorted(unknown))
                yield f"{file}.toml: annex {entry['code']}: 没有事实 · no such fact: {facts}"
