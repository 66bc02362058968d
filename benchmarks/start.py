"""Warm `./run demo` to its address; to reach: 5 s. The floor is a bare Python start."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

_ROOT = Path(__file__).parent.parent
ROUNDS = 3


def main() -> None:
    """Print the median of some starts."""
    times = sorted(_start() for _ in range(ROUNDS))
    start = perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    floor = perf_counter() - start
    warm = times[ROUNDS // 2]
    print(f"warm ./run demo to its address: {warm:.1f} s (<= 5)")
    print(f"  floor, an empty Python: {floor:.2f} s; ratio {warm / floor:.0f}")


def _start() -> float:
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "SHENBEI_HOME": folder,
            "SHENBEI_PORT": "8972",
            "SHENBEI_TEMPORAL_PORT": "7972",
        }
        start = perf_counter()
        with subprocess.Popen(
            ["./run", "demo"],
            cwd=_ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            first = process.stdout.readline() if process.stdout else b""
            taken = perf_counter() - start
            os.killpg(process.pid, signal.SIGINT)
            process.communicate()
        if b"http://" not in first:
            raise RuntimeError("the demonstration showed no address")
        return taken


if __name__ == "__main__":
    main()
