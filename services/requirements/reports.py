"""What a vendor reports, and what the case's own end means for orders under way."""

from datetime import datetime

from schemas.carrier import Carriers
from schemas.case_states import DECIDED, ENDED
from schemas.codes import NoticeKind, Owing, VendorStatus
from schemas.events import CaseChanged
from schemas.requirement_events import VendorStatusReported
from services.requirements.lifecycle import FAILED_CONTACTS, LogEntry, entry_of, failed_contacts, last_that_counts
from services.requirements.state import CaseRequirements, Decision, UnknownRequirement, Work
from services.requirements.tracked import Tracked

_ESCALATIONS = {
    VendorStatus.REFUSED: "Your client refused. Please speak with your client, and tell us whether to try again.",
    VendorStatus.AUTHORIZATION_REJECTED: "The facility does not take the authorization. Have its own authorization "
    "signed, and send it to your drop folder.",
    VendorStatus.NO_RECORDS: "The facility has no records. Please tell us which physician holds them.",
}


def on_vendor_status(
    state: CaseRequirements, reported: VendorStatusReported, carriers: Carriers, now: datetime
) -> Decision:
    """A vendor reported; late, early and repeated reports do no harm. Raises :class:`UnknownRequirement`."""
    work = Work(state, carriers, now)
    known = next((held for held in state.tracked if held.requirement.requirement_id == reported.requirement_id), None)
    if known is None:
        raise UnknownRequirement(
            f"Case {reported.case_id}: requirement {reported.requirement_id} was never asked for. "
            "Have the vendor check case and requirement, then discard or replay this report."
        )
    entry = entry_of(reported)
    if any(entry.is_again(each) for each in (*known.log, *known.former_log)):
        return Decision(state)
    after = work.put(known.model_copy(update={"log": (*known.log, entry)}))
    work.put(_escalated(work, after))
    return work.done()


def _escalated(work: Work, tracked: Tracked) -> Tracked:
    """The agent is asked for help, once, where the vendor gets no further."""
    last, requirement = last_that_counts(tracked.log), tracked.requirement
    if last is None or requirement.owed_by is not Owing.AGENT or requirement.vendor is None:
        return tracked
    text = _ESCALATIONS.get(last.status)
    if last.status in FAILED_CONTACTS:
        text = (
            f"{requirement.vendor} could not reach your client, or was not met, {failed_contacts(tracked.log)} times. "
            "Please ask your client to call back, or tell us a better time."
        )
    if text is None:
        return tracked
    occasion = f"order {tracked.orders} {last.status.value} {last.effective_at.isoformat()}"
    return work.notify(tracked, NoticeKind.ESCALATION, Owing.AGENT, occasion, text)


def on_case_changed(state: CaseRequirements, change: CaseChanged, carriers: Carriers, now: datetime) -> Decision:
    """The case ended, was decided, or was opened again; an older word of it changes nothing."""
    if change.revision <= state.revision:
        return Decision(state)
    ended = change.to_state in ENDED
    # That results run out no longer matters once the carrier has used them.
    decided = ended or change.to_state in DECIDED
    was_ended = state.ended
    state = state.model_copy(update={"revision": change.revision, "ended": ended, "decided": decided})
    if ended == was_ended or state.sheet is None:
        return Decision(state)
    work = Work(state, carriers, now)
    for tracked in state.tracked:
        if ended:
            work.put(_given_up(work, tracked))
        else:
            work.put(work.order(tracked) if tracked.cancelled_with_case else tracked)
    return work.done()


def _given_up(work: Work, tracked: Tracked) -> Tracked:
    if not tracked.is_open_order:
        return tracked
    work.cancel(tracked)
    entry = LogEntry(status=VendorStatus.CANCELLED, effective_at=work.now)
    return tracked.model_copy(update={"log": (*tracked.log, entry), "cancelled_with_case": True})
