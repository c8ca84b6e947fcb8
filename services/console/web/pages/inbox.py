"""The inbox: documents that no case has, beside the cases they may belong to, filed by a person in one keystroke."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from services.console import acts
from services.console.pages.pictures import NoPicture
from services.console.people import audit
from services.console.people.audit import Action
from services.console.people.roles import CASE_DESK, Visitor
from services.console.reading import inbox
from services.console.reading.board import line_of
from services.console.web.access import May
from services.console.web.guards import require_token
from services.console.web.house import house_of
from services.console.web.pages.picture import answer
from services.console.web.templating import page

router = APIRouter()
CaseDesk = Annotated[Visitor, Depends(May(*CASE_DESK))]
_HASH = "^[0-9a-f]{64}$"


@router.get("/inbox")
def show(
    request: Request,
    visitor: CaseDesk,
    told: Annotated[str, Query(max_length=10)] = "",
    filed: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The one that waits longest first; without the one that was filed just now, which intake still has to see."""
    with house_of(request).database.read() as db:
        found = [each for each in inbox.waiting(db, visitor) if each.document_id != filed]
    return page(request, "inbox.html", visitor, waiting=found, told=told)


@router.get("/inbox/{document_id}/picture/{number}")
def picture(
    request: Request,
    visitor: CaseDesk,
    document_id: Annotated[str, Path(pattern=_HASH)],
    number: Annotated[int, Path(ge=1, le=5000)],
) -> Response:
    house = house_of(request)
    with house.database.read() as db:
        document = inbox.document_of(db, document_id)
    if document is None:
        raise HTTPException(404, "This document does not wait any more.")
    with house.database.write() as db:
        audit.record(
            db, visitor, Action.VIEW_PAGE, house.clock(), what=f"page {number} of {document_id[:8]}, of no case"
        )
    try:
        return answer(house.pictures.of_page(document, number))
    except NoPicture as error:
        raise HTTPException(404, str(error)) from error


@router.post("/inbox")
async def file(
    request: Request,
    visitor: CaseDesk,
    document_id: Annotated[str, Form(pattern=_HASH)],
    case_id: Annotated[str, Form(max_length=40)] = "",
    other: Annotated[str, Form(max_length=40)] = "",
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """File a document to a case, or open one with it (``case_id`` is empty); ``other``: a case that was not named.

    A reason has to be said where what speaks for the case is not reason enough.
    """
    await require_token(request, visitor.csrf)
    house, case = house_of(request), (other.strip() if case_id == "other" else case_id.strip()) or None
    with house.database.read() as db:
        waiting = inbox.one_waiting(db, visitor, document_id)
        if waiting is None:
            raise HTTPException(404, "This document does not wait any more.")
        if case_id == "other" and case is None:
            raise HTTPException(422, "Say which case it belongs to.")
        if case and line_of(db, visitor, case) is None:
            raise HTTPException(404, f"There is no case {case}.")
    done = await house.acting.do(visitor, acts.file(waiting, case, visitor.name, reason, house.clock()))
    return RedirectResponse(f"/inbox?told={'yes' if done.is_sent else 'later'}&filed={document_id}", 303)
