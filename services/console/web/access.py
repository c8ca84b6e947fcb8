"""Who may come in: every route declares its roles by a dependency of this kind, and a test walks the routes."""

from collections.abc import Collection
from datetime import timedelta
from urllib.parse import quote

from fastapi import HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from services.console.people import sessions
from services.console.people.roles import Role, Visitor
from services.console.projection.lines import newest
from services.console.web.house import House, house_of

COOKIE = "goodorder_session"


class SignInFirst(Exception):
    """Nobody is signed in; ``then`` is where they wanted to go."""

    def __init__(self, then: str) -> None:
        self.then = then


class May:
    """``visitor: Annotated[Visitor, Depends(May(*CASE_DESK))]``: lets these roles in, and tells who it is."""

    def __init__(self, *roles: Role) -> None:
        self.roles: Collection[Role] = frozenset(roles)

    async def __call__(self, request: Request) -> Visitor:
        visitor = await run_in_threadpool(who_is, request)
        if visitor is None:
            raise SignInFirst(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        if visitor.role not in self.roles:
            raise HTTPException(403, "This page is not for your role.")
        request.state.visitor = visitor
        return visitor


class Anybody:
    """A route that asks nobody who they are: signing in, health, what the pages are made of."""

    async def __call__(self) -> None:
        return None


def who_is(request: Request) -> Visitor | None:
    """Whose session the browser's cookie is."""
    key = request.cookies.get(COOKIE)
    if not key:
        return None
    house: House = house_of(request)
    now = house.clock()
    with house.database.read() as db:
        visitor = sessions.find(
            db,
            key,
            now,
            timedelta(seconds=house.settings.session_idle),
            timedelta(seconds=house.settings.session_longest),
        )
        note = visitor is not None and sessions.is_to_be_noted(db, key, now)
        # Before the page reads anything: what changes from here on its stream tells it.
        request.state.pulse = newest(db)
    if note:
        with house.database.write() as db:
            sessions.note(db, key, now)
    return visitor


def sign_in_address(then: str) -> str:
    """The way to sign in and come back."""
    return f"/sign-in?then={quote(then)}" if then not in ("", "/") else "/sign-in"


def safe_way(then: str) -> str:
    """A place of this console to go on to, whatever was asked for."""
    return then if then.startswith("/") and not then.startswith(("//", "/\\")) else "/"
