"""docs/api.md as it stands; the demonstration and the command line, as a stranger would."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from demo.facts import read_dossier, write_tokens
from demo.seed import seed
from demo.stack import running
from settings import Settings

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


async def test_the_walk_by_hand(tmp_path, free_ports):
    port, temporal_port = free_ports
    settings = Settings(home=tmp_path, port=port, temporal_port=temporal_port, _env_file=None)
    script = "set -euo pipefail\n" + "".join(BLOCK.findall((ROOT / "docs/api.md").read_text()))
    async with running(settings) as address:
        tokens = await seed(settings.database, read_dossier(), settings.sealing_key)
        write_tokens(tmp_path / "tokens.env", tokens, address)
        shell = await asyncio.create_subprocess_exec(
            "bash",
            "-c",
            script,
            cwd=ROOT,
            env={**os.environ, "SHENBEI_HOME": str(tmp_path), "no_proxy": "*"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await asyncio.wait_for(shell.communicate(), 120)

    lines = said.decode().splitlines()
    assert shell.returncode == 0, said.decode()
    assert '"holds": true' in said.decode()
    codes = [
        "form.incomplete",
        "meeting.no_quorum",
        "act.already_done",
        "access.denied",
        "expert_group.excluded",
        "filing_number.invalid",
        "record.not_found",
        "webhook.address_refused",
    ]
    assert [line for line in lines if line in codes] == codes


@pytest.fixture
def environment(tmp_path, free_ports):
    port, temporal_port = free_ports
    return {
        **os.environ,
        "SHENBEI_HOME": str(tmp_path / "var"),
        "SHENBEI_PORT": str(port),
        "SHENBEI_TEMPORAL_PORT": str(temporal_port),
    }


def cli(environment, *arguments):
    return subprocess.run(
        [sys.executable, "cli.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
    )


def the_trail_is_taken_along(environment, number, size, folder):
    bundle = folder / "case.zip"
    cli(environment, "trail", "export", "--case", number, "--to", str(bundle))
    told = json.loads(cli(environment, "verify", str(bundle), "--json").stdout)
    assert (told["holds"], told["papers"]) == (True, 9)
    cli(environment, "trail", "verifier", "--to", str(folder / "verify.pyz"))
    alone = [sys.executable, folder / "verify.pyz", bundle]
    assert subprocess.run(alone, check=False, capture_output=True).returncode == 3
    bundle.write_bytes(bundle.read_bytes().replace(b"submitted", b"submittee", 1))
    assert cli(environment, "verify", str(bundle)).returncode == 1
    proof = cli(environment, "trail", "proof", "3").stdout
    assert proof.startswith("c2sp.org/tlog-proof@v1\nindex 3\n")
    then = ("trail", "show", "--case", number, "--at")
    late = json.loads(cli(environment, *then, "2999-01-01T00:00:00", "--json").stdout)
    assert {p["stage"] for p in late["proceedings"]} >= {"decided", "recorded", "open"}
    assert cli(environment, *then, "2020-01-01T00:00:00").returncode == 2
    drawn = ("trail", "sample", "--size", "1", "--seed-note", "抽查", "--checkpoint")
    assert number in cli(environment, *drawn, str(size)).stdout
    assert cli(environment, *drawn, "7").returncode == 2


def test_the_demonstration_ends_well_and_goes_on_where_it_was(environment, tmp_path):
    told = cli(environment, "demo", "--once")

    assert told.returncode == 0, told.stdout + told.stderr
    assert "网信算备" in told.stdout
    assert told.stdout.count("通过 · holds") == 1 + told.stdout.count("\n文书 ")
    (case,) = json.loads(cli(environment, "case", "list", "--json").stdout)
    shown = json.loads(cli(environment, "case", "show", case["number"], "--json").stdout)
    assert {p["stage"] for p in shown["proceedings"]} >= {"decided", "recorded", "open"}
    listing = ("case", "papers", case["number"], "--json")
    papers = json.loads(cli(environment, *listing, "--to", str(tmp_path)).stdout)
    verified = cli(environment, "verify", "--json", *(p["file"] for p in papers))
    assert [r["holds"] for r in json.loads(verified.stdout)] == [True] * len(papers)
    assert len(papers) == 9
    Path(papers[0]["file"]).write_bytes(Path(papers[0]["file"]).read_bytes()[:-1] + b"x")
    assert cli(environment, "verify", papers[0]["file"]).returncode == 1
    trail = json.loads(cli(environment, "trail", "verify", "--json").stdout)
    assert trail["holds"]
    assert trail["size"] > 50
    the_trail_is_taken_along(environment, case["number"], trail["size"], tmp_path)
    assert cli(environment, "db", "check").returncode == 0
    assert cli(environment, "db", "upgrade").returncode == 0
    assert len(json.loads(cli(environment, "person", "list", "--json").stdout)) > 20
    assert cli(environment, "case", "show", "BJ-1").returncode == 2

    again = cli(environment, "demo", "--once")

    assert again.returncode == 0, again.stdout + again.stderr
    assert "BJ-2026-000002" in again.stdout or "000002" in again.stdout


async def test_ctrl_c_ends_everything_within_seconds(environment):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "cli.py",
        "serve",
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    while b"Ctrl-C" not in await asyncio.wait_for(process.stdout.readline(), 60):
        pass
    refused = cli(environment, "serve")
    group = os.getpgid(process.pid)

    os.killpg(group, signal.SIGINT)

    assert await asyncio.wait_for(process.wait(), 15) == 0
    for _ in range(50):
        if not alive(group):
            break
        await asyncio.sleep(0.1)
    assert not alive(group)
    assert refused.returncode == 2
    assert "SHENBEI_PORT" in refused.stderr


def alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
