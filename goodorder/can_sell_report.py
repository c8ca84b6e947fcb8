"""How the answer to "may this agent sell this here?" is shown, to people and to machines."""

from datetime import date
from typing import Any

from rich.console import Group
from rich.text import Text

from goodorder.screen import facts, readable, state_in_words
from schemas.codes import AppointmentClockKind
from schemas.licensing import ProducerRecord
from services.validation.can_sell import Answer, AppointmentAnswer, AppointmentStatus, Sale, SellStatus

_STYLES = {
    SellStatus.OK: "good",
    SellStatus.JIT_IN_PROGRESS: "open",
    SellStatus.CLOCK_UNKNOWN: "open",
}


def for_people(agent: str, producer: ProducerRecord | None, sale: Sale, answer: Answer | None) -> Group:
    """The answer in a line, and what it rests on."""
    if producer is None or answer is None:
        unknown = readable(f"No: nobody on file has the agent code {agent}.", "bad")
        return Group(unknown, readable("Correct the code, or import the agent: goodorder licensing import FOLDER"))
    product = sale.product or "no product named"
    what = f"{sale.carrier.file.name}, {product}, in {sale.state}, signed {sale.signed_on}"
    verdict = readable(_VERDICTS[answer.status], _STYLES.get(answer.status, "bad"))
    table = facts(
        ("Agent", f"{producer.name}, {producer.agent_code}, NPN {producer.npn}"),
        ("Sale", what),
        ("Licence", _license(answer)),
        ("Appointment", _appointment(answer.appointment)),
        ("Training", _training(answer)),
        ("Liability cover", "in force" if answer.is_insured else Text("none on that day (a warning only)", "yellow")),
    )
    return Group(verdict, Text(), table)


_VERDICTS = {
    SellStatus.OK: "Yes.",
    SellStatus.JIT_IN_PROGRESS: "Yes, if the appointment is made in time.",
    SellStatus.CLOCK_UNKNOWN: "Not certain: not appointed, and the carrier's table is silent on the state.",
    SellStatus.NOT_LICENSED: "No: no life licence in the state on that day.",
    SellStatus.NOT_APPOINTED: "No: not appointed when it had to be.",
    SellStatus.TRAINING_GAP: "No: required training was not complete on that day.",
    SellStatus.UNKNOWN: "No: nobody on file has this agent code.",
}


def _license(answer: Answer) -> str:
    held = answer.license
    return "none in force" if held is None else f"{held.number or 'no number'}, {_from_to(held)}"


def _from_to(held: Any) -> str:
    return f"from {held.effective_from}" + (f" to {held.effective_to}" if held.effective_to else "")


def _appointment(answer: AppointmentAnswer) -> str:
    words = [state_in_words(answer.status)]
    if answer.appointment:
        words.append(_from_to(answer.appointment))
    if answer.last_day and answer.status is not AppointmentStatus.APPOINTED:
        words.append(f"last day {answer.last_day}, {_left(answer.days_left or 0)}")
    if answer.clock and answer.status is not AppointmentStatus.APPOINTED:
        words.append(f"{_clock(answer)} ({answer.clock.source}, edition {answer.clock.edition})")
    return "; ".join(words)


def _left(days: int) -> str:
    return f"{days} d left" if days >= 0 else f"{-days} d ago"


def _clock(answer: AppointmentAnswer) -> str:
    if answer.clock is None or answer.clock.clock is AppointmentClockKind.PRE_APPOINTMENT:
        return "pre-appointment state"
    since = "signing" if answer.clock.clock is AppointmentClockKind.FROM_WRITTEN else "receipt"
    return f"{answer.clock.days} days from the {since}"


def _training(answer: Answer) -> str:
    if not answer.missing_training:
        return "complete"
    return "missing: " + ", ".join(f"{course.name} ({course.course})" for course in answer.missing_training)


def for_machines(agent: str, sale: Sale, answer: Answer | None) -> dict[str, Any]:
    """The same as JSON; days are ISO dates, what is not known is null."""
    return {
        "agent": agent,
        "carrier": sale.carrier.id,
        "product": sale.product,
        "state": sale.state,
        "signed_on": sale.signed_on,
        "received_on": sale.received_on,
        "as_of": sale.today,
        "status": answer.status if answer else SellStatus.UNKNOWN,
        "license": answer.license.model_dump(mode="json") if answer and answer.license else None,
        "appointment": _appointment_for_machines(answer.appointment) if answer else None,
        "missing_training": [course.course for course in answer.missing_training] if answer else [],
        "is_insured": answer.is_insured if answer else None,
    }


def _appointment_for_machines(answer: AppointmentAnswer) -> dict[str, str | int | date | None]:
    held = answer.appointment
    return {
        "status": answer.status,
        "effective_from": held.effective_from if held else None,
        "last_day": answer.last_day,
        "days_left": answer.days_left,
        "clock": answer.clock.clock if answer.clock else None,
        "clock_days": answer.clock.days if answer.clock else None,
        "source": answer.clock.source if answer.clock else None,
        "edition": answer.clock.edition if answer.clock else None,
    }
