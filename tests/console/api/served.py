"""The API's routes, found in the console's application."""

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import Mount

from services.console.web.api.app import PATH


def routes(app: FastAPI) -> list[APIRoute]:
    (mounted,) = (route.app for route in app.routes if isinstance(route, Mount) and route.path == PATH)
    assert isinstance(mounted, FastAPI)
    return [route for route in mounted.routes if isinstance(route, APIRoute)]
