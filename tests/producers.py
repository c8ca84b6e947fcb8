"""Builds producers' records: one who may sell everything of the small fictional carrier, with changes."""

from dataclasses import replace
from datetime import date
from typing import Any

from schemas.carrier import AppointmentClock, Carrier, TrainingRule
from schemas.codes import AppointmentClockKind, LineOfAuthority
from schemas.licensing import Appointment, ErrorsAndOmissions, License, ProducerRecord, Training
from tests.builders import brackwater

SINCE = date(2024, 1, 1)


def licensed(state: str = "CO", line: str = "life", since: date = SINCE, to: date | None = None) -> License:
    return License(state=state, line=LineOfAuthority(line), effective_from=since, effective_to=to)


def appointed(
    state: str = "CO", carrier: str = "brackwater", since: date = SINCE, to: date | None = None
) -> Appointment:
    return Appointment(state=state, carrier=carrier, effective_from=since, effective_to=to)


def trained(course: str = "aml", on: date = SINCE, to: date | None = None) -> Training:
    return Training(course=course, completed_on=on, expires_on=to)


def insured(since: date = SINCE, to: date | None = None) -> ErrorsAndOmissions:
    return ErrorsAndOmissions(effective_from=since, effective_to=to)


def producer(**changes: Any) -> ProducerRecord:
    """Robin Vale, who wrote the clean application."""
    values: dict[str, Any] = {
        "agent_code": "A-100",
        "npn": "4411223",
        "name": "Robin Vale",
        "licenses": (licensed(),),
        "appointments": (appointed(),),
        "training": (trained(),),
        "errors_and_omissions": (insured(),),
    }
    return ProducerRecord(**{**values, **changes})


def clock(kind: str = "from_received", days: int = 30, *states: str) -> AppointmentClock:
    return AppointmentClock(
        states=states or ("CO",),
        clock=AppointmentClockKind(kind),
        days=days,
        effective_from=date(2020, 1, 1),
        effective_to=None,
        source="a table of the tests",
        edition="2020-01",
    )


def carrier(*clocks: AppointmentClock, **changes: Any) -> Carrier:
    """The small fictional carrier, which asks for one course, with these clocks."""
    courses = (TrainingRule(course="aml", name="Anti-money-laundering", effective_from=date(2020, 1, 1)),)
    held = brackwater(**{"training": courses, **changes})
    return replace(held, appointment_clocks=clocks)
