"""Every route is guarded, every refusal has a status, every page stays at home."""

import re

import pytest
from fastapi.routing import iter_route_contexts

from api.app import create_app
from api.deps import ActOf, Needs, Public
from api.problems import STATUS
from cases.errors import CaseError
from cases.procedures import person_acts
from policies.vocabulary import OTHER_ACTS

MARKS = (Needs, Public, ActOf)


def leaves(kind):
    children = kind.__subclasses__()
    own = set() if kind is CaseError else {kind}
    return own.union(*map(leaves, children)) if children else {kind}


def test_every_refusal_has_a_status_and_a_code_of_its_own():
    assert set(STATUS) == leaves(CaseError)
    assert len({kind.code for kind in STATUS}) == len(STATUS)
    assert all(kind.advice.zh and kind.advice.en for kind in STATUS)


def marks(dependant):
    found = [dependant.call] if isinstance(dependant.call, MARKS) else []
    for inner in dependant.dependencies:
        found += marks(inner)
    return found


def test_every_route_maps_to_an_act():
    app = create_app()
    known = OTHER_ACTS | person_acts()
    seen = {}
    for route in iter_route_contexts(app.routes):
        found = marks(route.dependant)
        assert found, f"{route.path} names no act"
        for mark in found:
            if isinstance(mark, ActOf):
                acts = {a for a in person_acts() if a.split(".")[0] == mark.procedure}
                assert acts
            else:
                assert mark.act in known, route.path
        seen[route.path.replace(":path}", "}")] = route
    assert set(app.openapi()["paths"]) <= set(seen)
    assert len(seen) > 25


def test_the_description_is_openapi_3_1_and_names_every_kind_of_act():
    description = create_app().openapi()

    assert description["openapi"].startswith("3.1")
    text = str(description)
    assert all(kind in text for kind in person_acts())


async def test_the_docs_page_calls_no_other_host(house):
    page = await house.client.get("/docs")
    assets = re.findall(r'(?:src|href)="([^"]+)"', page.text)

    assert assets
    assert all(path.startswith("/") for path in assets)
    assert not re.search(r"https?://", page.text)
    for path in assets:
        assert (await house.client.get(path)).status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]


async def test_ready_when_database_and_engine_answer(house):
    assert (await house.client.get("/ready")).json() == {"status": "ready"}
    assert (await house.client.get("/health")).json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/static/../settings.py", "/static/index.html", "/nowhere"])
async def test_nothing_else_is_served(path, house):
    assert (await house.client.get(path)).status_code in {404, 422}
