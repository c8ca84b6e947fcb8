"""What happens when a date of a requirement has come: a follow-up, a reminder, results that run out."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from schemas.carrier import Carriers
from schemas.codes import NoticeKind, Owing, RequirementStatus
from schemas.requirement_events import OrderFollowedUp
from services.requirements.cadence import Stage, cadence_of
from services.requirements.joining import settle_waiting
from services.requirements.state import CaseRequirements, Decision, HeldResult, Work
from services.requirements.tracked import Tracked

FOLLOW_UP, EXPIRY = "follow-up", "expiry"
"""How a timer's name begins; the requirement's id follows."""

_INQUIRIES_BEFORE_A_CALL = 3


def timers_of(state: CaseRequirements, carriers: Carriers, now: datetime) -> dict[str, datetime]:
    """Every timer that a case needs now, by name."""
    if state.ended:
        return {}
    timers = {}
    for tracked in state.tracked:
        requirement = tracked.requirement
        if requirement.next_at is not None:
            timers[f"{FOLLOW_UP} {requirement.requirement_id}"] = requirement.next_at
        elif requirement.status is RequirementStatus.SATISFIED and requirement.expires_on and not state.decided:
            timers[f"{EXPIRY} {requirement.requirement_id}"] = _next_expiry(state, tracked, carriers, now)
    return timers


def _next_expiry(state: CaseRequirements, tracked: Tracked, carriers: Carriers, now: datetime) -> datetime:
    """The next warning, or the first moment at which the results are no good any more."""
    ends = _ends(tracked)
    warnings = Work(state, carriers, now).carrier.book.follow_ups.expiry_warnings
    ahead = (ends - timedelta(days=days + 1) for days in sorted(warnings, reverse=True))
    return next((moment for moment in ahead if moment > now), ends)


def _ends(tracked: Tracked) -> datetime:
    last_day = tracked.requirement.expires_on
    if last_day is None:
        raise ValueError(f"requirement {tracked.requirement.requirement_id} has no results that could run out")
    return datetime.combine(last_day + timedelta(days=1), time(), UTC)


def on_due(
    state: CaseRequirements, name: str, carriers: Carriers, now: datetime, held: Sequence[HeldResult] = ()
) -> Decision:
    """A timer rang; one whose reason is gone meanwhile does nothing."""
    what, _, identity = name.partition(" ")
    tracked = next((each for each in state.tracked if each.requirement.requirement_id == identity), None)
    if tracked is None or state.ended or state.sheet is None:
        return Decision(state)
    work = Work(state, carriers, now)
    if what == EXPIRY:
        _run_out(work, tracked)
    elif tracked.requirement.next_at is not None and tracked.requirement.next_at <= now:
        if tracked.waits_for_case:
            settle_waiting(work, tracked, held)
        tracked = work.tracked[tracked.key]
        if tracked.requirement.next_at is not None and tracked.requirement.next_at <= now:
            _follow_up(work, tracked)
    return work.done()


def _follow_up(work: Work, tracked: Tracked) -> None:
    tracked = tracked.model_copy(update={"asked": tracked.asked + 1})
    requirement, stage = tracked.requirement, tracked.stage
    since = requirement.owed_since or work.now
    occasion = f"{stage} since {since.isoformat()}, {tracked.asked}"
    if stage is Stage.AGENT and tracked.asked <= len(cadence_of(stage, work.carrier.book.follow_ups).days):
        text = f"{requirement.name} is open since {since:%B} {since.day}. {_WHAT_AGENTS_DO[requirement.vendor is None]}"
        tracked = work.notify(tracked, NoticeKind.REMINDER, Owing.AGENT, occasion, text)
    elif stage in (Stage.AGENT, Stage.BGA):
        whom = "Call the agent" if stage is Stage.AGENT else "To be done at the agency"
        text = f"{whom}: {requirement.name} is open since {since:%Y-%m-%d}. {requirement.next_step}."
        tracked = work.notify(tracked, NoticeKind.REMINDER, Owing.BGA, occasion, text)
    else:
        tracked = _ask_vendor(work, tracked, occasion)
    # After an outage what was missed is not made up for: nobody gets five reminders in a minute.
    while (due := (tracked := work.put(tracked)).requirement.next_at) is not None and due <= work.now:
        tracked = tracked.model_copy(update={"asked": tracked.asked + 1})


_WHAT_AGENTS_DO = {
    True: "Please send it to your drop folder, or tell us what holds it up.",
    False: "Please help us along, or tell us what holds it up.",
}


def _ask_vendor(work: Work, tracked: Tracked, occasion: str) -> Tracked:
    requirement = tracked.requirement
    work.followed_up.append(
        OrderFollowedUp(
            case_id=work.state.case_id,
            requirement_id=requirement.requirement_id,
            vendor=requirement.vendor or "",
            vendor_reference=requirement.vendor_reference,
            order=max(tracked.orders, 1),
            times=tracked.asked,
            last_status=requirement.vendor_status,
            asked_at=work.now,
        )
    )
    if tracked.asked < _INQUIRIES_BEFORE_A_CALL:
        return tracked
    text = f"Call {requirement.vendor}: asked {tracked.asked} times about {requirement.name}, without progress."
    return work.notify(tracked, NoticeKind.REMINDER, Owing.BGA, occasion, text)


def _run_out(work: Work, tracked: Tracked) -> None:
    requirement = tracked.requirement
    last_day = requirement.expires_on
    if last_day is None or requirement.status is not RequirementStatus.SATISFIED or work.state.decided:
        return
    if work.now < _ends(tracked):
        left = (last_day - work.now.date()).days
        text = f"{requirement.name} is good until {last_day}, {left} days more, and the carrier has not decided."
        work.put(work.notify(tracked, NoticeKind.EXPIRING, Owing.BGA, f"{last_day} {left}", text))
        return
    to = Owing.BGA if requirement.vendor else Owing.AGENT
    text = f"{requirement.name} ran out on {last_day}, before the carrier decided: it is needed anew."
    told = work.notify(tracked, NoticeKind.EXPIRED, to, str(last_day), text)
    work.put(
        told.model_copy(
            update={
                "start": RequirementStatus.NEEDED,
                "since": work.now,
                "former_log": (*told.former_log, *told.log),
                "log": (),
            }
        )
    )
