"""What a case manager does on a case: set findings aside, ask of the case and of its requirements."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from schemas.case_events import CaseRequested
from schemas.codes import CaseRequestKind, OverrideKind, ReasonSource, RequestAction
from schemas.finding_events import OverrideFinding
from schemas.requirement_events import RequirementRequest
from schemas.topics import (
    CASES_REQUESTS,
    REQUIREMENTS_REQUESTS,
    VALIDATION_OVERRIDE_REQUESTS,
)
from services.chassis.errors import Outgoing
from services.console.people import views
from services.console.people.audit import Action
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
    if not any((finding.rule, finding.at) == (rule, at) for finding in (*found.to_fix, *found.hints)):
        raise HTTPException(404, "This finding is not there any more.")
    said = OverrideFinding(case_id=case_id, rule=rule, at=at, kind=kind, actor=visitor.name, reason=reason)
    command = Outgoing(VALIDATION_OVERRIDE_REQUESTS, case_id, said)
    sent = await house.acting.ask(visitor, Action.OVERRIDE, [command], case_id, f"{rule} {at}", reason)
    return asked(f"/cases/{case_id}/pages", sent)


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
    said = CaseRequested(
        case_id=case_id,
        request=what,
        other_case_id=other.strip() or None,
        actor=visitor.name,
        reason=reason,
        requested_at=house.clock(),
    )
    sent = await house.acting.ask(visitor, Action.ASK, [Outgoing(CASES_REQUESTS, case_id, said)], case_id, what, reason)
    return asked(f"/cases/{case_id}", sent)


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
    meant = next((each for each in found.requirements if each.requirement_id == requirement_id), None)
    if meant is None:
        raise HTTPException(404, "The case has no such requirement.")
    said = RequirementRequest(
        request_id=str(uuid.uuid4()),
        case_id=case_id,
        action=action,
        kind=meant.kind,
        about=meant.about,
        requirement_id=requirement_id,
        asked_by=ReasonSource.PERSON,
        asker=visitor.name,
        reason=reason,
        effective_at=house.clock(),
    )
    command = Outgoing(REQUIREMENTS_REQUESTS, case_id, said)
    sent = await house.acting.ask(visitor, Action.REQUIREMENT, [command], case_id, f"{action} {meant.kind}", reason)
    return asked(f"/cases/{case_id}/requirements", sent)


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
