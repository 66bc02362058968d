"""A process that ends with the one that started it, however that one ends (Linux)."""

import ctypes
import signal
from typing import Final

_DIE_WITH_PARENT: Final = 1  # prctl(PR_SET_PDEATHSIG)
_LIBC: Final = ctypes.CDLL(None)


def die_with_parent() -> None:
    """Have the kernel end this process when its parent is gone."""
    _LIBC.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
