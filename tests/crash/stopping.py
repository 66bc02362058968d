"""A command that stays at a chosen moment, so that it can be killed there."""

import importlib
import os
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(settings, *arguments, temporal=""):
    """Return what the command line says when nobody kills it."""
    asked = [sys.executable, str(ROOT / "cli.py"), *map(str, arguments)]
    return subprocess.run(
        asked,
        env=_environment(settings, temporal),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def killed(settings, moment, *arguments, temporal=""):
    """Kill the command line before a call; the moment names the function, and which call."""
    there = settings.home / "there"
    there.parent.mkdir(exist_ok=True)
    there.unlink(missing_ok=True)
    function, number = moment
    asked = [sys.executable, "-m", __name__, function, str(number), there, *arguments]
    with subprocess.Popen(
        list(map(str, asked)),
        cwd=ROOT,
        env=_environment(settings, temporal),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 60
        while not there.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        reached = there.exists()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        printed, _ = process.communicate()
    assert reached, printed


def _environment(settings, temporal):
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SHENBEI_HOME": str(settings.home),
        "SHENBEI_DATABASE_URL": settings.database,
        "SHENBEI_PAYLOAD_KEY": settings.sealing_key.hex(),
        "SHENBEI_ORIGIN": settings.origin,
        "SHENBEI_TASK_QUEUE": settings.task_queue,
        "TEMPORAL_ADDRESS": temporal,
    }


def _stay(function, number, there):
    """Have the process stay before a call of a function, named `module:name`."""
    module, path = function.split(":")
    *outer, name = path.split(".")
    place = importlib.import_module(module)
    for one in outer:
        place = getattr(place, one)
    whole, calls = getattr(place, name), count(1)

    def staying(*arguments, **named):
        if next(calls) == number:
            there.touch()
            time.sleep(600)
        return whole(*arguments, **named)

    setattr(place, name, staying)


if __name__ == "__main__":
    _stay(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
    from cli import app

    app(sys.argv[4:])
