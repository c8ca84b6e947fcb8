"""One requirement of a case with its vendor's log: how it stands, what is next, when it is void."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from schemas.base import Contract, UtcDatetime
from schemas.carrier import RequirementRule
from schemas.codes import Orderer, RequirementKind, RequirementStatus, VendorStatus
from schemas.private import Sealed
from schemas.requirement_events import Requirement, RequirementReason
from schemas.underwriting import FollowUps
from services.requirements.cadence import Stage, Standing, next_at, standing
from services.requirements.lifecycle import SETBACKS, STATUS_OF, LogEntry, in_order, last_that_counts, status_from


class Tracked(Contract):
    """One requirement with what its vendor reported and how often we asked."""

    requirement: Requirement
    start: RequirementStatus
    """Where it stands before any report: ordered by us, or needed from the agent or the carrier."""
    since: UtcDatetime | None = None
    """When it was ordered, or asked of the agent; absent from states that older versions wrote."""
    orders: int = 0
    """How often it was ordered."""
    log: tuple[LogEntry, ...] = ()
    """Of the order that stands."""
    former_log: tuple[LogEntry, ...] = ()
    """Of orders that came to nothing or ran out: a late repetition of these changes nothing."""
    instructions: Sealed[tuple[str, ...]] = ()
    physician: Sealed[str | None] = None
    """Whose records are wanted, where it is not the application's physician."""
    stage: Stage | None = None
    """The stage that ``asked`` counts in."""
    stage_since: UtcDatetime | None = None
    asked: int = 0
    """How often we followed up since it came to this stage."""
    notices: tuple[str, ...] = ()
    """Ids of notices sent, so that none is sent twice."""
    cancelled_with_case: bool = False
    """Its order was cancelled because the case ended: it is ordered anew when the case is opened again."""
    waits_for_case: str | None = None
    """Another case on the same life and with the same carrier, whose order is under way: its results are used."""

    @property
    def key(self) -> tuple[RequirementKind, str]:
        return self.requirement.kind, self.requirement.about or ""

    @property
    def is_open_order(self) -> bool:
        """A vendor is at work on it."""
        return self.orders > 0 and self.requirement.status in _AT_WORK

    def made_on(self) -> date | None:
        """The day its results were made, from which their shelf life counts: of the exam, else of the results."""
        entries = in_order(self.log)
        if not any(STATUS_OF[entry.status] is RequirementStatus.SATISFIED for entry in entries):
            return None
        exams = [entry for entry in entries if entry.status is VendorStatus.EXAM_DONE]
        last = exams[-1] if exams else entries[-1]
        return last.effective_at.date()

    def expires_on(self, rule: RequirementRule, age: int) -> date | None:
        made = self.made_on()
        return None if made is None else made + rule.shelf_life(age)

    def is_void(self, rule: RequirementRule, age: int, today: date) -> bool:
        """It has to be asked for anew: its order came to nothing, or its results are too old to be used."""
        good_until = self.expires_on(rule, age)
        if good_until is not None:
            return good_until < today
        return self.requirement.status in SETBACKS


_AT_WORK = frozenset({RequirementStatus.ORDERED, RequirementStatus.ACKNOWLEDGED, RequirementStatus.IN_PROGRESS})


@dataclass(frozen=True)
class House:
    """What a carrier says of one kind, for an insured of some age."""

    rule: RequirementRule
    age: int
    follow_ups: FollowUps
    case_ended: bool = False


def refreshed(tracked: Tracked, house: House, now: datetime) -> Tracked:
    """With the requirement brought to what its log says: status, who owes it, what is next and when."""
    requirement, entries = tracked.requirement, tracked.log
    status = requirement.status if requirement.status is RequirementStatus.WAIVED else _status(tracked)
    last = last_that_counts(entries)
    stands = None if house.case_ended else _standing(tracked, status, house.follow_ups, now)
    tracked = _in_stage(tracked, stands)
    references = [entry.vendor_reference for entry in in_order(entries) if entry.vendor_reference]
    appointments = [entry.scheduled_for for entry in in_order(entries) if entry.scheduled_for]
    known = {
        "status": status,
        "owed_by": stands.owed_by if stands else None,
        "owed_since": stands.since if stands else None,
        "next_step": stands.step if stands else None,
        "next_at": next_at(stands, tracked.asked, house.follow_ups) if stands else None,
        "vendor_status": last.status if last else None,
        "vendor_status_at": last.effective_at if last else None,
        "vendor_reference": references[-1] if references else None,
        "scheduled_for": appointments[-1] if appointments else None,
        "expires_on": tracked.expires_on(house.rule, house.age),
    }
    return tracked.model_copy(update={"requirement": requirement.model_copy(update=known)})


def _standing(tracked: Tracked, status: RequirementStatus, follow_ups: FollowUps, now: datetime) -> Standing | None:
    requirement = tracked.requirement
    stands = standing(
        requirement.kind,
        status,
        requirement.carrier_owned,
        requirement.vendor,
        tracked.since or now,
        tracked.log,
        follow_ups,
    )
    if stands is not None and tracked.waits_for_case:
        return replace(stands, step=f"Under way in case {tracked.waits_for_case}: its results are used")
    return stands


def _status(tracked: Tracked) -> RequirementStatus:
    return status_from(tracked.log, tracked.start)


def _in_stage(tracked: Tracked, stands: Standing | None) -> Tracked:
    """A new stage, or the same one entered anew, starts its count of follow-ups again."""
    stage, since = (stands.stage, stands.since) if stands else (None, None)
    if (stage, since) == (tracked.stage, tracked.stage_since):
        return tracked
    return tracked.model_copy(update={"stage": stage, "stage_since": since, "asked": 0})


def first_seen(
    requirement_id: str,
    kind: RequirementKind,
    about: str,
    name: str,
    rule: RequirementRule,
    reasons: tuple[RequirementReason, ...],
    now: datetime,
    orderer: Orderer | None = None,
) -> Tracked:
    """A requirement as it is asked for, before anybody was asked."""
    by = orderer or rule.orderer
    requirement = Requirement(
        requirement_id=requirement_id,
        kind=kind,
        name=name or rule.name,
        status=RequirementStatus.NEEDED,
        why="; ".join(reason.text for reason in reasons),
        vendor=rule.vendor if by is Orderer.BGA else None,
        carrier_owned=by is Orderer.CARRIER,
        reasons=reasons,
        about=about or None,
        orderer=by,
    )
    return Tracked(requirement=requirement, start=RequirementStatus.NEEDED, since=now)
