"""The pages about one case: where it stands, its pages with what is to fix, values, requirements, papers, history."""

from collections.abc import Collection
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from fastapi.responses import RedirectResponse, Response

from schemas.finding_events import Finding
from services.console.pages.overlay import Mark, form_on, sheet_of, sheets
from services.console.people import audit
from services.console.people.audit import Action
from services.console.people.roles import AGENT_DOORS, EVERYBODY, Visitor
from services.console.reading.case_file import CaseFile, case_file, version_of
from services.console.reading.changes import changes
from services.console.reading.values import sections, unsure
from services.console.web.access import May
from services.console.web.acting import Done
from services.console.web.house import House, house_of
from services.console.web.templating import page

router = APIRouter()

CaseId = Annotated[str, Path(pattern=r"^GO(-[0-9A-HJKMNP-TV-Z]{4}){3}$")]
Version = Annotated[int | None, Query(ge=1, le=100_000)]
AnyRole = Annotated[Visitor, Depends(May(*EVERYBODY))]
WhoSeesPages = Annotated[Visitor, Depends(May(*AGENT_DOORS))]


@router.get("/cases/{case_id}")
def overview(request: Request, visitor: AnyRole, case_id: CaseId) -> Response:
    house = house_of(request)
    found = opened(house, visitor, case_id, "overview")
    standing = house.neighbours.standing(case_id)
    return show(request, visitor, "case/overview.html", found, standing=standing)


@router.get("/cases/{case_id}/pages")
def pages(request: Request, visitor: WhoSeesPages, case_id: CaseId, version: Version = None) -> Response:
    """The findings beside the pages they are about."""
    house = house_of(request)
    found = opened(house, visitor, case_id, "pages", version)
    marks = [_mark(f"fix-{n}", "fix", finding) for n, finding in enumerate(found.to_fix, 1)]
    marks += [_mark(f"hint-{n}", "hint", finding) for n, finding in enumerate(found.hints, 1)]
    shown = sheets(found.application, found.documents, marks, house.settings.carriers) if found.application else ()
    return show(request, visitor, "case/pages.html", found, sheets=shown)


@router.get("/cases/{case_id}/sheet/{document_id}/{number}")
def sheet(
    request: Request,
    visitor: WhoSeesPages,
    case_id: CaseId,
    document_id: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    number: Annotated[int, Path(ge=1, le=5000)],
    at: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """One page whole, with one value's box where one is asked for."""
    house = house_of(request)
    found = opened(house, visitor, case_id, f"page {number}")
    document = next((each for each in found.documents if each.document_id == document_id), None)
    if document is None or found.application is None:
        raise HTTPException(404, "This case has no such document.")
    evidence = found.application.evidence.get(at)
    marks = [Mark("value", evidence.label, "value", document_id, number, evidence.box)] if evidence else []
    marked = sheets(found.application, [document], marks, house.settings.carriers)
    plain = sheet_of(found.application, document, number, house.settings.carriers)
    total = max((p.page for f in found.application.forms for p in f.pages if p.document_id == document_id), default=1)
    shown = {"sheet": marked[0] if marked else plain, "total": max(total, number)}
    return show(request, visitor, "case/sheet.html", found, **shown)


@router.get("/cases/{case_id}/values")
def values(request: Request, visitor: WhoSeesPages, case_id: CaseId, version: Version = None) -> Response:
    """Every value with its place on the page, and how sure it is."""
    return show_values(request, visitor, opened(house_of(request), visitor, case_id, "values", version))


def show_values(request: Request, visitor: Visitor, found: CaseFile, seen: Collection[str] = ()) -> Response:
    """``seen``: private values that are not covered."""
    application = found.application
    shown: dict[str, Any] = {"sections": (), "unsure": (), "size_of": size_of(found, house_of(request)), "seen": seen}
    if application:
        shown |= {"sections": sections(application, seen), "unsure": unsure(application)}
    return show(request, visitor, "case/values.html", found, **shown)


@router.get("/cases/{case_id}/requirements")
def requirements(request: Request, visitor: AnyRole, case_id: CaseId) -> Response:
    found = opened(house_of(request), visitor, case_id, "requirements")
    return show(request, visitor, "case/requirements.html", found)


@router.get("/cases/{case_id}/documents")
def documents(request: Request, visitor: AnyRole, case_id: CaseId) -> Response:
    """Documents and mails."""
    found = opened(house_of(request), visitor, case_id, "documents")
    return show(request, visitor, "case/documents.html", found, form_on=form_on)


@router.get("/cases/{case_id}/history")
def history(request: Request, visitor: AnyRole, case_id: CaseId) -> Response:
    found = opened(house_of(request), visitor, case_id, "history")
    return show(request, visitor, "case/history.html", found)


@router.get("/cases/{case_id}/versions")
def versions(
    request: Request, visitor: WhoSeesPages, case_id: CaseId, older: Version = None, newer: Version = None
) -> Response:
    """What changed from one version to another; the last two unless said otherwise."""
    house = house_of(request)
    found = opened(house, visitor, case_id, "versions", newer)
    numbers = [number for number, _ in found.versions]
    newest = newer or (numbers[0] if numbers else 0)
    before = older or next((number for number in numbers if number < newest), 0)
    with house.database.read() as db:
        read = version_of(db, case_id, before)
    differ = changes(read.application, found.application) if read and found.application else ()
    shown = {"older": before, "newer": newest, "changes": differ, "compared": read is not None}
    return show(request, visitor, "case/versions.html", found, **shown)


@router.get("/cases/{case_id}/mails/{notification_id}")
def mail(
    request: Request,
    visitor: AnyRole,
    case_id: CaseId,
    notification_id: Annotated[str, Path(pattern="^[0-9a-f-]{36}$")],
) -> Response:
    """A mail as it was sent."""
    house = house_of(request)
    found = opened(house, visitor, case_id, "mail")
    known = next((each for each in found.mails if each.notification_id == notification_id), None)
    if known is None:
        raise HTTPException(404, "This case has no such mail.")
    with house.database.write() as db:
        audit.record(db, visitor, Action.VIEW_MAIL, house.clock(), case_id, notification_id)
    sent = house.neighbours.mail(notification_id)
    return show(request, visitor, "case/mail.html", found, mail=known, sent=sent)


def opened(house: House, visitor: Visitor, case_id: str, what: str, version: int | None = None) -> CaseFile:
    """The case's file, with the view written down. Raises 404 for a case this visitor may not see."""
    with house.database.read() as db:
        found = case_file(db, visitor, case_id, version)
    if found is None:
        raise HTTPException(404, f"There is no case {case_id} among yours.")
    with house.database.write() as db:
        audit.record(db, visitor, Action.VIEW_CASE, house.clock(), case_id, what)
    return found


def show(request: Request, visitor: Visitor, template: str, found: CaseFile, **shown: Any) -> Response:
    """A page of a case: what all of them have, and its own."""
    told = request.query_params.get("told", "")
    return page(request, template, visitor, file=found, line=found.line, tabs=_tabs(visitor, found), told=told, **shown)


def asked(where: str, done: Done) -> Response:
    """After an act: to the page that shows what comes of it."""
    return RedirectResponse(f"{where}?told={'yes' if done.is_sent else 'later'}", 303)


def _tabs(visitor: Visitor, found: CaseFile) -> tuple[tuple[str, str, int], ...]:
    """The case's pages for this visitor: last part of the address, name, and how much there is to do."""
    sees = visitor.sees_names
    open_ones = sum(each.owed_by is not None for each in found.requirements)
    every = (
        ("", "Overview", 0, True),
        ("/pages", "To fix", len(found.to_fix), sees),
        ("/values", "Values", found.line.to_confirm, sees),
        ("/requirements", "Requirements", open_ones, True),
        ("/documents", "Documents and mails", 0, True),
        ("/history", "History", 0, True),
        ("/versions", "Versions", 0, sees and len(found.versions) > 1),
    )
    return tuple((address, name, count) for address, name, count, is_shown in every if is_shown)


def _mark(anchor: str, kind: str, finding: Finding) -> Mark:
    return Mark(anchor, finding.label, kind, finding.document_id, finding.page, finding.box)


def size_of(found: CaseFile, house: House) -> Any:
    """Width and height of a document's page, for the templates."""
    held = {document.document_id: document for document in found.documents}

    def size(document_id: str, number: int) -> tuple[float, float]:
        if found.application is None or document_id not in held:
            return (612.0, 792.0)
        blank = sheet_of(found.application, held[document_id], number, house.settings.carriers)
        return blank.width, blank.height

    return size
