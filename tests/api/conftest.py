"""Cases at the stages that the edge is asked about."""

import pytest

from demo.facts import read_dossier
from demo.journey import Journey

DOSSIER = read_dossier()


@pytest.fixture
async def journey(house):
    return Journey(house.client, house.tokens, lambda *_: None)


@pytest.fixture
async def drafted(journey):
    await journey.draft(DOSSIER)
    return journey


@pytest.fixture
async def submitted(drafted):
    await drafted.submit()
    return drafted
