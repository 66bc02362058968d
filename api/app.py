"""The HTTP application: built here, run by `./run api`."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI

from api import problems
from api.caching import Kept
from api.desks import register as register_desk
from api.desks import verify as verify_desk
from api.rates import Rates
from api.routers import (
    acts,
    attachments,
    case_trail,
    cases,
    drafts,
    events,
    law,
    me,
    register,
    service,
    sheets,
    trail,
    triage,
    webhooks,
)
from api.services import Services
from cases.proceeding import SYSTEM
from documents.fonts import choose
from documents.pki import DevelopmentAuthority
from documents.press import Press
from documents.store import open_files
from documents.uploads import LARGEST
from policies.standing import access
from records.access_tables import Policy
from records.database import Database
from records.registry import put_in_force
from records.streams import Hand
from records.webhooks.signing import Signer
from settings import Settings
from workflows.activities.egress import Egress
from workflows.connect import connect

_ROUTERS = (
    *(me, drafts, triage, attachments, acts, law, register, cases, case_trail, sheets),
    *(events, webhooks, trail, service),
)
LARGEST_BODY = 4 << 20
UPLOADS = ("/attachments", LARGEST)


def create_app(services: Services | None = None, rates: Rates | None = None) -> FastAPI:
    """Build the application; without services it builds its own from the settings."""
    app = FastAPI(
        title="Shenbei 审备",
        summary="Ethics review and algorithm filing as durable proceedings",
        version="0.1.0",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
    )
    app.state.services = services
    app.add_middleware(problems.BodyLimit, largest=LARGEST_BODY, uploads=UPLOADS)
    app.add_middleware(Kept, rates=rates or Rates())  # outermost: most answers end here
    problems.install(app)
    for module in _ROUTERS:
        app.include_router(module.router)
    app.include_router(register_desk.router)
    app.include_router(verify_desk.router)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    if app.state.services is not None:
        yield
        return
    settings = Settings()
    services = await build(settings)
    await enter_policy(services)
    app.state.services = services
    yield
    services.press.close()
    await services.database.close()


async def build(settings: Settings) -> Services:
    """Build what the routes work with."""
    choose(settings.fonts)
    authority = DevelopmentAuthority(settings.keys / "pki", may_make=settings.may_make_keys)
    return Services(
        database=Database(settings.database, settings.sealing_key),
        temporal=await connect(settings.sealing_key),
        task_queue=settings.task_queue,
        access=access(),
        papers=open_files(settings.home / "papers", settings.sealing_key),
        attachments=open_files(settings.home / "attachments", settings.sealing_key),
        press=Press(),
        trust=authority.trust,
        log=settings.log,
        log_verifiers=lambda: settings.log_verifiers,
        witnesses=lambda: settings.witnesses,
        public_url=settings.public_url.rstrip("/"),
        signer=Signer(settings.sealing_key),
        egress=Egress(settings.webhooks_to_private),
        now=lambda: datetime.now(UTC),
    )


async def enter_policy(services: Services) -> None:
    """Enter in the trail which policy is asked from now on, where it is another."""
    rows, digest = services.access.text, services.access.hash
    hand = Hand(
        actor=SYSTEM, at=services.now(), policy=digest, request=f"policy/{digest[:32]}"
    )
    async with services.database.writing() as session:
        await put_in_force(session, Policy(hash=digest, rows=rows), hand)


def main(settings: Settings) -> None:
    """Serve until told to stop."""
    uvicorn.run(
        create_app(),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main(Settings())
