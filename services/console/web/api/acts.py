"""What a key may do on cases: the acts of the desk's pages, each answered with the event that it becomes."""

import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Path, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy.engine import Connection

from services.console import acts
from services.console.acts import Act, Unfit
from services.console.people import calls
from services.console.people.calls import Call
from services.console.people.keys import Scope
from services.console.people.roles import Visitor
from services.console.reading import inbox
from services.console.reading.board import line_of
from services.console.reading.case_file import CaseFile, case_file
from services.console.reading.values import to_confirm, values
from services.console.web.api.asked import AskedOfCase, AskedOfRequirement, Correction, Filing, SettingAside, Taken
from services.console.web.api.cases import CaseId
from services.console.web.api.doors import With
from services.console.web.api.shapes import ALWAYS, CandidateCase, Unmatched, UnmatchedPage, problem
from services.console.web.house import House, house_of

_ANSWERS: dict[int | str, dict[str, Any]] = {
    404: problem("None that this key may see, or none any more."),
    410: problem("The case was forgotten."),
    503: problem("It could not be written down in time, and still may be; make the same call again, by its name."),
}
router = APIRouter(tags=["acts"], responses=ALWAYS)

Acts = Annotated[Visitor, Depends(With(Scope.ACTS))]
DocumentId = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


async def call_of(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=200,
            pattern=r"^[!-~]+$",
            description="Your own name for this call: made again with it, the call is known and happens once.",
            examples=["crm-task-4711"],
        ),
    ] = None,
) -> Call | None:
    """The call by the name that the caller gave it; ``None`` without one: then it happens as often as it is made."""
    if idempotency_key is None:
        return None
    secret = request.headers.get("authorization", "")
    return calls.named(secret, idempotency_key, request.method, request.url.path, await request.body())


ThisCall = Annotated[Call | None, Depends(call_of)]


@router.post("/cases/{case_id}/corrections", status_code=202, responses=_ANSWERS)
async def correct(request: Request, visitor: Acts, call: ThisCall, case_id: CaseId, said: Correction) -> Taken:
    """Correct or confirm values: where one differs from what was read, the application's next version has it."""
    house = house_of(request)

    def act(db: Connection) -> Act:
        found = _case(db, visitor, case_id, said.version)
        return acts.correct(found, _texts(house, found, said), visitor.name, said.reason, house.clock())

    return await _taken(house, visitor, call, act)


@router.post("/cases/{case_id}/overrides", status_code=202, responses=_ANSWERS)
async def set_aside(request: Request, visitor: Acts, call: ThisCall, case_id: CaseId, said: SettingAside) -> Taken:
    """Set a finding aside, or call it a false alarm."""

    def act(db: Connection) -> Act:
        found = _case(db, visitor, case_id)
        return acts.set_aside(found, said.rule, said.at, said.kind, visitor.name, said.reason)

    return await _taken(house_of(request), visitor, call, act)


@router.post("/cases/{case_id}/requests", status_code=202, responses=_ANSWERS)
async def ask(request: Request, visitor: Acts, call: ThisCall, case_id: CaseId, said: AskedOfCase) -> Taken:
    """Ask something of a case: submit it, answer an offer, withdraw, reopen, relate it to another."""
    house = house_of(request)
    standing = await run_in_threadpool(house.neighbours.standing, case_id)

    def act(db: Connection) -> Act:
        for each in filter(None, (case_id, said.other_case_id)):
            _require_case(db, visitor, each)
        return acts.ask(case_id, said.request, said.other_case_id, visitor.name, said.reason, house.clock(), standing)

    return await _taken(house, visitor, call, act)


@router.post("/cases/{case_id}/requirements", status_code=202, responses=_ANSWERS)
async def ask_about_requirement(
    request: Request, visitor: Acts, call: ThisCall, case_id: CaseId, said: AskedOfRequirement
) -> Taken:
    """Waive a requirement, have it ordered again, or note that it came in."""
    house = house_of(request)
    request_id = call.identity if call else str(uuid.uuid4())

    def act(db: Connection) -> Act:
        found = _case(db, visitor, case_id)
        now = house.clock()
        return acts.ask_about_requirement(
            found, said.requirement_id, said.action, visitor.name, said.reason, now, request_id
        )

    return await _taken(house, visitor, call, act)


@router.get("/unmatched")
def list_unmatched(request: Request, visitor: Acts) -> UnmatchedPage:
    """Documents that no case has, the one that waits longest first, each with the cases that it may belong to."""
    with house_of(request).database.read() as db:
        found = inbox.waiting(db, visitor)
    return UnmatchedPage(documents=tuple(map(_unmatched, found)))


@router.post("/unmatched/{document_id}/filing", status_code=202, responses=_ANSWERS)
async def file(request: Request, visitor: Acts, call: ThisCall, document_id: DocumentId, said: Filing) -> Taken:
    """File a document to a case, or open one with it."""
    house = house_of(request)

    def act(db: Connection) -> Act:
        waiting = inbox.one_waiting(db, visitor, document_id)
        if waiting is None:
            raise HTTPException(404, f"No document {document_id} waits to be filed.")
        if said.case_id:
            _require_case(db, visitor, said.case_id)
        return acts.file(waiting, said.case_id, visitor.name, said.reason or "", house.clock())

    return await _taken(house, visitor, call, act)


async def _taken(house: House, visitor: Visitor, call: Call | None, act: Callable[[Connection], Act]) -> Taken:
    """The call's event. One that was made before is known before what it is about is looked for: that may be gone."""

    def look() -> str | Act:
        with house.database.read() as db:
            return (calls.made(db, call) if call else None) or act(db)

    found = await run_in_threadpool(look)
    if isinstance(found, Act):
        return Taken(event_id=(await house.acting.do(visitor, found, call)).event_id)
    return Taken(event_id=found)


def _case(db: Connection, visitor: Visitor, case_id: str, version: int | None = None) -> CaseFile:
    found = case_file(db, visitor, case_id, version)
    if found is None:
        raise HTTPException(404, f"There is no case {case_id} for this key.")
    if version is not None and found.read is None:
        raise HTTPException(404, f"There is no version {version} of case {case_id}.")
    return found


def _require_case(db: Connection, visitor: Visitor, case_id: str) -> None:
    if line_of(db, visitor, case_id) is None:
        raise HTTPException(404, f"There is no case {case_id} for this key.")


def _texts(house: House, found: CaseFile, said: Correction) -> dict[str, str]:
    """What stands at each place; what was left out stands there as it was read."""
    held = {value.at: value for value in values(found.application)} if found.application else {}
    texts: dict[str, str] = {}
    for each in said.values:
        if each.at in texts:
            raise Unfit(f"{each.at} is said twice.")
        value = held.get(each.at)
        if each.text is None and value is not None and value.is_private:
            raise Unfit(f"{each.at} is private: say what stands there, no key sees what was read.")
        texts[each.at] = to_confirm(house.forms, value) if each.text is None and value else each.text or ""
    return texts


def _unmatched(waiting: inbox.Waiting) -> Unmatched:
    return Unmatched(
        document_id=waiting.document_id,
        file_name=waiting.file_name,
        agent_code=waiting.agent_code,
        uploaded_at=waiting.uploaded_at,
        unmatched_at=waiting.unmatched_at,
        reason=waiting.reason,
        candidates=tuple(
            CandidateCase(case_id=each.case.case_id, insured=each.case.insured, score=each.score, reasons=each.reasons)
            for each in waiting.candidates
        ),
    )
