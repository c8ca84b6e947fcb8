"""Puts the API together: its routes, its OpenAPI document, and every failure as a problem in JSON."""

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.chassis.private.vault import Forgotten
from services.console.web.api import cases, dead_letters
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
    for router in (cases.router, dead_letters.router):
        app.router.routes.extend(router.routes)
    app.exception_handler(HTTPException)(_problem)
    app.exception_handler(RequestValidationError)(_unfit)
    app.exception_handler(Forgotten)(_gone)
    return app


async def _problem(request: Request, error: HTTPException) -> JSONResponse:
    return _answer(error.status_code, str(error.detail), dict(error.headers or {}))


async def _gone(request: Request, error: Forgotten) -> JSONResponse:
    return _answer(410, str(error), {})


async def _unfit(request: Request, error: RequestValidationError) -> JSONResponse:
    """Names what was wrong, never what was sent: it may be personal."""
    places = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
    return _answer(422, "; ".join(places), {})


def _answer(status: int, detail: str, headers: dict[str, str]) -> JSONResponse:
    said = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JSONResponse(said.model_dump(), status, headers, media_type="application/problem+json")
