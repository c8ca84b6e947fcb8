"""What a carrier or a person asks about a requirement after the tables were asked: add, order anew, waive, received."""

from collections.abc import Callable
from datetime import datetime

from schemas.carrier import Carriers
from schemas.codes import (
    FormKind,
    Orderer,
    ReasonSource,
    RequestAction,
    RequirementKind,
    RequirementStatus,
    VendorStatus,
)
from schemas.events import ApplicationRead
from schemas.requirement_events import RequirementReason, RequirementRequest
from services.requirements.facts import Facts
from services.requirements.lifecycle import CLOSED, SETBACKS, LogEntry
from services.requirements.orders import requirement_id
from services.requirements.state import CaseRequirements, Decision, UnknownRequirement, Work, with_reason
from services.requirements.tracked import Tracked, first_seen

_SEVERAL = frozenset(
    {
        RequirementKind.APS,
        RequirementKind.QUESTIONNAIRE,
        RequirementKind.HEALTH_STATEMENT,
        RequirementKind.OTHER,
    }
)
"""Kinds that a case may have several of; of any other kind the one that is there already is meant."""


def on_request(state: CaseRequirements, request: RequirementRequest, carriers: Carriers, now: datetime) -> Decision:
    """Something is asked about a requirement; asked again it changes nothing.

    Raises :class:`UnknownRequirement` when it is about one that is not there, and what an order raises.
    """
    if request.request_id in state.requests or request in state.waiting:
        return Decision(state)
    if state.sheet is None:
        return Decision(state.model_copy(update={"waiting": (*state.waiting, request)}))
    work = Work(state, carriers, now)
    act_on(work, request)
    return work.done()


def act_on(work: Work, request: RequirementRequest) -> None:
    """Do what is asked, and remember that it was."""
    _ACTIONS[request.action](work, request)
    work.state = work.state.model_copy(update={"requests": (*work.state.requests, request.request_id)})


def came_in(work: Work, read: ApplicationRead) -> None:
    """What the case's documents answer is received, each document once; one that answers nothing that is open, or it
    is not clear which, is kept with the case all the same."""
    for filed in read.documents:
        if filed.requirement is not None:
            _take_in(work, filed.document_id, filed.requirement, "", filed.uploaded_at or read.read_at)


def questionnaires_came_in(work: Work, read: ApplicationRead, facts: Facts) -> None:
    """Questionnaires that were asked for after the application, and are among its forms by now."""
    for trigger in work.carrier.book.triggers:
        answered = set(trigger.yes) & facts.yes
        if RequirementKind.QUESTIONNAIRE in trigger.requirements and answered and answered <= facts.answered_on_forms:
            form = read.application.form(FormKind.QUESTIONNAIRE)
            if form and form.pages:
                document = form.pages[0].document_id
                _take_in(work, document, RequirementKind.QUESTIONNAIRE, trigger.about, read.read_at)


def _take_in(work: Work, document_id: str, kind: RequirementKind, about: str, at: datetime) -> None:
    open_ones = [
        held.requirement
        for held in work.tracked.values()
        if held.requirement.kind is kind
        and (not about or held.requirement.about == about)
        and held.requirement.status not in CLOSED
    ]
    if len(open_ones) != 1:
        return
    request = RequirementRequest(
        request_id=f"document|{document_id}|{kind.value}|{about}",
        case_id=work.state.case_id,
        action=RequestAction.RECEIVED,
        kind=kind,
        about=about or None,
        requirement_id=open_ones[0].requirement_id,
        asked_by=ReasonSource.PERSON,
        asker="intake",
        reason="its document came",
        document_id=document_id,
        effective_at=at,
    )
    if request.request_id not in work.state.requests:
        act_on(work, request)


def _ask(work: Work, request: RequirementRequest) -> None:
    rule = work.rule(work.carrier, request.kind)
    reason = RequirementReason(
        source=request.asked_by, text=f"{request.asker}, {request.effective_at:%Y-%m-%d}: {request.reason}"
    )
    known = _known(work, request)
    if known is None:
        key = (request.kind, request.about or "")
        identity = request.requirement_id or requirement_id(work.state.case_id, *key)
        tracked = first_seen(identity, *key, request.name or "", rule, (reason,), work.now, request.orderer)
        tracked = tracked.model_copy(update=_for_the_vendor(request))
    else:
        tracked = with_reason(known, reason)
    news = {"carrier_reference": request.carrier_reference or tracked.requirement.carrier_reference}
    tracked = tracked.model_copy(update={"requirement": tracked.requirement.model_copy(update=news)})
    is_wanted = known is None or known.is_void(rule, work.age(work.carrier), work.now.date()) or _was_waived(known)
    work.put(_wanted_again(work, tracked) if is_wanted else tracked)


def _order_again(work: Work, request: RequirementRequest) -> None:
    known = _meant(work, request)
    rule = work.rule(work.carrier, request.kind)
    if known.requirement.orderer is not rule.orderer and rule.orderer is Orderer.BGA:
        # The client was to ask for another carrier's exam, and does not.
        by_us = {"orderer": rule.orderer, "vendor": rule.vendor}
        known = known.model_copy(update={"requirement": known.requirement.model_copy(update=by_us)})
    status = known.requirement.status
    if status in SETBACKS or status is RequirementStatus.NEEDED or _was_waived(known):
        work.put(_wanted_again(work, known))


def _waive(work: Work, request: RequirementRequest) -> None:
    known = _meant(work, request)
    if known.requirement.status in CLOSED:
        return
    work.cancel(known)
    news = {"status": RequirementStatus.WAIVED}
    waived = known.model_copy(update={"requirement": known.requirement.model_copy(update=news)})
    work.put(with_reason(waived, RequirementReason(source=request.asked_by, text=f"Waived: {request.reason}")))


def _received(work: Work, request: RequirementRequest) -> None:
    known = _meant(work, request)
    entry = LogEntry(status=VendorStatus.RESULTS_OUT, effective_at=request.effective_at)
    if any(entry.is_again(each) for each in (*known.log, *known.former_log)):
        return
    work.cancel(known)
    work.put(known.model_copy(update={"log": (*known.log, entry), "waits_for_case": None}))


_ACTIONS: dict[RequestAction, Callable[[Work, RequirementRequest], None]] = {
    RequestAction.ASK: _ask,
    RequestAction.ORDER_AGAIN: _order_again,
    RequestAction.WAIVE: _waive,
    RequestAction.RECEIVED: _received,
}


def _for_the_vendor(request: RequirementRequest) -> dict[str, object]:
    """What its order says beside: whose records a person asks for, what the carrier calls what it wants."""
    if request.asked_by is ReasonSource.PERSON and request.kind is RequirementKind.APS:
        return {"physician": request.about}
    return {"instructions": (request.name,) if request.name else ()}


def _known(work: Work, request: RequirementRequest) -> Tracked | None:
    """The requirement that the request is about, if it is there: by our id, the carrier's number, or its kind."""
    for held in work.tracked.values():
        requirement = held.requirement
        if request.requirement_id is not None and requirement.requirement_id == request.requirement_id:
            return held
        if request.carrier_reference is not None and requirement.carrier_reference == request.carrier_reference:
            return held
    own = work.tracked.get((request.kind, request.about or ""))
    return own or (None if request.kind in _SEVERAL else work.tracked.get((request.kind, "")))


def _meant(work: Work, request: RequirementRequest) -> Tracked:
    known = _known(work, request)
    if known is None:
        raise UnknownRequirement(
            f"Case {work.state.case_id}: there is no requirement {request.kind.value} {request.about or ''} to "
            f"{request.action.value.replace('_', ' ')}. Have {request.asker} check case and requirement, then discard."
        )
    return known


def _was_waived(tracked: Tracked) -> bool:
    return tracked.requirement.status is RequirementStatus.WAIVED


def _wanted_again(work: Work, tracked: Tracked) -> Tracked:
    """Ordered when it is ours to order and somebody is named to order it from; else needed."""
    if tracked.requirement.orderer is Orderer.BGA and tracked.requirement.vendor:
        return work.order(tracked)
    requirement = tracked.requirement.model_copy(update={"status": RequirementStatus.NEEDED})
    return tracked.model_copy(
        update={
            "requirement": requirement,
            "start": RequirementStatus.NEEDED,
            "since": work.now,
            "former_log": (*tracked.former_log, *tracked.log),
            "log": (),
        }
    )
