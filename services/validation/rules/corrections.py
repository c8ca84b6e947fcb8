"""The rule on corrections, and on what was changed after the signing: V-65."""

from collections.abc import Iterator

from schemas.codes import Doubt, ReasonCode, SealState, Severity
from services.validation.rule import Fault, rule
from services.validation.rule_input import TAKEN_BACK, RuleInput
from services.validation.signature_lines import lines_under


@rule(
    "V-65",
    Severity.NIGO,
    ReasonCode.NEED_CLARITY,
    reads=("",),
    basis="carriers' guides on corrections; the standard of electronic signatures in PDF",
)
def corrections_are_initialed(case: RuleInput) -> Iterator[Fault]:
    """Corrections are initialed, and nothing was changed after the signing."""
    for path, evidence in case.application.evidence.items():
        if TAKEN_BACK.intersection(evidence.doubts):
            yield Fault(
                path,
                "something looks struck out or corrected here, and we see no initials beside it. Whoever signed "
                "initials the correction, or fills the page in anew; when nothing was corrected, send a clearer scan.",
                of_the_reading=True,
            )
        elif Doubt.INITIALLED in evidence.doubts:
            yield Fault(
                path,
                "something looks struck out and initialed here, and we cannot be sure of what is to count. Look at it.",
                severity=Severity.WARN,
                of_the_reading=True,
            )
    for at in lines_under(case, SealState.CHANGED):
        yield Fault(
            at,
            "the document was changed after it was signed digitally. Send the file as it came from the signing; when "
            "the change was meant, have it signed anew.",
        )
