"""What a case manager does on a case: set findings aside, ask of the case and of its requirements."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from schemas.codes import CaseRequestKind, OverrideKind, RequestAction
from services.console import acts
from services.console.people import views
from services.console.people.roles import CASE_DESK, EVERYBODY, Visitor
from services.console.reading.board import line_of
from services.console.web.access import May
from services.console.web.guards import require_token
from services.console.web.house import house_of
from services.console.web.pages.case import CaseId, asked, opened

router = APIRouter()
CaseDesk = Annotated[Visitor, Depends(May(*CASE_DESK))]
Reason = Annotated[str, Form(min_length=3, max_length=500)]


@router.post("/cases/{case_id}/override")
async def override(
    request: Request,
    visitor: CaseDesk,
    case_id: CaseId,
    rule: Annotated[str, Form(max_length=40)],
    at: Annotated[str, Form(max_length=200)],
    kind: Annotated[OverrideKind, Form()],
    reason: Reason,
) -> Response:
    """Set one finding aside, or call it a false alarm."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    found = opened(house, visitor, case_id, "override")
    done = await house.acting.do(visitor, acts.set_aside(found, rule, at, kind, visitor.name, reason))
    return asked(f"/cases/{case_id}/pages", done)


@router.post("/cases/{case_id}/ask")
async def ask(
    request: Request,
    visitor: CaseDesk,
    case_id: CaseId,
    what: Annotated[CaseRequestKind, Form()],
    reason: Reason,
    other: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Ask something of the case: submit, answer an offer, withdraw, reopen, relate."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    with house.database.read() as db:
        if line_of(db, visitor, case_id) is None or (other and line_of(db, visitor, other.strip()) is None):
            raise HTTPException(404, "There is no such case among yours.")
    standing = await run_in_threadpool(house.neighbours.standing, case_id)
    act = acts.ask(case_id, what, other.strip() or None, visitor.name, reason, house.clock(), standing)
    return asked(f"/cases/{case_id}", await house.acting.do(visitor, act))


@router.post("/cases/{case_id}/requirements")
async def requirement(
    request: Request,
    visitor: CaseDesk,
    case_id: CaseId,
    requirement_id: Annotated[str, Form(max_length=200)],
    action: Annotated[RequestAction, Form()],
    reason: Reason,
) -> Response:
    """Waive a requirement, order it again, or note that it came in."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    found = opened(house, visitor, case_id, "requirements")
    request_id = str(uuid.uuid4())
    act = acts.ask_about_requirement(found, requirement_id, action, visitor.name, reason, house.clock(), request_id)
    return asked(f"/cases/{case_id}/requirements", await house.acting.do(visitor, act))


@router.post("/views")
async def keep_view(
    request: Request,
    visitor: Annotated[Visitor, Depends(May(*EVERYBODY))],
    name: Annotated[str, Form(min_length=1, max_length=60)],
    query: Annotated[str, Form(max_length=500)],
) -> Response:
    """Keep the board's filters under a name."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    with house.database.write() as db:
        views.save(db, visitor, name.strip(), query.lstrip("?"))
    return RedirectResponse(f"/cases?{query.lstrip('?')}", 303)


@router.post("/views/forget")
async def forget_view(
    request: Request,
    visitor: Annotated[Visitor, Depends(May(*EVERYBODY))],
    name: Annotated[str, Form(min_length=1, max_length=60)],
) -> Response:
    await require_token(request, visitor.csrf)
    with house_of(request).database.write() as db:
        views.forget(db, visitor, name)
    return RedirectResponse("/cases", 303)
