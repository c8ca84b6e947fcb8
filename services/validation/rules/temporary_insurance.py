"""The rule on money taken with the application: V-43."""

from collections.abc import Iterator

from schemas.codes import FormKind, ReasonCode, Severity, YesNo
from schemas.guidelines import TemporaryInsuranceTerms
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import dollars

_KIND = FormKind.TEMPORARY_INSURANCE
_MONEY = "premium.amount_with_application"
# A question's own label names the illness, and its box the answer: neither belongs in a mail.
_QUESTIONS = "Temporary insurance questions"


@rule(
    "V-43",
    Severity.BLOCK,
    ReasonCode.APPLICATION_ISSUE,
    reads=(_MONEY, "temporary_insurance", "forms"),
    basis="the carrier's guidelines; carriers' agent training on conditional receipts",
)
def money_with_the_application_may_be_taken(case: RuleInput) -> Iterator[Fault]:
    """Money comes with the application only with the receipt, its questions all 'no', and within its age and amount."""
    if not case.application.premium.amount_with_application:
        return
    terms = case.guidelines.temporary_insurance if case.guidelines else None
    if terms is None:
        yield Fault(
            _MONEY,
            "money comes with the application, and the carrier's terms for that are not on file here. Ask the carrier.",
            severity=Severity.WARN,
            reason=ReasonCode.CONTACT_CARRIER,
        )
        return
    beyond = _beyond(case, terms)
    if beyond:
        yield Fault(_MONEY, f"no money may be taken with this application: {beyond}. Return the payment.")
    elif case.application.form(_KIND) is None:
        yield Fault(
            _MONEY,
            "money comes with the application, and the receipt is not in the packet. Send "
            f"{case.form_to_send(_KIND, 'the temporary insurance receipt')}, completed and signed.",
            reason=ReasonCode.MISSING_FORM,
        )
    else:
        yield from _answers(case)


def _beyond(case: RuleInput, terms: TemporaryInsuranceTerms) -> str | None:
    face = case.application.coverage.face_amount
    if case.age is not None and case.age > terms.age_max:
        return f"temporary insurance ends at age {terms.age_max}"
    if face is not None and face > terms.face_max:
        return f"temporary insurance goes to {dollars(terms.face_max)} only"
    return None


def _answers(case: RuleInput) -> Iterator[Fault]:
    asked = sorted(p for p in case.application.evidence if p.startswith("temporary_insurance.questions."))
    unanswered = case.blanks(asked)
    if unanswered:
        yield Fault(
            unanswered[0],
            "a question of the receipt is not answered. Without it there is no temporary insurance: mark yes or no.",
            label=_QUESTIONS,
            reason=ReasonCode.INCOMPLETE_FORM,
        )
    answered_yes = [path for path in asked if case.value(path) is YesNo.YES]
    if answered_yes:
        yield Fault(
            answered_yes[0],
            "with this answer there is no temporary insurance, and no money may be taken. Return the payment and "
            "submit without it.",
            label=_QUESTIONS,
        )
