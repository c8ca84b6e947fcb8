"""“Where is this case?” in one plain paragraph: where it stands, who we wait for, since when, what comes next."""

from datetime import datetime

from schemas.case_states import ENDED
from schemas.codes import CaseState, Owing
from services.cases.case import Case
from services.cases.owing import OpenItem, open_items, waits_for
from services.cases.taking import in_words

_ENDS = {
    CaseState.PLACED: "The policy is in force: nothing is open",
    CaseState.DECLINED: "The carrier declined; it opens the case again only for a reason",
    CaseState.CLOSED_INCOMPLETE: "The carrier closed it because something was missing; it can be asked to reopen",
    CaseState.DUPLICATE: "It is the same application as another case, and goes no further",
}

_STANDS = {
    CaseState.EXTRACTING: "is being read",
    CaseState.SCRUBBING: "is being checked",
    CaseState.NIGO: "is not in good order",
    CaseState.IGO: "is in good order",
    CaseState.CARRIER_NIGO: "is back from the carrier as not in good order",
    CaseState.CARRIER_PENDING: "is pending with the carrier",
    CaseState.UNDERWRITING: "is in underwriting",
    CaseState.APPROVED_OTHER_THAN_APPLIED: "is approved other than applied for",
    CaseState.TENTATIVE_OFFER: "has a tentative offer",
    CaseState.OFFER_OUT: "has an offer out",
    CaseState.OFFER_ACCEPTED: "has an accepted offer",
    CaseState.CLOSED_INCOMPLETE: "is closed as incomplete",
    CaseState.DELIVERY_PENDING: "is issued and being delivered",
    CaseState.FREE_LOOK_CANCELLED: "is cancelled in the free look",
    CaseState.OFFER_EXPIRED: "has an offer that ran out and is closed",
    CaseState.DUPLICATE: "is a duplicate",
}
"""What a state's code does not say plainly by itself."""


def answer(case: Case, now: datetime) -> str:
    """The paragraph. It names no more of the insured than first name and initial."""
    if case.state is None:
        return f"Case {case.case_id}: its application has not been read yet."
    head = f"{case.insured_masked[:1].upper()}{case.insured_masked[1:]}’s application to {case.carrier_name}"
    said = _STANDS.get(case.state, f"is {in_words(case.state)}")
    stands = f"{head} {said} since {_day(case.since or now)} ({_ago(case.since or now, now)})."
    if case.state in ENDED:
        return f"{stands} {_ENDS.get(case.state, 'The case is over: nothing is open')}."
    items = _for(case, open_items(case, now))
    return " ".join([stands, *_waiting(items, now), *_carrier(case), *_next(items, now)])


def _for(case: Case, items: tuple[OpenItem, ...]) -> tuple[OpenItem, ...]:
    """The items of whom we wait for first, the oldest before the others."""
    owner = waits_for(case)
    return tuple(sorted(items, key=lambda item: (item.owner is not owner, item.since)))


def _waiting(items: tuple[OpenItem, ...], now: datetime) -> list[str]:
    if not items:
        return ["Nothing is open with anybody."]
    first = items[0]
    what = _within(first.what)
    told = [f"We wait for {first.who}: {what}, for {_span(first.since, now)}."]
    if first.usual_days:
        low, high = first.usual_days
        days = (now - first.since).days
        pace = "longer than usual" if days > high else "within the usual time"
        told.append(f"That usually takes {low} to {high} days, so this is {pace}.")
    others = [item for item in items[1:] if item.owner is not Owing.BGA]
    if others:
        listed = "; ".join(f"{item.what} ({item.who})" for item in others[:4])
        more = f" and {len(others) - 4} more" if len(others) > 4 else ""
        told.append(f"Also open: {listed}{more}.")
    return told


def _carrier(case: Case) -> list[str]:
    if case.word is None:
        return []
    under = f" under {case.carrier_reference}" if case.carrier_reference else ""
    return [f"The carrier’s last word{under} was “{in_words(case.word.decision)}” on {_day(case.word.effective_at)}."]


def _next(items: tuple[OpenItem, ...], now: datetime) -> list[str]:
    if not items:
        return []
    first = items[0]
    step = _within(first.next_step) if first.next_step.startswith("The ") else first.next_step
    told = [f"Next: {step}; we follow up on {_day(first.next_at)}."]
    if first.due_at:
        told.append(f"It has to be there by {_day(first.due_at)}.")
    return told


def _within(words: str) -> str:
    """As it stands within a sentence; an abbreviation keeps its capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _day(at: datetime) -> str:
    return f"{at:%B} {at.day}, {at.year}"


def _ago(since: datetime, now: datetime) -> str:
    days = (now - since).days
    return "today" if days < 1 else "1 day" if days == 1 else f"{days} days"


def _span(since: datetime, now: datetime) -> str:
    days = (now - since).days
    return "less than a day" if days < 1 else "1 day" if days == 1 else f"{days} days"
