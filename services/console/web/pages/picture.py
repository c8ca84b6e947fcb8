"""Pictures of a case's pages and of single places on them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import Response

from schemas.application import Application
from schemas.private import is_private
from services.console.pages.pictures import NoPicture, Picture
from services.console.people import audit
from services.console.people.audit import Action
from services.console.people.roles import AGENT_DOORS, Visitor
from services.console.reading.board import line_of
from services.console.reading.case_file import version_of
from services.console.web.access import May
from services.console.web.house import House, house_of
from services.console.web.pages.case import CaseId

router = APIRouter()
_KEEP = {"Cache-Control": "private, max-age=3600"}
"""A page of a document never changes; who signs out on a shared computer takes no page along for long."""
_NOT_KEPT = {"Cache-Control": "no-store"}


@router.get("/cases/{case_id}/picture/{document_id}/{number}")
def of_page(
    request: Request,
    visitor: Annotated[Visitor, Depends(May(*AGENT_DOORS))],
    case_id: CaseId,
    document_id: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    number: Annotated[int, Path(ge=1, le=5000)],
    version: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> Response:
    house = house_of(request)
    with house.database.read() as db:
        line = line_of(db, visitor, case_id)
        read = version_of(db, case_id, version or line.version) if line else None
    document = next((each for each in (read.documents if read else ()) if each.document_id == document_id), None)
    if document is None:
        raise HTTPException(404, "There is no such page among yours.")
    _note(house, visitor, case_id, f"page {number} of {document_id[:8]}")
    try:
        return answer(house.pictures.of_page(document, number))
    except NoPicture as error:
        raise HTTPException(404, str(error)) from error


@router.get("/cases/{case_id}/crop")
def of_value(
    request: Request,
    visitor: Annotated[Visitor, Depends(May(*AGENT_DOORS))],
    case_id: CaseId,
    at: Annotated[str, Query(max_length=200)],
    version: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> Response:
    """The place of one value, as intake kept it; of a private one to who has opened it, as long as a session rests."""
    house = house_of(request)
    rests = timedelta(seconds=house.settings.session_idle)
    with house.database.read() as db:
        line = line_of(db, visitor, case_id)
        read = version_of(db, case_id, version or line.version) if line else None
        hidden = is_private(Application, at)
        is_open = not hidden or audit.has_opened(db, visitor, case_id, at, house.clock() - rests)
    evidence = read.application.evidence.get(at) if read else None
    if evidence is None or evidence.crop is None:
        raise HTTPException(404, "There is no picture of this place.")
    if not is_open:
        raise HTTPException(403, "This place is private. Open the value and say why, then you see it.")
    _note(house, visitor, case_id, f"place of {at}")
    try:
        return answer(house.pictures.of_object(evidence.crop), _NOT_KEPT if hidden else _KEEP)
    except NoPicture as error:
        raise HTTPException(404, str(error)) from error


def answer(picture: Picture, kept: Mapping[str, str] = _KEEP) -> Response:
    return Response(picture.content, media_type=picture.media_type, headers=kept)


def _note(house: House, visitor: Visitor, case_id: str, what: str) -> None:
    with house.database.write() as db:
        audit.record(db, visitor, Action.VIEW_PAGE, house.clock(), case_id, what)
