"""Who may sign in, and who saw and did what: for admins."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import Response

from services.console.people import accounts, audit
from services.console.people.audit import Action
from services.console.people.roles import Role, Visitor
from services.console.web.access import May
from services.console.web.guards import require_token
from services.console.web.house import House, house_of
from services.console.web.templating import page

router = APIRouter()
Admin = Annotated[Visitor, Depends(May(Role.ADMIN))]


@router.get("/people")
def show(request: Request, visitor: Admin) -> Response:
    return _page(request, visitor)


@router.post("/people")
async def add(
    request: Request,
    visitor: Admin,
    name: Annotated[str, Form(pattern=r"^[\w.@-]{1,80}$")],
    role: Annotated[Role, Form()],
    agent_code: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Add somebody, or give them a new password; it is shown this once."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    try:
        with house.database.write() as db:
            password = accounts.add(db, name, role, agent_code.strip() or None, house.clock())
            audit.record(db, visitor, Action.USER, house.clock(), what=f"{name}: {role}")
    except accounts.CannotAdd as error:
        raise HTTPException(422, str(error)) from error
    return _page(request, visitor, made=name, password=password)


@router.post("/people/remove")
async def remove(request: Request, visitor: Admin, name: Annotated[str, Form(max_length=80)]) -> Response:
    """Let somebody in no more."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    if name == visitor.name:
        raise HTTPException(422, "Nobody removes themselves: ask another admin.")
    with house.database.write() as db:
        accounts.disable(db, name, house.clock())
        audit.record(db, visitor, Action.USER, house.clock(), what=f"{name}: removed")
    return _page(request, visitor)


@router.get("/audit")
def seen(
    request: Request,
    visitor: Admin,
    case_id: Annotated[str, Query(max_length=40)] = "",
    actor: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """Who saw what and did what, the newest first."""
    with house_of(request).database.read() as db:
        found = audit.entries(db, case_id.strip() or None, actor.strip() or None)
    return page(request, "audit.html", visitor, entries=found, case_id=case_id, actor=actor)


def _page(request: Request, visitor: Visitor, made: str = "", password: str = "") -> Response:
    house: House = house_of(request)
    with house.database.read() as db:
        found = accounts.accounts(db)
    return page(request, "people.html", visitor, accounts=found, roles=tuple(Role), made=made, password=password)
