"""Who owes what on a case: each open item with its owner, since when, what usually happens, next step and date.

Usual durations are the trade's, told as such to whoever asks: an exam company calls in one or two days; a physician's
statement takes two to four weeks; a carrier decides in two days to two weeks once the file is complete; a round trip
for what is not in good order takes a week. The follow-up days are this desk's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from schemas.case_events import CarrierRequired, CaseStands, OwedItem
from schemas.case_states import ENDED
from schemas.codes import CaseRequestKind, CaseState, Owing, RequirementKind, RequirementStage
from schemas.requirement_events import Requirement
from services.cases.case import DONE, Case
from services.cases.states import CHANGES
from services.cases.walking import open_findings, plural

S = CaseState
Days = tuple[int, int]

_OF_STATE: dict[CaseState, tuple[Owing, str, Days | None, str]] = {
    S.RECEIVED: (Owing.BGA, "The packet is taken in", None, "The desk reads the packet"),
    S.EXTRACTING: (Owing.BGA, "The packet is read", None, "The desk reads the packet"),
    S.SCRUBBING: (Owing.BGA, "The application is checked", None, "The rules judge the application"),
    S.NIGO: (Owing.AGENT, "The corrected pages", (3, 10), "The agent sends the corrected pages"),
    S.IGO: (Owing.BGA, "Submission", None, "The desk submits the application"),
    S.READY_TO_SUBMIT: (Owing.BGA, "Submission", (0, 1), "A person at the desk submits the application"),
    S.SUBMITTED: (Owing.CARRIER, "The carrier's acknowledgement", (1, 3), "The carrier acknowledges the application"),
    S.CARRIER_NIGO: (Owing.AGENT, "What the carrier sent back", (3, 10), "The agent sends what the carrier named"),
    S.CARRIER_PENDING: (Owing.CARRIER, "The carrier's intake", (1, 5), "The carrier takes the case to its underwriter"),
    S.UNDERWRITING: (Owing.CARRIER, "The carrier's decision", (2, 14), "The underwriter decides"),
    S.REOPENED: (Owing.CARRIER, "The carrier's decision", (2, 14), "The underwriter decides anew"),
    S.APPROVED: (Owing.CARRIER, "The policy", (2, 7), "The carrier issues the policy"),
    S.APPROVED_OTHER_THAN_APPLIED: (
        Owing.CLIENT,
        "The answer to the offer",
        (2, 14),
        "The agent takes it to the client",
    ),
    S.TENTATIVE_OFFER: (Owing.CLIENT, "The answer to the offer", (2, 14), "The agent takes it to the client"),
    S.OFFER_OUT: (Owing.CLIENT, "The answer to the offer", (2, 14), "The agent brings the client's answer"),
    S.OFFER_EXPIRED: (
        Owing.BGA,
        "The offer that ran out",
        None,
        "The desk asks agent and carrier whether it still stands",
    ),
    S.OFFER_ACCEPTED: (Owing.CARRIER, "The policy", (2, 7), "The carrier issues the policy"),
    S.ISSUED: (Owing.CARRIER, "The policy's way to the agent", (1, 5), "The carrier sends the policy"),
    S.DELIVERY_PENDING: (
        Owing.AGENT,
        "Delivery of the policy",
        (7, 30),
        "The agent delivers it and returns the receipts",
    ),
    S.POSTPONED: (
        Owing.BGA,
        "The day to ask again",
        None,
        "The desk asks the carrier to reopen when the time has come",
    ),
}

_CADENCE: dict[Owing, tuple[tuple[int, ...], int]] = {
    Owing.AGENT: ((1, 3, 7), 7),
    Owing.CLIENT: ((1, 3, 7), 7),
    Owing.VENDOR: ((2, 5), 5),
    Owing.FACILITY: ((3, 7), 3),
    Owing.CARRIER: ((5,), 5),
    Owing.BGA: ((1,), 1),
}
"""Days after which the desk follows up, and every how many days after the last of them."""

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
    owner: Owing
    who: str
    """The owner by name where it has one."""
    since: datetime
    usual_days: Days | None
    next_step: str
    next_at: datetime
    """When the desk follows up if nothing came."""
    due_at: datetime | None = None
    """After this it is too late."""

    def as_json(self) -> dict[str, object]:
        """For machines: instants in ISO 8601."""
        return {
            "what": self.what,
            "owner": self.owner,
            "who": self.who,
            "since": self.since.isoformat(),
            "usual_days": self.usual_days,
            "next_step": self.next_step,
            "next_at": self.next_at.isoformat(),
            "due_at": self.due_at.isoformat() if self.due_at else None,
        }


def stands(case: Case, now: datetime) -> CaseStands:
    """Who owes what on the case, as others are told."""
    return CaseStands(
        case_id=case.case_id,
        state=case.state,
        waits_for=waits_for(case),
        open_items=tuple(OwedItem(**vars(item)) for item in open_items(case, now)),
        stands_at=now,
    )


def waits_for(case: Case) -> Owing | None:
    """Whose turn it is; ``None`` for a case that is over or not there yet."""
    if case.state is None or case.state in ENDED:
        return None
    if case.state is CaseState.AWAITING_REQUIREMENTS:
        owners = [owner for owner, _ in (_owner_of(each) for each in _needed(case))]
        ours = (Owing.AGENT, Owing.CLIENT, Owing.FACILITY, Owing.VENDOR)
        return next((owner for owner in ours if owner in owners), Owing.CARRIER)
    return _OF_STATE[case.state][0]


def open_items(case: Case, now: datetime) -> tuple[OpenItem, ...]:
    """Everything that is open, what the state itself waits for first."""
    if case.state is None or case.state in ENDED:
        return ()
    since = case.since or now
    items = list(_of_state(case, since, now))
    items += [_requirement(case, each, since, now) for each in _needed(case)]
    asked_of = Owing.CARRIER if case.submitted_version >= case.version else Owing.AGENT
    items += [_item(_asked_in_words(each.request, asked_of), asked_of, case, each.since, now) for each in case.asked]
    for waiting in case.waiting:
        what = f"A word that came before “{waiting.word.decision.value.replace('_', ' ')}”"
        items.append(_item(what, Owing.CARRIER, case, waiting.word.effective_at, now))
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


def _owner_of(needed: Requirement | CarrierRequired) -> tuple[Owing, str]:
    if isinstance(needed, CarrierRequired):
        return needed.owed_by or Owing.AGENT, ""
    if needed.carrier_owned:
        return Owing.CARRIER, ""
    if needed.owed_by:
        return needed.owed_by, (needed.vendor or "") if needed.owed_by is Owing.VENDOR else ""
    return (Owing.VENDOR, needed.vendor) if needed.vendor else (Owing.AGENT, "")


def _requirement(case: Case, needed: Requirement | CarrierRequired, since: datetime, now: datetime) -> OpenItem:
    """A requirement as an open item; what the requirements desk knows better counts."""
    owner, name = _owner_of(needed)
    standing = case.standings.get(needed.requirement_id)
    began = standing.since if standing else since
    usual = _USUAL_OF_KIND.get(needed.kind) if needed.kind else None
    who = name or _name(case, owner)
    step = f"{who} brings it; the desk follows up"
    if isinstance(needed, CarrierRequired):
        what = f"{needed.name} (raised by the carrier)"
        return OpenItem(what, owner, who, began, usual, step, follow_up(owner, began, now), needed.due_at)
    began = needed.owed_since or began
    status = needed.status.value.replace("_", " ")
    what = needed.name if status == "needed" else f"{needed.name} ({status})"
    next_at = needed.next_at or follow_up(owner, began, now)
    return OpenItem(what, owner, who, began, usual, needed.next_step or step, next_at)


def _item(what: str, owner: Owing, case: Case, since: datetime, now: datetime) -> OpenItem:
    who = _name(case, owner)
    step = f"{who} answers; the desk follows up"
    return OpenItem(what, owner, who, since, None, step, follow_up(owner, since, now))


def _asked_in_words(request: CaseRequestKind, of: Owing) -> str:
    words = request.value.replace("_", " ")
    brings_page = request in CHANGES and of is Owing.AGENT
    return f"The page that brings the change ({words})" if brings_page else f"The answer to “{words}”"


def _name(case: Case, owner: Owing) -> str:
    named = {
        Owing.CARRIER: case.carrier_name,
        Owing.AGENT: f"agent {case.agent_code}" if case.agent_code else "the agent",
        Owing.CLIENT: "the client, through the agent",
        Owing.BGA: "our own desk",
        Owing.VENDOR: "the vendor",
        Owing.FACILITY: "the physician’s office",
    }
    return named[owner]


def follow_up(owner: Owing, since: datetime, now: datetime) -> datetime:
    """The next day of the desk's cadence that is still to come."""
    days, every = _CADENCE[owner]
    for day in days:
        if since + timedelta(days=day) > now:
            return since + timedelta(days=day)
    last, step = since + timedelta(days=days[-1]), timedelta(days=every)
    return last + step * ((now - last) // step + 1)
