"""The rule on other cases on the same life: V-80."""

from collections.abc import Iterator

from schemas.codes import ReasonCode, Severity
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import in_words


@rule(
    "V-80",
    Severity.WARN,
    ReasonCode.NEED_CLARITY,
    reads=("insured.ssn",),
    basis="the carrier's guidelines; the trade's flags for additional and alternate applications",
)
def application_is_no_duplicate(case: RuleInput) -> Iterator[Fault]:
    """No other application on the same life for the same product of the carrier arrived shortly before or after."""
    days = case.guidelines.duplicate_days if case.guidelines else None
    if days is None:
        return
    for other in case.other_cases:
        near = abs((case.received_on - other.received_on).days) <= days
        if near and other.carrier == case.carrier.id and other.product == case.application.coverage.product:
            yield Fault(
                "insured.ssn",
                f"case {other.case_id}, which arrived on {in_words(other.received_on)}, is on the same life for the "
                "same product. Tell us whether this one is a duplicate, an additional policy or an alternate.",
                label="Insured",
            )
