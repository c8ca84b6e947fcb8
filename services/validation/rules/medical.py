"""Rules on the health and lifestyle questions and the physician: V-20 to V-23."""

import re
from collections.abc import Iterator
from datetime import date

from schemas.carrier import Question
from schemas.codes import ReasonCode, Severity, YesNo
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import listed

_SECTIONS = {"medical": "Medical questions", "lifestyle": "Lifestyle questions"}
_PARTS = {"condition": "what it is", "onset": "since when", "treatment": "treatment and result", "provider": "provider"}


@rule(
    "V-20",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("medical", "lifestyle"),
    basis="application-entry guides; carriers' field bulletins",
)
def every_question_is_answered(case: RuleInput) -> Iterator[Fault]:
    """Every medical and lifestyle question that the form asks is answered."""
    for section, title in _SECTIONS.items():
        questions = case.questions(section)
        asked = [q for q in _answers(case, section) if case.asks(f"{section}.{q}")]
        open_ones = [q for q in asked if case.blank(f"{section}.{q}")]
        if len(asked) > 1 and len(open_ones) == len(asked):
            yield Fault(section, "none of the questions is answered. Answer every one.", label=title)
            continue
        for question_id in open_ones:
            at = f"{section}.{question_id}"
            what = "is marked both yes and no, or unclearly" if case.illegible(at) else "is not answered"
            yield Fault(
                at,
                f"question {_number(questions, question_id)} {what}. Mark yes or no.",
                label=title,
            )


@rule(
    "V-21",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("medical", "lifestyle", "details", "insured.tobacco_type", "insured.tobacco_last_used"),
    basis="new-business submission tips; carriers' underwriting guides",
)
def every_yes_has_details(case: RuleInput) -> Iterator[Fault]:
    """Each 'yes' has its details: what, since when, treatment and result, provider."""
    yes = list(_yes_needing_details(case))
    unplaced = [row for row in range(len(case.application.details)) if not _is_placed(case, row)]
    lacking = [(section, question_id) for section, question_id in yes if not _rows(case, section, question_id)]
    # Rows whose question number is blank or matches nothing are taken for the answers that lack one.
    for section, question_id in lacking[len(unplaced) :]:
        number = _number(case.questions(section), question_id)
        yield Fault(
            f"{section}.{question_id}",
            f"question {number} has no row in the details. "
            f"Add one: {listed([*_parts_needed(case, section).values()])}.",
            label=_SECTIONS[section],
        )
    for section, question_id in yes:
        for row in _rows(case, section, question_id):
            yield from _incomplete_row(case, section, row)
    if case.application.insured.tobacco is YesNo.YES:
        missing = case.blanks(("insured.tobacco_type", "insured.tobacco_last_used"))
        if missing:
            yield Fault(missing[0], "the details on tobacco are incomplete. Write the type and when last used.")


def _incomplete_row(case: RuleInput, section: str, row: int) -> Iterator[Fault]:
    parts = _parts_needed(case, section)
    missing = [part for part in parts if case.blank(f"details.{row}.{part}")]
    if missing:
        number = case.application.details[row].question
        yield Fault(
            f"details.{row}.{missing[0]}",
            f"the row on question {number} lacks {listed([parts[part] for part in missing])}. Complete it.",
            label="Details",
        )


def _parts_needed(case: RuleInput, section: str) -> dict[str, str]:
    """A way of life has no treatment and no provider."""
    needed = _PARTS if section == "medical" else {"condition": "what it is and since when"}
    return {part: words for part, words in needed.items() if case.asks(f"details.0.{part}")}


def _answers(case: RuleInput, section: str) -> dict[str, YesNo | None]:
    return case.application.medical if section == "medical" else case.application.lifestyle


def _yes_needing_details(case: RuleInput) -> Iterator[tuple[str, str]]:
    if not case.asks_within("details"):
        return
    for section in _SECTIONS:
        questions = case.questions(section)
        for question_id, answer in _answers(case, section).items():
            question = questions.get(question_id)
            if answer is YesNo.YES and question is not None and question.detail_needed:
                yield section, question_id


def _number(questions: dict[str, Question], question_id: str) -> str:
    return questions[question_id].number if question_id in questions else question_id


def _numbers_in(written: str | None) -> frozenset[str]:
    """The question numbers in ``7b``, ``Q. 7 b``, ``#7b, 8``."""
    words = re.findall(r"\d+\s*[a-z]?(?![a-z])", (written or "").casefold())
    return frozenset(word.replace(" ", "") for word in words)


def _rows(case: RuleInput, section: str, question_id: str) -> list[int]:
    number = _number(case.questions(section), question_id)
    wanted = _numbers_in(number)
    details = case.application.details
    return [row for row, detail in enumerate(details) if wanted & _numbers_in(detail.question)]


def _is_placed(case: RuleInput, row: int) -> bool:
    known = {
        number
        for section in _SECTIONS
        for question in case.questions(section).values()
        for number in _numbers_in(question.number)
    }
    return bool(known & _numbers_in(case.application.details[row].question))


@rule(
    "V-22",
    Severity.NIGO,
    ReasonCode.MISSING_FORM,
    reads=("medical", "lifestyle"),
    basis="carriers' agent training (a missing questionnaire stalls a case for days); the carrier's own forms",
    version=2,
)
def questionnaires_are_there(case: RuleInput) -> Iterator[Fault]:
    """Each 'yes' that calls for one of the carrier's questionnaires has it in the packet, filled in."""
    there = {found.number for found, _ in case.forms_on_file if not case.came_blank(found)}
    came = {found.number for found, _ in case.forms_on_file}
    due = [
        held.form
        for held in case.carrier.forms
        if held.form.due_when_yes and held.form.accepted_from <= case.judged_on <= (held.form.accepted_to or date.max)
    ]
    for form in due:
        called_for = [path for path in form.due_when_yes if case.value(path) is YesNo.YES]
        if called_for and form.number not in there:
            there.add(form.number)
            section, _, question_id = called_for[0].partition(".")
            number = _number(case.questions(section), question_id)
            lacks = "came blank" if form.number in came else "is not in the packet"
            yield Fault(
                called_for[0],
                f"the answer to question {number} calls for {form.title} (form {form.number}), which {lacks}. Have it "
                "completed and signed, and send it.",
                label=_SECTIONS[section],
            )


@rule(
    "V-23",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("physician",),
    basis="new-business submission tips",
)
def physician_is_complete(case: RuleInput) -> Iterator[Fault]:
    """The physician's name, address, last visit and its reason, or the word that there is none."""
    if case.application.physician.none:
        return
    parts = {"name": "name", "address": "address", "last_seen": "date last seen", "reason": "reason of the visit"}
    asked = [part for part in parts if case.asks(f"physician.{part}")]
    missing = [part for part in asked if case.blank(f"physician.{part}")]
    if missing and len(missing) == len(asked):
        yield Fault(
            f"physician.{missing[0]}",
            "no physician is named. Give name, address, date last seen and reason, or state that there is none.",
        )
    elif missing:
        words = listed([parts[part] for part in missing])
        yield Fault(f"physician.{missing[0]}", f"the physician's entry lacks {words}. Complete it.")
