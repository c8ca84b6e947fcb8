"""A carrier's full list of cases against ours: what differs, and what the carrier is asked for again. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from schemas.case_events import CarrierListed, DifferenceFound, ListedCase
from schemas.case_states import ENDED
from schemas.codes import CarrierDecisionKind, DifferenceKind
from schemas.ids import derived_id
from services.cases.case import Case
from services.cases.taking import in_words

ASKED_AGAIN = frozenset({DifferenceKind.MISSED_WORD, DifferenceKind.NOT_LISTED})
"""Differences that the carrier's own words can settle: it is asked to send them again."""


def differences(
    carrier: str, listed: Iterable[CarrierListed], ours: Mapping[str, Case], now: datetime
) -> tuple[DifferenceFound, ...]:
    """Everything that differs, by case. ``listed`` are all parts of one list, ``ours`` the cases that we have: those
    with this carrier, and those that it lists.

    A word of ours that is newer than the carrier's is no difference: the list was made before it.
    """
    parts = tuple(listed)
    theirs = {case.case_id: case for part in parts for case in part.cases}
    as_of, list_id = max(part.as_of for part in parts), parts[0].list_id
    found = [
        *(each for case_id, case in theirs.items() for each in _of_listed(carrier, case, ours.get(case_id))),
        *(
            _not_listed(case)
            for case in ours.values()
            if case.case_id not in theirs and _should_be(case, carrier, as_of)
        ),
    ]
    return tuple(
        DifferenceFound(
            difference_id=derived_id(case_id, f"{kind.value}|{carrier}|{theirs.get(case_id)}"),
            carrier=carrier,
            case_id=case_id,
            kind=kind,
            our_state=ours[case_id].state if case_id in ours else None,
            heard=_heard(ours.get(case_id)),
            said=theirs[case_id].decision if case_id in theirs else None,
            message=f"{carrier} {message}",
            list_id=list_id,
            found_at=now,
        )
        for case_id, kind, message in sorted(found)
    )


_Found = tuple[str, DifferenceKind, str]


def _of_listed(carrier: str, listed: ListedCase, case: Case | None) -> Iterator[_Found]:
    says = f"lists “{in_words(listed.decision)}” of {listed.effective_at:%Y-%m-%d}"
    if case is None or case.state is None or case.carrier != carrier:
        message = f"{says} for a case that it was not given by us. Ask which case is meant."
        yield listed.case_id, DifferenceKind.UNKNOWN_HERE, message
        return
    if not _is_heard(listed, case):
        yield case.case_id, DifferenceKind.MISSED_WORD, f"{says}, which never reached us. It is asked for again."
    if listed.carrier_reference and case.carrier_reference and listed.carrier_reference != case.carrier_reference:
        message = f"lists the case under {listed.carrier_reference}, we have it under {case.carrier_reference}."
        yield case.case_id, DifferenceKind.REFERENCE, f"{message} Ask which number holds."


def _is_heard(listed: ListedCase, case: Case) -> bool:
    known = [*([case.word] if case.word else []), *(each.word for each in case.waiting)]
    said = (listed.effective_at, listed.decision)
    return any(word.effective_at > listed.effective_at or (word.effective_at, word.decision) == said for word in known)


def _should_be(case: Case, carrier: str, as_of: datetime) -> bool:
    return (
        case.carrier == carrier
        and case.state is not None
        and case.state not in ENDED
        and case.submitted_at is not None
        and case.submitted_at < as_of
    )


def _not_listed(case: Case) -> _Found:
    sent = f"{case.submitted_at:%Y-%m-%d}"
    message = f"does not list the case, which was submitted on {sent}. It is asked for its words on it."
    return case.case_id, DifferenceKind.NOT_LISTED, message


def _heard(case: Case | None) -> CarrierDecisionKind | None:
    return case.word.decision if case and case.word else None
