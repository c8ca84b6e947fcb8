"""Cases by key: lists, a case whole, what was read from its pages, and forms to upload with."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request

from schemas.application import Application
from schemas.events import ApplicationRead
from schemas.private import without_private
from services.chassis.upload_link import folder_of, media_type_of, upload_link
from services.console.people import audit
from services.console.people.audit import Action
from services.console.people.keys import Scope
from services.console.people.roles import Visitor
from services.console.reading.board import Order, Wanted, board, line_of
from services.console.reading.case_file import CaseFile, case_file, version_of
from services.console.reading.values import covered as covered_value
from services.console.reading.values import values
from services.console.web.api.doors import With
from services.console.web.api.shapes import (
    ALWAYS,
    ApplicationVersion,
    CaseLine,
    CasePage,
    CaseWhole,
    Owed,
    Said,
    SentMail,
    UploadAsked,
    UploadForm,
    problem,
)
from services.console.web.house import House, house_of

router = APIRouter(tags=["cases"], responses=ALWAYS)

CaseId = Annotated[str, Path(pattern=r"^GO(-[0-9A-HJKMNP-TV-Z]{4}){3}$", examples=["GO-7K3M-9QXT-2B4F"])]
ReadsCases = Annotated[Visitor, Depends(With(Scope.CASES))]
_NONE_SUCH: dict[int | str, dict[str, Any]] = {404: problem("None that this key may see.")}
_VALID = timedelta(hours=1)


@router.get("/cases")
def list_cases(
    request: Request,
    visitor: ReadsCases,
    state: Annotated[str | None, Query(max_length=60)] = None,
    waits_for: Annotated[str | None, Query(max_length=60)] = None,
    carrier: Annotated[str | None, Query(max_length=60)] = None,
    agent: Annotated[str | None, Query(max_length=60)] = None,
    q: Annotated[str | None, Query(max_length=100, description="Beginnings of names, policy numbers, ids.")] = None,
    order: Order = Order.CHANGED,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> CasePage:
    """Cases, fifty at a time; an agent's key sees that agent's own."""
    wanted = Wanted(state, waits_for, carrier, agent, q, order=order, page=page)
    with house_of(request).database.read() as db:
        found = board(db, visitor, wanted)
    lines = tuple(CaseLine.model_validate(line) for line in found.lines)
    return CasePage(cases=lines, next_page=page + 1 if found.has_more else None)


@router.get("/cases/{case_id}", responses=_NONE_SUCH)
def show_case(request: Request, visitor: ReadsCases, case_id: CaseId) -> CaseWhole:
    """One case: what is owed, findings, requirements, documents, mails, timeline."""
    found = _opened(house_of(request), visitor, case_id, "api")
    return CaseWhole(
        case=CaseLine.model_validate(found.line),
        owed=tuple(Owed.model_validate(item) for item in found.items),
        findings=(*found.to_fix, *found.hints),
        requirements=found.requirements,
        documents=found.documents,
        mails=tuple(SentMail.model_validate(mail) for mail in found.mails),
        differences=found.differences,
        timeline=tuple(Said.model_validate(entry) for entry in found.timeline),
        versions=tuple(number for number, _ in found.versions),
    )


@router.get("/cases/{case_id}/applications/{version}", responses=_NONE_SUCH, tags=["applications"])
def show_application(
    request: Request,
    visitor: Annotated[Visitor, Depends(With(Scope.APPLICATIONS))],
    case_id: CaseId,
    version: Annotated[int, Path(ge=1, le=100_000)],
) -> ApplicationVersion:
    """One version of the application: every value, where it stands, and how sure it is."""
    house = house_of(request)
    with house.database.read() as db:
        line = line_of(db, visitor, case_id)
        read = version_of(db, case_id, version) if line else None
    if read is None:
        raise HTTPException(404, f"There is no version {version} of a case {case_id} for this key.")
    with house.database.write() as db:
        audit.record(db, visitor, Action.VIEW_CASE, house.clock(), case_id, f"application {version}")
    return ApplicationVersion(
        case_id=case_id, version=version, read_at=read.read_at, application=_without_private(read)
    )


@router.post("/uploads", status_code=201, responses=_NONE_SUCH, tags=["uploads"])
def ask_for_upload(
    request: Request, visitor: Annotated[Visitor, Depends(With(Scope.UPLOADS))], asked: UploadAsked
) -> UploadForm:
    """A form for one document, good for an hour; the file goes straight to the bucket."""
    house = house_of(request)
    own = visitor.own_agent
    if own is not None and asked.agent_code != own:
        raise HTTPException(403, f"This key uploads for {own} only.")
    if asked.case_id:
        with house.database.read() as db:
            if line_of(db, visitor, asked.case_id) is None:
                raise HTTPException(404, f"There is no case {asked.case_id} for this key.")
    now = house.clock()
    link = upload_link(
        house.s3,
        house.settings.drop_bucket,
        folder_of(asked.agent_code, asked.case_id, now),
        now,
        media_type=media_type_of(asked.file_name),
        largest=house.settings.largest_upload,
        valid=_VALID,
    )
    with house.database.write() as db:
        audit.record(db, visitor, Action.UPLOAD, now, asked.case_id, asked.agent_code)
    return UploadForm(url=link.url, fields=dict(link.fields), largest=link.largest, until=link.expires_at)


def _without_private(read: ApplicationRead) -> Application:
    """The application with where its private values stand and how sure they are, and not what they say."""
    covered = {value.at: value for value in map(covered_value, values(read.application))}
    plain = Application.model_validate(without_private(Application, read.application.model_dump(mode="json")))
    return plain.model_copy(update={"evidence": {at: value.evidence for at, value in covered.items()}})


def _opened(house: House, visitor: Visitor, case_id: str, what: str) -> CaseFile:
    with house.database.read() as db:
        found = case_file(db, visitor, case_id)
    if found is None:
        raise HTTPException(404, f"There is no case {case_id} for this key.")
    with house.database.write() as db:
        audit.record(db, visitor, Action.VIEW_CASE, house.clock(), case_id, what)
    return found
