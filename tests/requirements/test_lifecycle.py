"""Vendor statuses: what each stands for, and that order and repetition of reports do not matter."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codes import RequirementKind, RequirementStatus, VendorStatus
from schemas.requirement_events import Requirement
from services.requirements.lifecycle import STATUS_OF, LogEntry, outstanding, status_from

START = datetime(2026, 3, 1, tzinfo=UTC)
ORDERED = RequirementStatus.ORDERED
ENTRIES = st.builds(
    LogEntry,
    status=st.sampled_from(VendorStatus),
    effective_at=st.integers(0, 50).map(lambda hours: START + timedelta(hours=hours)),
)
LOGS = st.lists(ENTRIES, max_size=8)


def log(*statuses: VendorStatus) -> list[LogEntry]:
    return [LogEntry(status=s, effective_at=START + timedelta(hours=n)) for n, s in enumerate(statuses)]


def test_every_vendor_status_stands_for_something() -> None:
    assert set(STATUS_OF) == set(VendorStatus)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((), RequirementStatus.ORDERED),
        ((VendorStatus.ACKNOWLEDGED,), RequirementStatus.ACKNOWLEDGED),
        ((VendorStatus.ACKNOWLEDGED, VendorStatus.SCHEDULED), RequirementStatus.IN_PROGRESS),
        ((VendorStatus.SCHEDULED, VendorStatus.ACKNOWLEDGED), RequirementStatus.IN_PROGRESS),
        ((VendorStatus.SCHEDULED, VendorStatus.REFUSED), RequirementStatus.REJECTED),
        ((VendorStatus.REFUSED, VendorStatus.SCHEDULED), RequirementStatus.IN_PROGRESS),
        ((VendorStatus.EXAM_DONE, VendorStatus.RESULTS_OUT), RequirementStatus.SATISFIED),
        ((VendorStatus.RESULTS_OUT, VendorStatus.CANCELLED), RequirementStatus.SATISFIED),
        ((VendorStatus.CANCELLED,), RequirementStatus.CANCELLED),
    ],
)
def test_where_a_log_leads(statuses: tuple[VendorStatus, ...], expected: RequirementStatus) -> None:
    assert status_from(log(*statuses), ORDERED) is expected


@given(LOGS, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(entries: list[LogEntry], random: object) -> None:
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert status_from(shuffled, ORDERED) is status_from(entries, ORDERED)


@given(LOGS)
def test_repeated_entries_do_not_matter(entries: list[LogEntry]) -> None:
    assert status_from([*entries, *entries], ORDERED) is status_from(entries, ORDERED)


@given(LOGS, ENTRIES)
def test_once_results_are_out_nothing_undoes_it(entries: list[LogEntry], more: LogEntry) -> None:
    results = LogEntry(status=VendorStatus.RESULTS_OUT, effective_at=START)
    assert status_from([*entries, results, more], ORDERED) is RequirementStatus.SATISFIED


def test_outstanding_is_what_is_neither_satisfied_waived_nor_the_carriers_own() -> None:
    def one(status: RequirementStatus, carrier_owned: bool = False) -> Requirement:
        return Requirement(
            requirement_id=f"{status}{carrier_owned}",
            kind=RequirementKind.MVR,
            name="MVR",
            status=status,
            why="",
            carrier_owned=carrier_owned,
        )

    closed = {RequirementStatus.SATISFIED, RequirementStatus.WAIVED}
    ours = [one(status) for status in RequirementStatus]
    carriers = [one(status, carrier_owned=True) for status in RequirementStatus]
    assert [item.status for item in outstanding([*ours, *carriers])] == [
        status for status in RequirementStatus if status not in closed
    ]
