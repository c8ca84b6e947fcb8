"""Signing in with a password, and out."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from services.console.people import accounts, audit, sessions
from services.console.people.audit import Action
from services.console.people.roles import EVERYBODY, Visitor
from services.console.web.access import COOKIE, Anybody, May, safe_way, who_is
from services.console.web.guards import require_token
from services.console.web.house import house_of
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
    return page(request, "sign_in.html", None, then=safe_way(then), wrong="", name="")


@router.post("/sign-in")
def sign_in(
    request: Request,
    _: Annotated[None, Depends(Anybody())],
    name: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=500)],
    then: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    house = house_of(request)
    now = house.clock()
    with house.database.write() as db:
        visitor = accounts.check(db, name.strip(), password, now)
        key = sessions.begin(db, visitor, now) if visitor else ""
        if visitor:
            audit.record(db, visitor, Action.SIGN_IN, now)
    if visitor is None:
        return page(request, "sign_in.html", None, 401, then=safe_way(then), wrong=_WRONG, name=name)
    answer = RedirectResponse(safe_way(then), 303)
    answer.set_cookie(
        COOKIE,
        key,
        max_age=int(house.settings.session_longest),
        httponly=True,
        samesite="lax",
        secure=house.settings.console_url.startswith("https:"),
        path="/",
    )
    return answer


@router.post("/sign-out")
async def sign_out(request: Request, visitor: Annotated[Visitor, Depends(May(*EVERYBODY))]) -> Response:
    await require_token(request, visitor.csrf)
    house = house_of(request)
    with house.database.write() as db:
        sessions.end(db, request.cookies[COOKIE])
        audit.record(db, visitor, Action.SIGN_OUT, house.clock())
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer
