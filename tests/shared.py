"""Real inputs that stand beside the checkout and are not part of the product."""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "shared" / "data"


def shared(*parts: str) -> Path:
    """Return a path below ../shared/data, or skip the test where it is absent."""
    path = DATA.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"../shared/data/{'/'.join(parts)} is not there")
    return path
