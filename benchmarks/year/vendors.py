"""Scripted vendors: what they report on an order, and when."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

from benchmarks.year import chances
from benchmarks.year.chances import Span, in_working_hours
from benchmarks.year.world import World
from schemas.codes import RequirementKind, VendorStatus
from schemas.requirement_events import OrderCancelled, OrderFollowedUp, RequirementOrdered, VendorStatusReported
from schemas.topics import VENDORS_STATUSES
from tests.wire import Carried

_INTERVIEWS = frozenset(
    {
        RequirementKind.TELE_INTERVIEW,
        RequirementKind.INSPECTION,
        RequirementKind.COGNITIVE_INSPECTION,
        RequirementKind.COGNITIVE_TEST,
    }
)
_SENT_TO_A_LAB = frozenset({RequirementKind.BLOOD_URINE, RequirementKind.BLOOD, RequirementKind.URINE})

Step = tuple[datetime, VendorStatus, datetime | None]
"""When, what, and the appointment where one is made."""


@dataclass
class Vendors:
    world: World
    _open: dict[tuple[str, int], list[Step]] = field(default_factory=dict)
    """By requirement and order: the steps still to come."""
    _forgotten: dict[tuple[str, int], RequirementOrdered] = field(default_factory=dict)

    def attend(self) -> None:
        self.world.wire.listen(self._hear, RequirementOrdered, OrderCancelled, OrderFollowedUp)

    def _hear(self, carried: Carried) -> None:
        match carried.data:
            case RequirementOrdered() as order:
                self._take(order)
            case OrderCancelled() as cancelled:
                self._open.pop((cancelled.requirement_id, cancelled.order), None)
                self._forgotten.pop((cancelled.requirement_id, cancelled.order), None)
            case OrderFollowedUp() as asked:
                forgotten = self._forgotten.pop((asked.requirement_id, asked.order), None)
                if forgotten:
                    self._begin(forgotten, asked.asked_at)

    def _take(self, order: RequirementOrdered) -> None:
        key = (order.requirement_id, order.order or 1)
        if self.world.random("forgotten", *key).random() < chances.FORGOTTEN:
            self._forgotten[key] = order
        else:
            self._begin(order, order.ordered_at)

    def _begin(self, order: RequirementOrdered, at: datetime) -> None:
        key = (order.requirement_id, order.order or 1)
        self._open[key] = list(self._steps(order, at))
        for step in self._open[key]:
            self.world.later(step[0], partial(self._reach, order, step))

    def _reach(self, order: RequirementOrdered, step: Step, _: datetime) -> None:
        key = (order.requirement_id, order.order or 1)
        if step not in self._open.get(key, ()):
            return
        self._open[key].remove(step)
        at, status, appointment = step
        report = VendorStatusReported(
            case_id=order.case_id,
            requirement_id=order.requirement_id,
            status=status,
            effective_at=at,
            vendor_reference=f"V-{order.requirement_id[:8].upper()}-{order.order or 1}",
            scheduled_for=appointment,
        )
        self.world.report(report, VENDORS_STATUSES, order.case_id, f"/vendors/{order.vendor.lower().replace(' ', '-')}")

    def _steps(self, order: RequirementOrdered, at: datetime) -> Iterator[Step]:
        """All exams of one vendor on one case are made at one appointment."""
        times = order.order or 1
        random = self.world.random(order.case_id, order.vendor, times)
        if order.kind is RequirementKind.APS:
            return _records(self.world.random(order.requirement_id, times), at)
        if order.kind in _INTERVIEWS:
            return _interview(random, at)
        return _exam(random, at, order.kind in _SENT_TO_A_LAB)


def _exam(random: Random, at: datetime, to_lab: bool) -> Iterator[Step]:
    at = _after(at, chances.VENDOR_TAKES_UP, random)
    yield at, VendorStatus.ACKNOWLEDGED, None
    at = _after(at, chances.FIRST_CALL, random)
    yield at, VendorStatus.CONTACTING, None
    for call in range(int(chances.drawn(random, chances.UNREACHED))):
        at = _after(at, Span(2, 4) if call < 2 else Span(7, 12), random)
        yield at, VendorStatus.UNABLE_TO_CONTACT, None
    at = _after(at, Span(0.5, 2), random)
    if random.random() < chances.REFUSES:
        yield at, VendorStatus.REFUSED, None
        return
    appointment = _after(at, chances.APPOINTMENT_IN, random)
    yield at, VendorStatus.SCHEDULED, appointment
    if random.random() < chances.NO_SHOW:
        yield appointment, VendorStatus.NO_SHOW, None
        at = _after(appointment, Span(1, 3), random)
        appointment = _after(at, chances.APPOINTMENT_IN, random)
        yield at, VendorStatus.RESCHEDULED, appointment
    at = appointment + timedelta(minutes=40)
    yield at, VendorStatus.EXAM_DONE, None
    if to_lab:
        at = _after(at, Span(1, 2), random)
        yield at, VendorStatus.SPECIMEN_AT_LAB, None
        if random.random() < chances.REDRAW:
            at = _after(at, chances.LAB, random)
            yield at, VendorStatus.REDRAW_NEEDED, None
            at = _after(at, chances.APPOINTMENT_IN, random)
            yield at, VendorStatus.EXAM_DONE, None
    yield _after(at, chances.LAB, random), VendorStatus.RESULTS_OUT, None


def _interview(random: Random, at: datetime) -> Iterator[Step]:
    at = _after(at, chances.VENDOR_TAKES_UP, random)
    yield at, VendorStatus.ACKNOWLEDGED, None
    at = _after(at, chances.FIRST_CALL, random)
    yield at, VendorStatus.CONTACTING, None
    yield _after(at, chances.INTERVIEW, random), VendorStatus.RESULTS_OUT, None


def _records(random: Random, at: datetime) -> Iterator[Step]:
    at = _after(at, chances.VENDOR_TAKES_UP, random)
    yield at, VendorStatus.ACKNOWLEDGED, None
    at = asked = _after(at, Span(1.5, 3), random)
    yield at, VendorStatus.REQUESTED_FROM_FACILITY, None
    outcome = random.random()
    if outcome < chances.AUTHORIZATION_REJECTED + chances.NO_RECORDS:
        rejected = outcome < chances.AUTHORIZATION_REJECTED
        at = _after(at, Span(6, 12), random)
        yield at, VendorStatus.AUTHORIZATION_REJECTED if rejected else VendorStatus.NO_RECORDS, None
        return
    ready = _after(asked, chances.FACILITY_ANSWERS, random)
    if random.random() < chances.FEE_DUE:
        yield asked + (ready - asked) * 0.3, VendorStatus.FEE_DUE, None
    yield asked + (ready - asked) * 0.7, VendorStatus.IN_COPY, None
    if random.random() < chances.PARTIAL:
        yield ready, VendorStatus.PARTIAL, None
        ready = _after(ready, Span(4, 9), random)
    yield ready, VendorStatus.RESULTS_OUT, None


def _after(at: datetime, span: Span, random: Random) -> datetime:
    return in_working_hours(at + span.draw(random), random)
