"""Who owes what on a case: each open item with its owner, since when, what usually happens, next step and date.

Usual durations are the trade's, told as such to whoever asks: an exam company calls in one or two days; a physician's
statement takes two to four weeks; a carrier decides in two days to two weeks once the file is complete; a round trip
for what is not in good order takes a week. The follow-up days are this desk's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.case_events import CarrierRequired
from schemas.codes import CaseRequestKind, CaseState, Owner, RequirementKind, RequirementStage
from schemas.events import Requirement
from services.cases.case import DONE, Case
from services.cases.states import CHANGES, ENDED
from services.cases.walking import open_findings, plural

S = CaseState
Days = tuple[int, int]

_OF_STATE: dict[CaseState, tuple[Owner, str, Days | None, str]] = {
    S.RECEIVED: (Owner.BGA, "The packet is taken in", None, "The desk reads the packet"),
    S.EXTRACTING: (Owner.BGA, "The packet is read", None, "The desk reads the packet"),
    S.SCRUBBING: (Owner.BGA, "The application is checked", None, "The rules judge the application"),
    S.NIGO: (Owner.AGENT, "The corrected packet", (3, 10), "The agent sends the corrected pages"),
    S.IGO: (Owner.BGA, "Submission", None, "The desk submits the application"),
    S.READY_TO_SUBMIT: (Owner.BGA, "Submission", (0, 1), "A person at the desk submits the application"),
    S.SUBMITTED: (Owner.CARRIER, "The carrier's acknowledgement", (1, 3), "The carrier acknowledges the application"),
    S.CARRIER_NIGO: (Owner.AGENT, "What the carrier sent back", (3, 10), "The agent sends what the carrier named"),
    S.CARRIER_PENDING: (Owner.CARRIER, "The carrier's intake", (1, 5), "The carrier takes the case to its underwriter"),
    S.UNDERWRITING: (Owner.CARRIER, "The carrier's decision", (2, 14), "The underwriter decides"),
    S.REOPENED: (Owner.CARRIER, "The carrier's decision", (2, 14), "The underwriter decides anew"),
    S.APPROVED: (Owner.CARRIER, "The policy", (2, 7), "The carrier issues the policy"),
    S.APPROVED_OTHER_THAN_APPLIED: (
        Owner.CLIENT,
        "The answer to the offer",
        (2, 14),
        "The agent takes it to the client",
    ),
    S.TENTATIVE_OFFER: (Owner.CLIENT, "The answer to the offer", (2, 14), "The agent takes it to the client"),
    S.OFFER_OUT: (Owner.CLIENT, "The answer to the offer", (2, 14), "The agent brings the client's answer"),
    S.OFFER_EXPIRED: (
        Owner.BGA,
        "The offer that ran out",
        None,
        "The desk asks agent and carrier whether it still stands",
    ),
    S.OFFER_ACCEPTED: (Owner.CARRIER, "The policy", (2, 7), "The carrier issues the policy"),
    S.ISSUED: (Owner.CARRIER, "The policy's way to the agent", (1, 5), "The carrier sends the policy"),
    S.DELIVERY_PENDING: (
        Owner.AGENT,
        "Delivery of the policy",
        (7, 30),
        "The agent delivers it and returns the receipts",
    ),
    S.POSTPONED: (
        Owner.BGA,
        "The day to ask again",
        None,
        "The desk asks the carrier to reopen when the time has come",
    ),
}

_CADENCE: dict[Owner, tuple[int, ...]] = {
    Owner.AGENT: (1, 3, 7),
    Owner.CLIENT: (1, 3, 7),
    Owner.VENDOR: (2, 5),
    Owner.CARRIER: (5,),
    Owner.BGA: (1,),
}
"""Days after which the desk follows up; the last step is repeated."""

_USUAL_OF_KIND: dict[RequirementKind, Days] = {
    RequirementKind.APS: (14, 28),
    RequirementKind.PARAMED: (3, 10),
    RequirementKind.BLOOD_URINE: (5, 12),
    RequirementKind.EKG: (3, 10),
}


@dataclass(frozen=True)
class OpenItem:
    """One thing that somebody owes."""

    what: str
    owner: Owner
    who: str
    """The owner by name where it has one."""
    since: datetime
    usual_days: Days | None
    next_step: str
    next_at: datetime
    """When the desk follows up if nothing came."""
    due_at: datetime | None = None
    """After this it is too late."""


def waits_for(case: Case) -> Owner | None:
    """Whose turn it is; ``None`` for a case that is over or not there yet."""
    if case.state is None or case.state in ENDED:
        return None
    if case.state is CaseState.AWAITING_REQUIREMENTS:
        owners = [owner for owner, _ in (_owner_of(each) for each in _needed(case))]
        ours = (Owner.AGENT, Owner.CLIENT, Owner.VENDOR)
        return next((owner for owner in ours if owner in owners), Owner.CARRIER)
    return _OF_STATE[case.state][0]


def open_items(case: Case, now: datetime) -> tuple[OpenItem, ...]:
    """Everything that is open, what the state itself waits for first."""
    if case.state is None or case.state in ENDED:
        return ()
    since = case.since or now
    items = list(_of_state(case, since, now))
    items += [_requirement(case, each, since, now) for each in _needed(case)]
    asked_of = Owner.CARRIER if case.submitted_version >= case.version else Owner.AGENT
    items += [_item(_asked_in_words(each.request, asked_of), asked_of, case, each.since, now) for each in case.asked]
    for waiting in case.waiting:
        what = f"A word that came before “{waiting.word.decision.value.replace('_', ' ')}”"
        items.append(_item(what, Owner.CARRIER, case, waiting.word.effective_at, now))
    return tuple(items)


def _of_state(case: Case, since: datetime, now: datetime) -> Iterator[OpenItem]:
    if case.state is None or case.state is CaseState.AWAITING_REQUIREMENTS:
        return
    owner, what, usual, step = _OF_STATE[case.state]
    count = len(open_findings(case))
    if case.state is CaseState.NIGO and count:
        what = f"{what}: {count} {plural(count, 'thing')} to fix"
    yield OpenItem(what, owner, _name(case, owner), since, usual, step, follow_up(owner, since, now), case.lapses_at)


def _needed(case: Case) -> tuple[Requirement | CarrierRequired, ...]:
    """Requirements that are open, for underwriting before a decision and for delivery after it."""
    if case.state in (CaseState.APPROVED, CaseState.OFFER_ACCEPTED, CaseState.ISSUED, CaseState.DELIVERY_PENDING):
        return case.open_raised(RequirementStage.DELIVERY)
    if case.state in (CaseState.NIGO, CaseState.SCRUBBING, CaseState.OFFER_OUT, CaseState.POSTPONED):
        return ()
    ours = tuple(
        each for each in (case.requirements.requirements if case.requirements else ()) if each.status not in DONE
    )
    return (*ours, *case.open_raised(RequirementStage.UNDERWRITING))


def _owner_of(needed: Requirement | CarrierRequired) -> tuple[Owner, str]:
    if isinstance(needed, CarrierRequired):
        return needed.owed_by or Owner.AGENT, ""
    if needed.carrier_owned:
        return Owner.CARRIER, ""
    return (Owner.VENDOR, needed.vendor) if needed.vendor else (Owner.AGENT, "")


def _requirement(case: Case, needed: Requirement | CarrierRequired, since: datetime, now: datetime) -> OpenItem:
    owner, name = _owner_of(needed)
    standing = case.standings.get(needed.requirement_id)
    began = standing.since if standing else since
    raised = isinstance(needed, CarrierRequired)
    status = "raised by the carrier" if isinstance(needed, CarrierRequired) else needed.status.value.replace("_", " ")
    steps = {
        Owner.VENDOR: f"{name} reports; the desk follows up",
        Owner.CARRIER: "The carrier brings it",
        Owner.BGA: "The desk brings it",
    }
    step = steps.get(owner, "The agent brings it")
    usual = _USUAL_OF_KIND.get(needed.kind) if needed.kind else None
    due = needed.due_at if isinstance(needed, CarrierRequired) else None
    what = f"{needed.name} ({status})" if raised or status != "needed" else needed.name
    return OpenItem(what, owner, name or _name(case, owner), began, usual, step, follow_up(owner, began, now), due)


def _item(what: str, owner: Owner, case: Case, since: datetime, now: datetime) -> OpenItem:
    who = _name(case, owner)
    step = f"{who[:1].upper()}{who[1:]} answers; the desk follows up"
    return OpenItem(what, owner, who, since, None, step, follow_up(owner, since, now))


def _asked_in_words(request: CaseRequestKind, of: Owner) -> str:
    words = request.value.replace("_", " ")
    brings_page = request in CHANGES and of is Owner.AGENT
    return f"The page that brings the change ({words})" if brings_page else f"The answer to “{words}”"


def _name(case: Case, owner: Owner) -> str:
    named = {
        Owner.CARRIER: case.carrier_name,
        Owner.AGENT: f"agent {case.agent_code}" if case.agent_code else "the agent",
        Owner.CLIENT: "the client, through the agent",
        Owner.BGA: "our own desk",
        Owner.VENDOR: "the vendor",
    }
    return named[owner]


def follow_up(owner: Owner, since: datetime, now: datetime) -> datetime:
    """The next day of the desk's cadence that is still to come."""
    days = _CADENCE[owner]
    for day in days:
        if since + timedelta(days=day) > now:
            return since + timedelta(days=day)
    step = timedelta(days=days[-1])
    return since + step * ((now - since) // step + 1)
