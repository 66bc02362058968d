"""`./run bench`: all figures, each with its floor and its ratio."""

import subprocess
import sys
from typing import Final

_ALL: Final = (
    *("rules", "trail", "verification", "rebuilding", "register"),
    *("papers", "dossier", "proofs", "acts", "start"),
)

if __name__ == "__main__":
    for name in _ALL:  # each by itself: what one has loaded is no burden of the next
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)  # noqa: S603 -- our own
