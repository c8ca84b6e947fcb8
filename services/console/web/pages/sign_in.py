"""Signing in with a password, and out."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from services.console.people import accounts, audit, sessions
from services.console.people.audit import Action
from services.console.people.roles import EVERYBODY, Visitor
from services.console.web.access import COOKIE, Anybody, May, safe_way, who_is
from services.console.web.guards import require_token
from services.console.web.house import House, house_of
from services.console.web.navigation import home_of
from services.console.web.templating import page

router = APIRouter()
_WRONG = "The name or the password is not right. After several wrong tries, wait a while before the next."


@router.get("/")
def home(request: Request, visitor: Annotated[Visitor, Depends(May(*EVERYBODY))]) -> Response:
    return RedirectResponse(home_of(visitor), 303)


@router.get("/sign-in")
def show(request: Request, _: Annotated[None, Depends(Anybody())], then: str = "/") -> Response:
    if who_is(request) is not None:
        return RedirectResponse(safe_way(then), 303)
    return asking(request, then)


@router.post("/sign-in")
def sign_in(
    request: Request,
    _: Annotated[None, Depends(Anybody())],
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=500)],
    then: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    house = house_of(request)
    with house.database.write() as db:
        visitor = accounts.check(db, name.strip(), password, house.clock())
    if visitor is None:
        return asking(request, then, 401, _WRONG, name)
    return let_in(house, visitor, then)


@router.post("/sign-out")
async def sign_out(request: Request, visitor: Annotated[Visitor, Depends(May(*EVERYBODY))]) -> Response:
    await require_token(request, visitor.csrf)
    house = house_of(request)
    by_provider = await run_in_threadpool(_end, house, visitor, request.cookies[COOKIE])
    farewell = await house.provider.farewell() if by_provider and house.provider else None
    answer = RedirectResponse(farewell or "/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def asking(request: Request, then: str, status: int = 200, wrong: str = "", name: str = "") -> Response:
    """The page that asks who somebody is, and what was wrong with the last answer."""
    provider = house_of(request).provider is not None
    return page(
        request, "sign_in.html", None, status, then=safe_way(then), wrong=wrong, name=name, has_provider=provider
    )


def let_in(house: House, visitor: Visitor, then: str, by_provider: bool = False) -> Response:
    """A session for somebody who proved who they are."""
    longest, now = timedelta(seconds=house.settings.session_longest), house.clock()
    with house.database.write() as db:
        key = sessions.begin(db, visitor, now, longest, by_provider)
        audit.record(db, visitor, Action.SIGN_IN, now, what="at the provider" if by_provider else None)
    answer = RedirectResponse(safe_way(then), 303)
    answer.set_cookie(
        COOKIE,
        key,
        max_age=int(longest.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=house.settings.console_url.startswith("https:"),
        path="/",
    )
    return answer


def _end(house: House, visitor: Visitor, key: str) -> bool:
    with house.database.write() as db:
        audit.record(db, visitor, Action.SIGN_OUT, house.clock())
        return sessions.end(db, key)
