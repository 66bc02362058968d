"""`./run bench`: all figures, each with its floor and its ratio."""

import subprocess
import sys
from typing import Final

_ALL: Final = (
    *("rules", "trail", "verification", "rebuilding", "register"),
    *("papers", "dossier", "proofs", "acts", "start"),
)


def _measured(name: str) -> bool:
    """Measure and print, in a process of its own: what one has loaded burdens no other."""
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    return subprocess.run(command, check=False).returncode == 0  # noqa: S603 -- our own


if __name__ == "__main__":
    failed = [name for name in _ALL if not _measured(name)]
    sys.exit(f"not measured: {', '.join(failed)}" if failed else 0)
