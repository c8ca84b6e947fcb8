"""Rules on product, age and amount: V-10 to V-17."""

from collections.abc import Iterator
from datetime import timedelta

from schemas.ages import next_age_change
from schemas.codes import AgeBasis, ReasonCode, Severity
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import dollars, in_words, listed

_SAVE_AGE_DAYS = 30
_BASIS_IN_WORDS = {AgeBasis.NEAREST: "nearest birthday", AgeBasis.LAST: "last birthday"}


def _is_too_young_or_old(case: RuleInput) -> bool:
    product, age = case.product, case.age
    if product is None or age is None:
        return False
    lowest, highest = product.issue_ages
    return not lowest <= age <= highest


@rule(
    "V-10",
    Severity.BLOCK,
    ReasonCode.APPLICATION_ISSUE,
    reads=("insured.date_of_birth",),
    basis="the carrier's product data; carriers count age at the nearest or the last birthday",
)
def age_is_within_issue_ages(case: RuleInput) -> Iterator[Fault]:
    """The insured's age on the signing date lies within the product's issue ages, on the product's own basis."""
    product = case.product
    if product and _is_too_young_or_old(case):
        lowest, highest = product.issue_ages
        yield Fault(
            "insured.date_of_birth",
            f"{product.name} is issued at ages {lowest} to {highest} ({_BASIS_IN_WORDS[product.age_basis]}), and "
            "the insured's age on the signing date lies outside. Check the date, or choose another product.",
        )


@rule(
    "V-11",
    Severity.INFO,
    ReasonCode.OTHER,
    reads=("insured.date_of_birth",),
    basis="carriers' underwriting guides (the nearest age changes six months before the birthday)",
)
def age_is_about_to_change(case: RuleInput) -> Iterator[Fault]:
    """The age on the product's basis changes within thirty days: the last day to save it."""
    if case.product and case.born and not _is_too_young_or_old(case):
        change = next_age_change(case.product.age_basis, case.born, case.today)
        if (change - case.today).days <= _SAVE_AGE_DAYS:
            last = in_words(change - timedelta(1))
            yield Fault(
                "insured.date_of_birth",
                f"for this product the insured's age goes up soon; {last} is the last day at today's age.",
            )


@rule(
    "V-12",
    Severity.BLOCK,
    ReasonCode.APPLICATION_ISSUE,
    reads=("coverage.face_amount",),
    basis="the carrier's product data",
)
def face_amount_is_within_limits(case: RuleInput) -> Iterator[Fault]:
    """The face amount lies within the product's limits for the insured's age."""
    at, face = "coverage.face_amount", case.application.coverage.face_amount
    if case.blank(at):
        yield Fault(
            at,
            f"the amount {case.how_blank(at)}. Write the face amount in dollars.",
            reason=ReasonCode.INCOMPLETE_FORM,
        )
    if face is None or case.product is None or _is_too_young_or_old(case):
        return
    amounts = case.product.face_amounts(case.age)
    if amounts and not amounts[0] <= face <= amounts[1]:
        low, high = amounts
        yield Fault(
            at,
            f"{case.product.name} is issued for {dollars(low)} to {dollars(high)} at the insured's age, and "
            f"{dollars(face)} is applied for. Change the amount or choose another product.",
        )


@rule(
    "V-17",
    Severity.BLOCK,
    ReasonCode.APPLICATION_ISSUE,
    reads=("coverage.product", "coverage.term_years"),
    basis="the carrier's product data; the owner's residence governs",
)
def product_is_available(case: RuleInput) -> Iterator[Fault]:
    """The product, with the term applied for, is one the carrier sells in the state that governs."""
    coverage, product = case.application.coverage, case.product
    if case.blank("coverage.product"):
        yield Fault(
            "coverage.product",
            f"the product {case.how_blank('coverage.product')}. Mark the one applied for.",
            reason=ReasonCode.INCOMPLETE_FORM,
        )
    elif coverage.product and product is None:
        yield Fault("coverage.product", f"{case.carrier.file.name} has no such product. Correct it.")
    if product and case.issue_state in product.states_excluded:
        yield Fault(
            "coverage.product",
            f"{product.name} is not available in {case.issue_state}, where the owner lives. Choose a product that is.",
        )
    if case.blank("coverage.term_years"):
        yield Fault(
            "coverage.term_years",
            f"the term {case.how_blank('coverage.term_years')}. Mark the number of years.",
            reason=ReasonCode.INCOMPLETE_FORM,
        )
    elif product and coverage.term_years is not None and coverage.term_years not in product.terms:
        terms = listed([str(term) for term in product.terms], "or")
        yield Fault(
            "coverage.term_years",
            f"{product.name} has no term of {coverage.term_years} years, only {terms}. Correct the term.",
        )
