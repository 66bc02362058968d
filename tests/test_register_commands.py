"""`register` from the command line, in a folder of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lists.making import GENERAL, SYNTHESIS, csv_of, docx
from tests.records.register.test_importing import NUMBER, row

ROOT = Path(__file__).parents[1]


@pytest.fixture
def run(tmp_path, free_ports):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SHENBEI_HOME": str(tmp_path / "home"),
        "SHENBEI_TEMPORAL_PORT": str(free_ports[0]),
    }

    def command(*arguments, code=0):
        done = subprocess.run(
            [sys.executable, str(ROOT / "cli.py"), "register", *map(str, arguments)],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stdout + done.stderr

    return command


def test_lists_are_imported_searched_shown_compared_and_exported(run, tmp_path):
    name, data = docx([SYNTHESIS, row(algorithm="豆包大模型算法"), row(number="暂无")])
    one, other = tmp_path / name, tmp_path / "清单（2026年6月）.csv"
    one.write_bytes(data)
    other.write_bytes(csv_of([SYNTHESIS, row(algorithm="豆包大模型算法", product="乙")])[1])
    (tmp_path / "bad.docx").write_bytes(b"PK\x03\x04")

    first = json.loads(run("import", other, one, "--json"))
    again = run("import", one)
    refused = run("import", tmp_path / "bad.docx", code=1)

    assert [r["file"] for r in first] == [one.name, other.name]  # by month
    assert [(r["added"], r["changed"], r["unreadable"]) for r in first] == [
        (1, 0, 1),
        (0, 1, 0),
    ]
    assert first[0]["unreadable_rows"][0]["place"] == "1:3"
    assert "unchanged 1" in again
    assert "1:3 [number]" in again
    assert "list.broken_archive" in refused
    found = json.loads(run("search", "豆包", "--json"))
    assert [h["number"] for h in found["hits"]] == ["110108823483901230031"]
    assert "豆包大模型算法" in run("search", "豆包", "--region", "11")
    assert "至少两个字" in run("search", "豆", code=2)
    shown = json.loads(run("show", NUMBER, "--json"))
    assert [t["outcome"] for t in shown["filings"][0]["history"]] == ["added", "changed"]
    assert "product：甲(APP) → 乙" in run("show", NUMBER)
    assert NUMBER in run("show", NUMBER.replace("0031号", "0033号"), code=2)
    assert json.loads(run("stats", "--json"))["totals"]["filings"] == 1
    assert "filings 1" in run("stats")
    compared = json.loads(run("reconcile", one, other, "--json"))
    assert (len(compared["differing"]), compared["same"]) == (1, 0)
    assert json.loads(run("reconcile", "--json")) == {
        "present": [],
        "missing": [],
        "differing": [],
    }
    assert "两份清单" in run("reconcile", one, code=2)
    assert run("export", "--to", "csv").startswith("\ufeffkind,number")
    assert json.loads(run("export", "--to", "jsonl"))["product"] == "乙"
    run("export", "--to", "xlsx", "--out", tmp_path / "all.xlsx")
    assert (tmp_path / "all.xlsx").read_bytes().startswith(b"PK")
    assert "没有格式" in run("export", "--to", "pdf", code=2)


def test_a_column_map_and_a_month_are_given_by_hand(run, tmp_path):
    rows = [["编号", "公司", "名字", "类型"], [NUMBER, "甲公司", "甲算法", "生成合成类"]]
    file = tmp_path / "list.csv"
    file.write_bytes(csv_of(rows)[1])
    named = "number=编号,entity=公司,algorithm=名字,class=类型"

    (found,) = json.loads(
        run("import", file, "--columns", named, "--published", "2026-05", "--json")
    )

    assert (found["published"], found["added"]) == ("2026-05", 1)
    assert GENERAL[2] == "算法类别"
    assert "列对应" in run("import", file, "--columns", "x=y", code=1)


def test_without_a_database_a_search_says_what_to_do(run):
    assert "db upgrade" in run("search", "豆包", code=2)
