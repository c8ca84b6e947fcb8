"""How far a requirement has come, from the log of what its vendor reported: a log, never one value."""

from collections.abc import Iterable

from schemas.base import Contract, UtcDatetime
from schemas.codes import Owing, RequirementStatus, VendorStatus
from schemas.requirement_events import Requirement, VendorStatusReported

STATUS_OF: dict[VendorStatus, RequirementStatus] = {
    VendorStatus.ACKNOWLEDGED: RequirementStatus.ACKNOWLEDGED,
    VendorStatus.CONTACTING: RequirementStatus.IN_PROGRESS,
    VendorStatus.SCHEDULED: RequirementStatus.IN_PROGRESS,
    VendorStatus.RESCHEDULED: RequirementStatus.IN_PROGRESS,
    VendorStatus.NO_SHOW: RequirementStatus.IN_PROGRESS,
    VendorStatus.UNABLE_TO_CONTACT: RequirementStatus.IN_PROGRESS,
    VendorStatus.EXAM_DONE: RequirementStatus.IN_PROGRESS,
    VendorStatus.SPECIMEN_AT_LAB: RequirementStatus.IN_PROGRESS,
    VendorStatus.REDRAW_NEEDED: RequirementStatus.IN_PROGRESS,
    VendorStatus.REQUESTED_FROM_FACILITY: RequirementStatus.IN_PROGRESS,
    VendorStatus.FEE_DUE: RequirementStatus.IN_PROGRESS,
    VendorStatus.IN_COPY: RequirementStatus.IN_PROGRESS,
    VendorStatus.PARTIAL: RequirementStatus.IN_PROGRESS,
    # The vendor sends its results to the carrier, whose underwriter reviews them: the desk's part is done.
    VendorStatus.RESULTS_OUT: RequirementStatus.SATISFIED,
    VendorStatus.REFUSED: RequirementStatus.REJECTED,
    VendorStatus.AUTHORIZATION_REJECTED: RequirementStatus.REJECTED,
    VendorStatus.NO_RECORDS: RequirementStatus.REJECTED,
    VendorStatus.CANCELLED: RequirementStatus.CANCELLED,
}
"""The normalised status that each vendor's word stands for."""

OWED_AFTER: dict[VendorStatus, Owing] = {
    VendorStatus.ACKNOWLEDGED: Owing.VENDOR,
    VendorStatus.CONTACTING: Owing.VENDOR,
    VendorStatus.SCHEDULED: Owing.CLIENT,
    VendorStatus.RESCHEDULED: Owing.CLIENT,
    VendorStatus.NO_SHOW: Owing.VENDOR,
    VendorStatus.UNABLE_TO_CONTACT: Owing.VENDOR,
    VendorStatus.REFUSED: Owing.AGENT,
    VendorStatus.EXAM_DONE: Owing.VENDOR,
    VendorStatus.SPECIMEN_AT_LAB: Owing.VENDOR,
    VendorStatus.REDRAW_NEEDED: Owing.VENDOR,
    VendorStatus.REQUESTED_FROM_FACILITY: Owing.FACILITY,
    VendorStatus.AUTHORIZATION_REJECTED: Owing.AGENT,
    VendorStatus.FEE_DUE: Owing.BGA,
    VendorStatus.IN_COPY: Owing.FACILITY,
    VendorStatus.NO_RECORDS: Owing.AGENT,
    VendorStatus.PARTIAL: Owing.FACILITY,
    VendorStatus.CANCELLED: Owing.BGA,
}
"""Who has to act next; after results nobody has."""

SETBACKS = frozenset({RequirementStatus.REJECTED, RequirementStatus.CANCELLED})
"""The order came to nothing, yet the carrier still wants the requirement."""

FAILED_CONTACTS = frozenset({VendorStatus.UNABLE_TO_CONTACT, VendorStatus.NO_SHOW})
APPOINTED = frozenset({VendorStatus.SCHEDULED, VendorStatus.RESCHEDULED})

CLOSED = frozenset({RequirementStatus.SATISFIED, RequirementStatus.WAIVED})
_DISTANCE = {status: rank for rank, status in enumerate(RequirementStatus)}
_STEP = {status: rank for rank, status in enumerate(VendorStatus)}


class LogEntry(Contract):
    """One entry of a vendor's status log. The vendor's free text is not kept: it may speak of health."""

    status: VendorStatus
    effective_at: UtcDatetime
    vendor_code: str | None = None
    vendor_reference: str | None = None
    scheduled_for: UtcDatetime | None = None
    """The appointment."""

    def is_again(self, other: "LogEntry") -> bool:
        """The same thing reported once more."""
        return (self.status, self.effective_at) == (other.status, other.effective_at)


def entry_of(reported: VendorStatusReported) -> LogEntry:
    return LogEntry(
        status=reported.status,
        effective_at=reported.effective_at,
        vendor_code=reported.vendor_code,
        vendor_reference=reported.vendor_reference,
        scheduled_for=reported.scheduled_for,
    )


def in_order(log: Iterable[LogEntry]) -> list[LogEntry]:
    """By when things happened, whatever the order in which they were reported."""
    return sorted(log, key=lambda entry: (entry.effective_at, _STEP[entry.status]))


def status_from(log: Iterable[LogEntry], before_any: RequirementStatus) -> RequirementStatus:
    """Where a requirement stands, whatever the order in which the entries arrived.

    The furthest status counts. A setback counts only while nothing later followed it, and results end all.
    """
    statuses = [STATUS_OF[entry.status] for entry in in_order(log)]
    if RequirementStatus.SATISFIED in statuses:
        return RequirementStatus.SATISFIED
    if statuses and statuses[-1] in SETBACKS:
        return statuses[-1]
    forward = [status for status in statuses if status not in SETBACKS]
    return max((before_any, *forward), key=_DISTANCE.__getitem__)


def last_that_counts(log: Iterable[LogEntry]) -> LogEntry | None:
    """The entry that says where the order is now: results if there are any, else the latest thing that happened."""
    entries = in_order(log)
    results = [entry for entry in entries if entry.status is VendorStatus.RESULTS_OUT]
    return results[-1] if results else entries[-1] if entries else None


def failed_contacts(log: Iterable[LogEntry]) -> int:
    """Missed and failed contacts since the last appointment that came about, or since the order."""
    count = 0
    for entry in in_order(log):
        if entry.status in FAILED_CONTACTS:
            count += 1
        elif entry.status is VendorStatus.EXAM_DONE:
            count = 0
    return count


def outstanding(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """What the case still waits for; what the carrier orders itself is the carrier's to wait for."""
    return tuple(
        requirement
        for requirement in requirements
        if requirement.status not in CLOSED and not requirement.carrier_owned
    )
