"""Rules on riders and on the rate class applied for: V-16, V-18."""

from collections.abc import Iterator
from decimal import Decimal

from schemas.carrier import RiderRule
from schemas.codes import ReasonCode, Severity, YesNo
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput

_BMI_FACTOR = Decimal(703)
_CLASS = "coverage.rate_class"


@rule(
    "V-16",
    Severity.NIGO,
    ReasonCode.APPLICATION_ISSUE,
    reads=("coverage.riders",),
    basis="the carrier's product data",
)
def riders_are_offered(case: RuleInput) -> Iterator[Fault]:
    """Each rider is offered with the product, at the insured's age, in the state, with the rate class."""
    product = case.product
    if product is None or product.riders is None:
        return
    for rider in case.application.coverage.riders:
        held, words = product.riders.get(rider), rider.replace("_", " ")
        why = f"is not offered with {product.name}" if held is None else _why_not(case, held)
        if why:
            yield Fault("coverage.riders", f"the rider {words} {why}. Strike it and have the change initialed.")


def _why_not(case: RuleInput, held: RiderRule) -> str | None:
    if case.age is not None and not held.age_from <= case.age <= held.age_to:
        return f"is for ages {held.age_from} to {held.age_to} only"
    if case.issue_state in held.states_excluded:
        return f"is not available in {case.issue_state}"
    rate_class = case.application.coverage.rate_class
    return f"does not go with {rate_class.replace('_', ' ')}" if rate_class in held.rate_classes_excluded else None


@rule(
    "V-18",
    Severity.WARN,
    ReasonCode.APPLICATION_ISSUE,
    reads=(_CLASS,),
    basis="the carrier's guidelines (build chart and answers that close a class); application-entry guides",
)
def rate_class_fits_build_and_answers(case: RuleInput) -> Iterator[Fault]:
    """The rate class applied for is open to the insured's build and answers."""
    person, wanted, guidelines = case.application.insured, case.application.coverage.rate_class, case.guidelines
    if guidelines is None or wanted is None:
        return
    inches, pounds, most = person.height_total_inches, person.weight_pounds, guidelines.bmi_max.get(wanted)
    too_heavy = bool(inches and pounds and most is not None and _BMI_FACTOR * pounds > most * inches * inches)
    closed = [q for q in guidelines.class_needs_no.get(wanted, ()) if case.application.medical.get(q) is YesNo.YES]
    if too_heavy or closed:
        what = (
            "the build"
            if not closed
            else "an answer to the medical questions"
            if not too_heavy
            else "build and answers"
        )
        yield Fault(
            _CLASS,
            f"the class applied for will not be given with {what}. Quote the client another class before the "
            "carrier does.",
        )
