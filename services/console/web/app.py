"""Puts the web application together: pages, guards, static files, what a failure looks like."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import boto3
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from schemas.carrier import load_carriers
from services.chassis.outbox import Publish
from services.chassis.private.vault import Forgotten
from services.console.acts import NotThere, Unfit
from services.console.database import Database
from services.console.neighbours import Neighbours
from services.console.operations.sources import HouseSources, Sources
from services.console.operations.watch import Watch
from services.console.pages.pictures import Pictures
from services.console.settings import ConsoleSettings
from services.console.web import templating
from services.console.web.access import SignInFirst, sign_in_address
from services.console.web.acting import Acting, Broker, NotWritten
from services.console.web.api import app as api
from services.console.web.guards import SAFE, Guard, origin_of
from services.console.web.house import House
from services.console.web.pages import (
    acts,
    board,
    case,
    check,
    confirm,
    dead_letters,
    health,
    inbox,
    letter_acts,
    live,
    opening,
    operations,
    people,
    picture,
    provider_sign_in,
    sign_in,
    upload,
)
from services.console.web.provider import Provider

_STATIC = Path(__file__).parent / "static"
ROUTERS = (
    health.router,
    sign_in.router,
    provider_sign_in.router,
    board.router,
    acts.router,
    confirm.router,
    opening.router,
    inbox.router,
    case.router,
    picture.router,
    live.router,
    upload.router,
    check.router,
    operations.router,
    dead_letters.router,
    letter_acts.router,
    people.router,
)


def create_app(
    settings: ConsoleSettings,
    database: Database,
    clock: Callable[[], datetime],
    publish: Publish | None = None,
    sources: Sources | None = None,
) -> FastAPI:
    """``publish``: where commands go instead of Kafka; ``sources``: who is asked how the house stands."""
    s3 = boto3.client("s3")
    broker = Broker(settings)
    neighbours = Neighbours(
        settings.cases_url,
        settings.notify_url,
        settings.url_of("intake"),
        settings.web_token.get_secret_value() if settings.web_token else None,
    )
    house = House(
        settings=settings,
        database=database,
        clock=clock,
        templates=templating.environment(),
        s3=s3,
        pictures=Pictures(s3, settings.data / "console" / "pages"),
        provider=Provider(settings) if settings.oidc_issuer else None,
        neighbours=neighbours,
        watch=Watch(sources or HouseSources(settings, s3, database, neighbours), clock),
        acting=Acting(settings, database, clock, publish or broker.publish),
        forms={
            held.form.id: held.form for carrier in load_carriers(settings.carriers).values() for held in carrier.forms
        },
    )

    @asynccontextmanager
    async def alive(_: FastAPI) -> AsyncIterator[None]:
        house.acting.begin()
        yield
        await house.acting.close()
        await broker.close()
        house.watch.close()
        house.neighbours.close()

    app = FastAPI(title="Goodorder", docs_url=None, redoc_url=None, openapi_url=None, lifespan=alive)
    app.state.house = house
    for router in ROUTERS:
        app.router.routes.extend(router.routes)
    app.mount(api.PATH, api.create_api(house), name="api")
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    app.add_middleware(
        Guard,
        objects=origin_of(s3.meta.endpoint_url),
        is_tls=settings.console_url.startswith("https:"),
        provider=origin_of(settings.oidc_issuer) if settings.oidc_issuer else "",
    )
    app.exception_handler(SignInFirst)(_to_sign_in)
    app.exception_handler(HTTPException)(_refused)
    app.exception_handler(Forgotten)(_gone)
    app.exception_handler(NotThere)(_not_there)
    app.exception_handler(Unfit)(_unfit)
    app.exception_handler(NotWritten)(_not_written)
    return app


async def _to_sign_in(request: Request, error: SignInFirst) -> Response:
    where = sign_in_address(error.then if request.method in SAFE else "/")
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": where})
    return RedirectResponse(where, 303)


async def _gone(request: Request, error: Forgotten) -> Response:
    """The key was deleted a moment ago, and the line of the case does not know it yet."""
    return await _refused(request, HTTPException(410, str(error)))


async def _not_there(request: Request, error: NotThere) -> Response:
    return await _refused(request, HTTPException(404, str(error)))


async def _unfit(request: Request, error: Unfit) -> Response:
    return await _refused(request, HTTPException(422, str(error)))


async def _not_written(request: Request, error: NotWritten) -> Response:
    return await _refused(request, HTTPException(503, str(error)))


async def _refused(request: Request, error: HTTPException) -> Response:
    visitor = getattr(request.state, "visitor", None)
    titles = {403: "Not for you", 404: "Not here", 410: "Forgotten", 413: "Too large", 429: "Too many at once"}
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse({"detail": error.detail}, error.status_code)
    title = titles.get(error.status_code, "That did not work")
    return templating.page(request, "refused.html", visitor, error.status_code, title=title, message=error.detail)
