"""Sending packets and corrected pages: the browser posts them straight to S3, with a form that is signed here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, Form, HTTPException, Query, Request
from fastapi.responses import Response
from sqlalchemy.engine import Connection

from services.chassis.upload_link import NoSuchLink, folder_of, media_type_of, upload_link
from services.console.people import audit
from services.console.people.audit import Action
from services.console.people.roles import AGENT_DOORS, Role, Visitor
from services.console.projection.tables import cases, uploads
from services.console.reading.board import line_of
from services.console.web.access import May
from services.console.web.guards import require_token
from services.console.web.house import house_of
from services.console.web.templating import page

router = APIRouter()
Sender = Annotated[Visitor, Depends(May(*AGENT_DOORS))]
_SHOWN = 20


@dataclass(frozen=True)
class Sent:
    """One of the last uploads, and what became of it."""

    file_name: str
    agent_code: str | None
    uploaded_at: datetime
    state: str
    message: str | None
    case_id: str | None
    case_state: str | None
    to_fix: int | None


@router.get("/upload")
def show(request: Request, visitor: Sender, case: Annotated[str, Query(max_length=40)] = "") -> Response:
    house = house_of(request)
    with house.database.read() as db:
        line = line_of(db, visitor, case) if case else None
        last = _last(db, visitor)
    if case and line is None:
        raise HTTPException(404, f"There is no case {case} among yours.")
    return page(request, "upload.html", visitor, case=line, sent=last, largest=house.settings.largest_upload)


@router.post("/upload/link")
async def link(
    request: Request,
    visitor: Sender,
    file_name: Annotated[str, Form(min_length=1, max_length=200)],
    case: Annotated[str, Form(max_length=40)] = "",
    agent: Annotated[str, Form(max_length=40)] = "",
) -> dict[str, Any]:
    """A form that S3 takes one file by, into the agent's own folder."""
    await require_token(request, visitor.csrf)
    house = house_of(request)
    with house.database.read() as db:
        line = line_of(db, visitor, case) if case else None
    if case and line is None:
        raise HTTPException(404, f"There is no case {case} among yours.")
    code = visitor.agent_code if visitor.role is Role.AGENT else (agent.strip() or (line.agent_code if line else None))
    if not code:
        raise HTTPException(422, "Say for which agent this is sent.")
    try:
        folder = folder_of(code, case or None, house.clock())
        media_type = media_type_of(file_name)
        made = upload_link(
            house.s3,
            house.settings.drop_bucket,
            folder,
            house.clock(),
            media_type=media_type,
            largest=house.settings.largest_upload,
        )
    except NoSuchLink as error:
        raise HTTPException(422, f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    with house.database.write() as db:
        audit.record(db, visitor, Action.UPLOAD, house.clock(), case or None, folder)
    return made.as_json()


def _last(db: Connection, visitor: Visitor) -> tuple[Sent, ...]:
    own = visitor.own_agent
    state = cases.c.state.label("case_state")
    query = (
        sa.select(uploads, state, cases.c.to_fix)
        .select_from(uploads.outerjoin(cases, cases.c.case_id == uploads.c.case_id))
        .where(*(() if own is None else (uploads.c.agent_code == own,)))
        .order_by(uploads.c.uploaded_at.desc())
        .limit(_SHOWN)
    )
    names = Sent.__dataclass_fields__
    return tuple(Sent(**{name: getattr(row, name) for name in names}) for row in db.execute(query))
