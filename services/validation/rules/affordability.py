"""Rules on what the insured's income and other cover bear: V-13 to V-15."""

from collections.abc import Iterator
from decimal import Decimal

from schemas.codes import ReasonCode, Severity
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import dollars, per_cent

_BASIS = "the carrier's guidelines; carriers' underwriting guides on financial limits"


@rule("V-13", Severity.WARN, ReasonCode.APPLICATION_ISSUE, reads=("coverage.face_amount",), basis=_BASIS)
def face_amount_fits_the_income(case: RuleInput) -> Iterator[Fault]:
    """The face amount is within the carrier's multiple of the insured's income at that age."""
    face, income, age = case.application.coverage.face_amount, case.application.insured.annual_income, case.age
    if case.guidelines is None or face is None or not income or age is None:
        return
    rows = (row for row in case.guidelines.income_multiples if row.age_from <= age <= row.age_to)
    row = next(rows, None)
    if row and face > income * row.multiple:
        yield Fault(
            "coverage.face_amount",
            f"{dollars(face)} is more than {row.multiple.normalize():f} times the income stated, which is what "
            f"{case.carrier.file.name} goes to at the insured's age. Lower it, or add a letter that explains it.",
        )


@rule(
    "V-14",
    Severity.WARN,
    ReasonCode.APPLICATION_ISSUE,
    reads=("coverage.face_amount", "existing"),
    basis="the carrier's guidelines; carriers' underwriting guides on jumbo limits",
)
def total_line_is_within_the_limit(case: RuleInput) -> Iterator[Fault]:
    """All cover on the life, in force and applied for anywhere, is within the carrier's limit."""
    application = case.application
    if case.guidelines is None or case.guidelines.total_line_max is None or application.coverage.face_amount is None:
        return
    in_force = sum((policy.face_amount or Decimal(0) for policy in application.existing.policies), Decimal(0))
    total = application.coverage.face_amount + in_force + (application.existing.pending_elsewhere_amount or 0)
    if total > case.guidelines.total_line_max:
        yield Fault(
            "coverage.face_amount",
            f"with what is in force and applied for elsewhere the total is {dollars(total)}, above the carrier's "
            f"limit of {dollars(case.guidelines.total_line_max)} on one life. Speak to the carrier before submitting.",
            reason=ReasonCode.CONTACT_CARRIER,
        )


@rule("V-15", Severity.WARN, ReasonCode.APPLICATION_ISSUE, reads=("premium.modal_amount",), basis=_BASIS)
def premium_fits_the_income(case: RuleInput) -> Iterator[Fault]:
    """A year's premium takes no more of the income than the carrier allows."""
    premium, income = case.application.premium, case.application.insured.annual_income
    if case.guidelines is None or not income or not premium.modal_amount or not premium.mode or not case.product:
        return
    factor = case.product.modes.get(premium.mode)
    rows = (row for row in case.guidelines.premium_shares if row.income_to is None or income <= row.income_to)
    row = next(rows, None)
    if factor and row and premium.modal_amount / factor * 100 > income * row.percent:
        yield Fault(
            "premium.modal_amount",
            f"a year's premium is more than {per_cent(row.percent)} of the income stated. Check both figures; when "
            "they are right, add a word on where the money comes from.",
        )
