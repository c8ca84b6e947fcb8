"""Puts the API together: its routes, its OpenAPI document, and every failure as a problem in JSON."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.chassis.private.vault import Forgotten
from services.console.acts import NotThere, Unfit
from services.console.people.calls import Reused
from services.console.web.acting import NotWritten
from services.console.web.api import acts, cases, dead_letters
from services.console.web.api.shapes import Problem
from services.console.web.house import House

PATH = "/api/v1"


def create_api(house: House) -> FastAPI:
    app = FastAPI(
        title="Goodorder",
        version="1",
        summary="Cases of a life-insurance brokerage, for the agency's own systems.",
        docs_url=None,
        redoc_url=None,
        servers=[{"url": PATH}],
        root_path_in_servers=False,
    )
    app.state.house = house
    for router in (cases.router, acts.router, dead_letters.router):
        app.router.routes.extend(router.routes)
    app.exception_handler(HTTPException)(_problem)
    app.exception_handler(RequestValidationError)(_unfit)
    app.exception_handler(Forgotten)(_gone)
    app.exception_handler(NotThere)(_not_there)
    app.exception_handler(Unfit)(_cannot_be)
    app.exception_handler(Reused)(_cannot_be)
    app.exception_handler(NotWritten)(_not_written)
    return app


async def _problem(request: Request, error: HTTPException) -> JSONResponse:
    return _answer(error.status_code, str(error.detail), dict(error.headers or {}))


async def _gone(request: Request, error: Forgotten) -> JSONResponse:
    return _answer(410, str(error), {})


async def _not_there(request: Request, error: NotThere) -> JSONResponse:
    return _answer(404, str(error), {})


async def _cannot_be(request: Request, error: Unfit | Reused) -> JSONResponse:
    return _answer(422, str(error), {})


async def _not_written(request: Request, error: NotWritten) -> JSONResponse:
    return _answer(503, str(error), {"Retry-After": "30"})


async def _unfit(request: Request, error: RequestValidationError) -> JSONResponse:
    """Names what was wrong, never what was sent: it may be personal."""
    places = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return _answer(422, "; ".join(places), {})


def _answer(status: int, detail: str, headers: dict[str, str]) -> JSONResponse:
    said = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(said.model_dump(), status, headers, media_type="application/problem+json")
