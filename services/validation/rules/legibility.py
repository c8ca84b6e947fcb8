"""The rule on what cannot be made out: V-64."""

from collections.abc import Iterator

from schemas.codes import ReasonCode, Severity, SignatureMark
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.signature_lines import needed_lines


@rule(
    "V-64",
    Severity.NIGO,
    ReasonCode.NEED_CLARITY,
    reads=("",),
    basis="carriers' guides on legibility; the reader's own doubt",
)
def everything_is_legible(case: RuleInput) -> Iterator[Fault]:
    """No signature is in doubt, and no fault is found on the strength of a scan that could not be read surely."""
    for kind, role in needed_lines(case):
        if case.signature(kind, role).mark is SignatureMark.DOUBTFUL:
            yield Fault(
                f"signatures.{kind.value}.{role.value}.mark",
                "something is in the box, but we cannot tell whether it is a signature. Look at it: when it is "
                "signed, send a clearer scan of the page; else have it signed.",
            )


def unclear(path: str) -> Fault:
    """What is said of a field in place of the fault that an unsure reading of it led to."""
    return Fault(
        path,
        "the scan is not clear enough to be sure of what is written here, and as we read it something is not in "
        "order. Look at it: when it is right, send a clearer scan of the page; else have it corrected.",
    )
