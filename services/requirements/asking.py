"""What a carrier asks for: the grid's cell and every trigger that holds; each requirement once, with all reasons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from schemas.carrier import Carrier
from schemas.codes import ReasonSource, RequirementKind
from schemas.requirement_events import RequirementReason
from schemas.underwriting import Trigger, TriggerKind
from services.requirements.facts import Condition, Facts
from services.requirements.grid import Cell, ages_in_words, amounts_in_words, cell_of, in_words

_MONTHS = 12


@dataclass(frozen=True)
class Asked:
    """One thing that the carrier wants."""

    kind: RequirementKind
    reasons: tuple[RequirementReason, ...]
    about: str = ""
    name: str = ""
    """In place of the kind's own name."""
    instructions: tuple[str, ...] = ()
    """For the vendor."""
    withheld: RequirementReason | None = None
    """Why it is not to be ordered all the same."""

    @property
    def why(self) -> str:
        return "; ".join(reason.text for reason in self.reasons)


def asked_of(carrier: Carrier, facts: Facts) -> tuple[Asked, ...]:
    """Everything that is due for these facts, in the order of the tables.

    Raises :class:`services.requirements.grid.GridError` when the grid gives no answer, or two.
    """
    cell = cell_of(carrier, facts)
    grid_says = _reason(ReasonSource.GRID, in_words(cell), cell.row.place(carrier.id), cell.row.edition)
    asked = {(kind, ""): Asked(kind, (grid_says,)) for kind in cell.row.requirements}
    holding = [trigger for trigger in carrier.book.triggers if holds(trigger, cell, facts)]
    for trigger in holding:
        if trigger.what is TriggerKind.WITHHOLD or trigger.instructs:
            continue
        reason = _reason_of(trigger, carrier, facts)
        for kind in trigger.requirements:
            known = asked.get((kind, trigger.about), Asked(kind, (), trigger.about, trigger.name))
            asked[kind, trigger.about] = replace(known, reasons=(*known.reasons, reason))
    return tuple(_finished(each, holding, carrier, facts) for each in asked.values())


def _finished(asked: Asked, holding: list[Trigger], carrier: Carrier, facts: Facts) -> Asked:
    """With what is added to its order, or why there is to be none."""
    concerned = [trigger for trigger in holding if asked.kind in trigger.requirements]
    withheld = next((trigger for trigger in concerned if trigger.what is TriggerKind.WITHHOLD), None)
    return replace(
        asked,
        instructions=tuple(trigger.instructs for trigger in concerned if trigger.instructs),
        withheld=_reason_of(withheld, carrier, facts) if withheld else None,
    )


def holds(trigger: Trigger, cell: Cell, facts: Facts) -> bool:
    """Every condition that the trigger names holds."""
    if not trigger.in_force(facts.day) or not trigger.spans(cell.age, cell.amount):
        return False
    questions = set(trigger.yes)
    answered = questions & facts.yes
    if RequirementKind.QUESTIONNAIRE in trigger.requirements and answered and answered <= facts.answered_on_forms:
        return False  # the questionnaire came with the application
    return (
        (not trigger.grids or cell.grid.id in trigger.grids)
        and (not questions or bool(answered))
        and (not trigger.words or any(_named(trigger, condition, facts.day) for condition in facts.conditions))
        and (trigger.seen_within_months is None or _seen(trigger.seen_within_months, facts))
        and (trigger.paper is None or trigger.paper is facts.paper)
        and (not trigger.states or facts.state in trigger.states)
    )


def _named(trigger: Trigger, condition: Condition, day: date) -> bool:
    is_named = any(re.search(rf"\b{re.escape(word.lower())}\b", condition.text) for word in trigger.words)
    if not is_named or trigger.within_months is None or condition.began is None:
        return is_named
    return months_before(condition.began, day) <= trigger.within_months


def _seen(months: int, facts: Facts) -> bool:
    if not facts.sees_physician:
        return False
    return facts.last_seen is None or months_before(facts.last_seen, facts.day) <= months


def months_before(earlier: date, day: date) -> int:
    """Whole months, rounded up; none for a day that is not past yet."""
    months = (day.year - earlier.year) * _MONTHS + day.month - earlier.month + (day.day > earlier.day)
    return max(months, 0)


def _reason_of(trigger: Trigger, carrier: Carrier, facts: Facts) -> RequirementReason:
    source = ReasonSource.FOOTNOTE if trigger.what is TriggerKind.FOOTNOTE else ReasonSource.TRIGGER
    words = "; ".join(_in_words(trigger, facts))
    text = f"{words} ({trigger.source})"
    return _reason(source, text, trigger.place(carrier.id), trigger.edition)


def _in_words(trigger: Trigger, facts: Facts) -> Iterator[str]:
    """The row in words: its note, and the bounds and answers that hold."""
    if trigger.note:
        yield trigger.note
    answered = sorted(set(trigger.yes) & facts.yes)
    if answered:
        yield f"answered yes: {', '.join(path.partition('.')[2].replace('_', ' ') for path in answered)}"
    if trigger.words:
        yield f"a detail names {' or '.join(trigger.words)}"
    if trigger.age_from or trigger.age_to is not None:
        yield ages_in_words(trigger)
    if trigger.face_from or trigger.face_to is not None:
        yield amounts_in_words(trigger)
    if trigger.seen_within_months is not None:
        yield f"physician seen within {trigger.seen_within_months} months, or not known"
    if trigger.paper is not None:
        yield "application on paper" if trigger.paper else "electronic application"


def _reason(source: ReasonSource, text: str, where: str, edition: str) -> RequirementReason:
    return RequirementReason(source=source, text=text, where=where, edition=edition or None)
