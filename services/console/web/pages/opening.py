"""Opens private values of a case for a person who says why: on record first, as ``goodorder case --reveal`` does."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from services.console.people import audit
from services.console.people.audit import Action
from services.console.people.roles import CASE_DESK, Visitor
from services.console.reading.values import values
from services.console.web.access import May
from services.console.web.guards import require_token
from services.console.web.house import House, house_of
from services.console.web.pages.case import CaseId, opened, show_values

router = APIRouter()


@router.post("/cases/{case_id}/values")
async def open_values(
    request: Request,
    visitor: Annotated[Visitor, Depends(May(*CASE_DESK))],
    case_id: CaseId,
    reason: Annotated[str, Form(min_length=3, max_length=500)],
    at: Annotated[str, Form(max_length=200)] = "",
    version: Annotated[int | None, Form(ge=1, le=100_000)] = None,
) -> Response:
    """One private value (``at``), or all of them, in this answer only."""
    await require_token(request, visitor.csrf)
    return await run_in_threadpool(_opened, request, visitor, case_id, reason, at, version)


def _opened(request: Request, visitor: Visitor, case_id: str, reason: str, at: str, version: int | None) -> Response:
    house: House = house_of(request)
    found = opened(house, visitor, case_id, "values", version)
    private = [value for value in values(found.application) if value.is_private] if found.application else []
    wanted = frozenset(value.at for value in private if at in ("", value.at))
    if not wanted:
        raise HTTPException(404, "There is no such private value on this case.")
    note_opened(house, visitor, case_id, (at or audit.ALL_PRIVATE,), reason)
    return show_values(request, visitor, found, wanted)


def note_opened(house: House, visitor: Visitor, case_id: str, what: Sequence[str], reason: str) -> None:
    """Who opened it and why is on record before anybody sees it."""
    with house.database.write() as db:
        audit.record(db, visitor, Action.VIEW_SEALED, house.clock(), case_id, ", ".join(what), reason)
