"""Signing in at an OIDC provider: the way there and the way back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from services.console.people import accounts, waiting
from services.console.people.claims import NotForUs, visitor_of
from services.console.people.roles import Visitor
from services.console.web.access import Anybody, safe_way
from services.console.web.house import House, house_of
from services.console.web.pages.sign_in import asking, let_in
from services.console.web.provider import BACK, CannotSignIn, Provider

router = APIRouter()
_COOKIE = "goodorder_sign_in"
_LOCAL = "Somebody signs in here with a password under your name. Ask who runs this console to rename one of you."


@router.get("/sign-in/provider")
async def there(
    request: Request,
    _: Annotated[None, Depends(Anybody())],
    then: Annotated[str, Query(max_length=2000)] = "/",
) -> Response:
    house, provider = _provider_of(request)
    try:
        address, kept = await provider.begin(request)
    except CannotSignIn as error:
        return asking(request, then, 503, str(error))
    key = await run_in_threadpool(_keep, house, {"session": kept, "then": safe_way(then)})
    answer = RedirectResponse(address, 303)
    answer.set_cookie(
        _COOKIE,
        key,
        max_age=int(waiting.LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=house.settings.console_url.startswith("https:"),
        path="/sign-in",
    )
    return answer


@router.get(BACK)
async def back(request: Request, _: Annotated[None, Depends(Anybody())]) -> Response:
    house, provider = _provider_of(request)
    kept = await run_in_threadpool(_take, house, request.cookies.get(_COOKIE, "")) or {}
    then = str(kept.get("then", "/"))
    try:
        visitor = visitor_of(await provider.finish(request, kept.get("session", {})), house.settings)
        answer = await run_in_threadpool(_let_in, house, visitor, then)
    except (CannotSignIn, NotForUs) as error:
        answer = asking(request, then, 403, str(error))
    answer.delete_cookie(_COOKIE, path="/sign-in")
    return answer


def _provider_of(request: Request) -> tuple[House, Provider]:
    house = house_of(request)
    if house.provider is None:
        raise HTTPException(404, "People sign in here with a password.")
    return house, house.provider


def _keep(house: House, body: dict[str, Any]) -> str:
    with house.database.write() as db:
        return waiting.begin(db, body, house.clock())


def _take(house: House, key: str) -> dict[str, Any] | None:
    with house.database.write() as db:
        return waiting.take(db, key, house.clock())


def _let_in(house: House, visitor: Visitor, then: str) -> Response:
    """Raises :class:`NotForUs` where a local user has the name: what they did would look alike."""
    with house.database.read() as db:
        if accounts.is_taken(db, visitor.name):
            raise NotForUs(_LOCAL)
    return let_in(house, visitor, then, by_provider=True)
