"""How far a requirement has come, from the log of what its vendor reported."""

from collections.abc import Iterable

from schemas.base import Contract, UtcDatetime
from schemas.codes import RequirementStatus, VendorStatus
from schemas.events import Requirement

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

SETBACKS = frozenset({RequirementStatus.REJECTED, RequirementStatus.CANCELLED})
"""The order came to nothing, yet the carrier still wants the requirement."""

_CLOSED = frozenset({RequirementStatus.SATISFIED, RequirementStatus.WAIVED})
_DISTANCE = {status: rank for rank, status in enumerate(RequirementStatus)}
_STEP = {status: rank for rank, status in enumerate(VendorStatus)}


class LogEntry(Contract):
    """One entry of a vendor's status log. The vendor's free text is not kept: it may speak of health."""

    status: VendorStatus
    effective_at: UtcDatetime


def status_from(log: Iterable[LogEntry], before_any: RequirementStatus) -> RequirementStatus:
    """Where a requirement stands, whatever the order in which the entries arrived.

    The furthest status counts. A setback counts only while nothing later followed it, and results end all.
    """
    entries = sorted(log, key=lambda entry: (entry.effective_at, _STEP[entry.status]))
    statuses = [STATUS_OF[entry.status] for entry in entries]
    if RequirementStatus.SATISFIED in statuses:
        return RequirementStatus.SATISFIED
    if statuses and statuses[-1] in SETBACKS:
        return statuses[-1]
    forward = [status for status in statuses if status not in SETBACKS]
    return max((before_any, *forward), key=_DISTANCE.__getitem__)


def outstanding(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    """What the case still waits for; what the carrier orders itself is the carrier's to wait for."""
    return tuple(
        requirement
        for requirement in requirements
        if requirement.status not in _CLOSED and not requirement.carrier_owned
    )
