"""The rule on consent to an HIV test: V-62."""

from collections.abc import Iterator

from schemas.codes import FormKind, ReasonCode, Severity, SignatureMark, SignerRole
from schemas.state_tables import HivConsentRow, HivConsentRule
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.signature_lines import is_juvenile

_KIND = FormKind.HIV_CONSENT


@rule(
    "V-62",
    Severity.NIGO,
    ReasonCode.MISSING_FORM,
    reads=("forms", "hiv_consent", "signatures.hiv_consent", "insured.residence.state"),
    basis="the carrier's table of state rules (hiv_consent.csv), by the insured's residence; carriers' guides",
)
def hiv_consent_is_there(case: RuleInput) -> Iterator[Fault]:
    """Where blood is to be tested and the insured's state asks for it, the consent is there, signed and dated."""
    state = case.application.insured.residence.state
    if state is None or not case.labs_due:
        return
    row = next((row for row in case.carrier.hiv_consent if row.holds(state, case.judged_on)), None)
    if row is None:
        yield Fault(
            "insured.residence.state",
            f"blood is to be tested, and the table does not say whether {state} asks for a consent to the HIV test. "
            "Look it up, and send the form when it is asked for.",
            severity=Severity.WARN,
            reason=ReasonCode.NEED_CLARITY,
        )
    elif row.rule is not HivConsentRule.NOT_REQUIRED:
        yield from _form_faults(case, row)


def _form_faults(case: RuleInput, row: HivConsentRow) -> Iterator[Fault]:
    found = case.application.form(_KIND)
    if found is None:
        yield Fault(
            "forms",
            f"blood is to be tested, and {row.state} asks for a consent to the HIV test before. Send "
            f"{case.form_to_send(_KIND, 'the consent form for the state')}, signed and dated by the insured.",
            label="HIV test consent",
        )
        return
    if row.rule is HivConsentRule.EXACT_FORM and row.form and found.number != row.form:
        yield Fault(
            case.form_at(found),
            f"{row.state} takes form {row.form} only, word for word. Have that form signed.",
            label="HIV test consent",
            reason=ReasonCode.APPLICATION_ISSUE,
        )
    role = SignerRole.GUARDIAN if is_juvenile(case) else SignerRole.INSURED
    at, line = f"signatures.{_KIND.value}.{role.value}", case.signature(_KIND, role)
    if case.asks(f"{at}.mark") and line.mark is SignatureMark.EMPTY:
        yield Fault(
            f"{at}.mark",
            "the consent is not signed. Have it signed and dated.",
            reason=ReasonCode.MISSING_SIGNATURE,
        )
    elif line.mark is SignatureMark.PRESENT and case.blank(f"{at}.signed_on"):
        yield Fault(
            f"{at}.signed_on",
            f"the date {case.how_blank(f'{at}.signed_on')}. Have the signer date it.",
            reason=ReasonCode.INCOMPLETE_FORM,
        )
