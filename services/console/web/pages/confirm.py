"""Confirms the values that the reader was not sure of; private ones are opened first, to who says why."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import FormData

from services.console import acts
from services.console.people.roles import CASE_DESK, Visitor
from services.console.reading.case_file import CaseFile
from services.console.reading.values import choices, covered, to_confirm, unsure
from services.console.web.access import May
from services.console.web.guards import require_token
from services.console.web.house import house_of
from services.console.web.pages.case import CaseId, asked, opened, show, size_of
from services.console.web.pages.opening import note_opened

router = APIRouter()
CaseDesk = Annotated[Visitor, Depends(May(*CASE_DESK))]
_WHAT = "values to confirm"


@router.get("/cases/{case_id}/confirm")
def confirming(request: Request, visitor: CaseDesk, case_id: CaseId) -> Response:
    """The values to confirm, one after another."""
    return _page(request, visitor, opened(house_of(request), visitor, case_id, _WHAT))


@router.post("/cases/{case_id}/confirm/open")
async def open_private(request: Request, visitor: CaseDesk, case_id: CaseId) -> Response:
    """The same page with its private values, in this answer only, and with what was typed on it."""
    await require_token(request, visitor.csrf)
    form = await request.form()
    reason = str(form.get("why", "")).strip()
    if not 3 <= len(reason) <= 500:
        raise HTTPException(422, "Say why you open the private values, in 3 to 500 letters.")
    return await run_in_threadpool(_opened, request, visitor, case_id, reason, form)


def _opened(request: Request, visitor: Visitor, case_id: str, reason: str, form: FormData) -> Response:
    house = house_of(request)
    found = opened(house, visitor, case_id, _WHAT)
    private = [value.at for value in (unsure(found.application) if found.application else ()) if value.is_private]
    if not private:
        raise HTTPException(404, "No private value of this case is to be confirmed any more.")
    note_opened(house, visitor, case_id, private, reason)
    return _page(request, visitor, found, form)


def _page(request: Request, visitor: Visitor, found: CaseFile, form: FormData | None = None) -> Response:
    """``form``: what stood on the page when its private values were opened."""
    house = house_of(request)
    values = unsure(found.application) if found.application else ()
    seen = frozenset(value.at for value in values) if form else frozenset()
    shown = {
        "values": [covered(value, seen) for value in values],
        "written": {value.at: str(form[at]) for value in values if form and (at := f"text:{value.at}") in form},
        "looked_at": form.getlist("seen") if form else (),
        "size_of": size_of(found, house),
        "choices_of": partial(choices, house.forms),
        "as_read": partial(to_confirm, house.forms),
    }
    return show(request, visitor, "case/confirm.html", found, **shown)


@router.post("/cases/{case_id}/confirm")
async def confirm(request: Request, visitor: CaseDesk, case_id: CaseId) -> Response:
    """What the person saw, as one correction: the next version of the application."""
    await require_token(request, visitor.csrf)
    house, form = house_of(request), await request.form()
    found = opened(house, visitor, case_id, _WHAT)
    there = found.application.evidence if found.application else {}
    texts = {at: str(form.get(f"text:{at}", ""))[:1000] for at in map(str, form.getlist("seen")) if at in there}
    reason = str(form.get("reason", ""))[:500] or None
    act = acts.correct(found, texts, visitor.name, reason, house.clock())
    return asked(f"/cases/{case_id}/values", await house.acting.do(visitor, act))
