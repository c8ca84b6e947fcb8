"""The rule on insurable interest: V-26."""

import re
from collections.abc import Iterator

from schemas.codes import BeneficiaryClass, ReasonCode, Severity
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput


@rule(
    "V-26",
    Severity.WARN,
    ReasonCode.NEED_CLARITY,
    reads=("owner.relationship", "payor.relationship", "beneficiaries"),
    basis="the carrier's guidelines; carriers' underwriting guides on insurable interest",
)
def insurable_interest_is_plausible(case: RuleInput) -> Iterator[Fault]:
    """Owner, payor and primary beneficiaries stand in a relationship to the insured that explains their interest."""
    weak = frozenset(case.guidelines.weak_interest if case.guidelines else ())
    application = case.application
    stated = [] if case.owner_is_insured else [("owner.relationship", application.owner.relationship)]
    stated.append(("payor.relationship", application.payor.relationship))
    stated += [
        (f"beneficiaries.{row}.relationship", named.relationship)
        for row, named in enumerate(application.beneficiaries)
        if named.beneficiary_class is BeneficiaryClass.PRIMARY
    ]
    for at, relationship in stated:
        if relationship and re.sub(r"[^a-z/ -]", "", relationship.casefold()).strip() in weak:
            yield Fault(
                at,
                "this relationship alone does not show an interest in the insured's life. Explain it in a cover "
                "letter: a shared home, a business, a debt.",
            )
