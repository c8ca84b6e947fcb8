"""May this producer sell this here: licence, appointment or its clock, training and cover, as of the signed date.

Pure: rules V-50 to V-55 and the command ``goodorder can-sell`` ask the same functions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from schemas.carrier import AppointmentClock, Carrier, TrainingRule
from schemas.codes import AppointmentClockKind, LineOfAuthority
from schemas.licensing import Appointment, Dated, License, ProducerRecord


@dataclass(frozen=True)
class Standing:
    """What the producer directory holds on the agents that an application names."""

    is_loaded: bool
    """Some producer is on file at all."""
    producers: tuple[ProducerRecord, ...] = ()
    """Those whose code or NPN the application, or the upload, names."""
    dropped_by: str | None = None
    """The agent code that the upload came under: who wrote the application, where its form does not ask."""

    def by_code(self, code: str | None) -> ProducerRecord | None:
        return next((held for held in self.producers if code and plain_code(held.agent_code) == plain_code(code)), None)

    def by_npn(self, npn: str | None) -> ProducerRecord | None:
        return next((held for held in self.producers if npn and plain_npn(held.npn) == plain_npn(npn)), None)


def plain_code(written: str) -> str:
    """An agent code as the directory has it, from how it is written on a form."""
    return "".join(written.split()).upper()


def plain_npn(written: str) -> str:
    """The digits of a national producer number, without leading zeros."""
    return "".join(character for character in written if character.isdecimal()).lstrip("0")


@dataclass(frozen=True)
class Sale:
    """What is to be sold, where, for whom, and on which days."""

    carrier: Carrier
    product: str | None
    state: str
    """Where the application is signed."""
    signed_on: date
    received_on: date
    """When the application arrived."""
    today: date
    """The day on which the question is asked."""


class SellStatus(StrEnum):
    """How far a producer is from being allowed to sell; the first thing that stands in the way."""

    UNKNOWN = "unknown"
    NOT_LICENSED = "not_licensed"
    NOT_APPOINTED = "not_appointed"
    CLOCK_UNKNOWN = "clock_unknown"
    """Not appointed, and the carrier's table does not say what the state wants."""
    JIT_IN_PROGRESS = "jit_in_progress"
    """Not appointed yet, and the state's clock still runs."""
    TRAINING_GAP = "training_gap"
    OK = "ok"


class AppointmentStatus(StrEnum):
    APPOINTED = "appointed"
    CLOCK_OPEN = "clock_open"
    CLOCK_UNKNOWN = "clock_unknown"
    TOO_LATE = "too_late"
    """The clock has run out, or the appointment came after its last day."""
    NEEDED_BEFORE = "needed_before"
    """A pre-appointment state, and not appointed on the signed date."""


@dataclass(frozen=True)
class AppointmentAnswer:
    status: AppointmentStatus
    appointment: Appointment | None = None
    """The one that counts, or that came too late."""
    clock: AppointmentClock | None = None
    last_day: date | None = None
    """The last day on which the appointment may begin; ``None`` without a running clock."""
    days_left: int | None = None
    """From today to the last day; 0 on the last day itself."""


@dataclass(frozen=True)
class Answer:
    """May the producer sell, and what it rests on."""

    status: SellStatus
    license: License | None
    appointment: AppointmentAnswer
    missing_training: tuple[TrainingRule, ...]
    is_insured: bool
    """Errors-and-omissions cover is in force on the signed date."""


def can_sell(producer: ProducerRecord, sale: Sale) -> Answer:
    """The whole answer on one producer."""
    held = license_for(producer, sale.state, sale.signed_on)
    appointment = appointment_for(producer, sale)
    missing = missing_training(producer, sale)
    insured = in_force(producer.errors_and_omissions, sale.signed_on) is not None
    return Answer(_status(held, appointment, missing), held, appointment, missing, insured)


def _status(held: License | None, appointment: AppointmentAnswer, missing: tuple[TrainingRule, ...]) -> SellStatus:
    if held is None:
        return SellStatus.NOT_LICENSED
    if appointment.status in (AppointmentStatus.NEEDED_BEFORE, AppointmentStatus.TOO_LATE):
        return SellStatus.NOT_APPOINTED
    if missing:
        return SellStatus.TRAINING_GAP
    if appointment.status is AppointmentStatus.CLOCK_UNKNOWN:
        return SellStatus.CLOCK_UNKNOWN
    if appointment.status is AppointmentStatus.CLOCK_OPEN:
        return SellStatus.JIT_IN_PROGRESS
    return SellStatus.OK


def license_for(producer: ProducerRecord, state: str, day: date) -> License | None:
    """The life licence that is in force in the state on the day."""
    return next((held for held in life_licenses(producer, state) if held.holds_on(day)), None)


def life_licenses(producer: ProducerRecord, state: str) -> tuple[License, ...]:
    """All life licences of a state, the oldest first."""
    held = (each for each in producer.licenses if each.state == state and each.line is LineOfAuthority.LIFE)
    return tuple(sorted(held, key=lambda each: each.effective_from))


def in_force(all_of_a_kind: Iterable[Dated], day: date) -> Dated | None:
    return next((held for held in all_of_a_kind if held.holds_on(day)), None)


def missing_training(producer: ProducerRecord, sale: Sale) -> tuple[TrainingRule, ...]:
    """Courses that the carrier asks for and that did not count on the signed date."""
    counting = {done.course for done in producer.training if done.counts_on(sale.signed_on)}
    asked = (rule for rule in sale.carrier.file.training if rule.asks(sale.product, sale.state, sale.signed_on))
    return tuple(rule for rule in asked if rule.course not in counting)


def appointment_for(producer: ProducerRecord, sale: Sale) -> AppointmentAnswer:
    """Appointed on the signed date; else what the state's clock, as the carrier reads it, says today."""
    own = [each for each in producer.appointments if each.carrier == sale.carrier.id and each.state == sale.state]
    clock = sale.carrier.appointment_clock(sale.state, sale.signed_on)
    on_the_day = next((each for each in own if each.holds_on(sale.signed_on)), None)
    if on_the_day:
        return AppointmentAnswer(AppointmentStatus.APPOINTED, on_the_day, clock)
    later = min(
        (each for each in own if each.effective_from > sale.signed_on),
        key=lambda each: each.effective_from,
        default=None,
    )
    if clock is None:
        return AppointmentAnswer(AppointmentStatus.CLOCK_UNKNOWN, later)
    if clock.clock is AppointmentClockKind.PRE_APPOINTMENT:
        return AppointmentAnswer(AppointmentStatus.NEEDED_BEFORE, later, clock)
    last_day = last_day_of(clock, sale)
    left = (last_day - sale.today).days
    if later and later.effective_from <= last_day:
        # An appointment that is on file but begins in the days to come keeps the clock's promise as well.
        return AppointmentAnswer(AppointmentStatus.APPOINTED, later, clock, last_day, left)
    status = AppointmentStatus.CLOCK_OPEN if left >= 0 else AppointmentStatus.TOO_LATE
    return AppointmentAnswer(status, later, clock, last_day, left)


def last_day_of(clock: AppointmentClock, sale: Sale) -> date:
    """The last day of a clock that runs: so many calendar days after the day it is counted from."""
    start = sale.signed_on if clock.clock is AppointmentClockKind.FROM_WRITTEN else sale.received_on
    return start + timedelta(days=clock.days)
