"""Rules on how the companion forms were signed: V-77, V-79."""

from collections.abc import Iterator

from schemas.carrier import Dated
from schemas.codes import FormKind, ReadingMethod, ReasonCode, Severity, SignatureMark, SignerRole
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput


@rule(
    "V-77",
    Severity.NIGO,
    ReasonCode.APPLICATION_ISSUE,
    reads=("signatures",),
    basis="the form's own setting; carriers' paperwork tips",
)
def companions_are_dated_in_time(case: RuleInput) -> Iterator[Fault]:
    """A form that has to be signed by the day of the application is not dated after it; the notice is V-32's."""
    applied = case.signature(FormKind.APPLICATION, case.applicant).signed_on or case.signed_on
    if applied is None or applied > case.latest_day:
        return
    for found, held in case.forms_on_file:
        if held.dated is not Dated.BY_APPLICATION or found.kind is FormKind.REPLACEMENT_NOTICE:
            continue
        for role, line in case.application.signatures.get(found.kind, {}).items():
            if role is not SignerRole.AGENT and line.signed_on and applied < line.signed_on <= case.latest_day:
                yield Fault(
                    f"signatures.{found.kind.value}.{role.value}.signed_on",
                    f"form {found.number} is dated after the application, and has to be signed on or before that "
                    "day. Have the application signed and dated anew.",
                )


@rule(
    "V-79",
    Severity.NIGO,
    ReasonCode.MISSING_FORM,
    reads=("signatures",),
    basis="the carrier's guidelines; carriers' rules on electronic signatures",
)
def electronic_signing_is_proven(case: RuleInput) -> Iterator[Fault]:
    """Signatures made electronically come with the certificate of their signing."""
    if not (case.guidelines and case.guidelines.esign_certificate):
        return
    if case.application.form(FormKind.ESIGN_CERTIFICATE):
        return
    signed = [
        at
        for kind, lines in case.application.signatures.items()
        for role, line in lines.items()
        if line.mark is SignatureMark.PRESENT
        and (at := f"signatures.{kind.value}.{role.value}.mark") in case.application.evidence
        and case.application.evidence[at].method is ReadingMethod.ACROFORM
    ]
    if signed:
        # Pages of no form on file may well be the certificate: then it is a question for a person.
        unsure = bool(case.application.unknown_pages)
        yield Fault(
            signed[0],
            "the packet was signed electronically, and the certificate of the signing is not among its forms. Send "
            "the signing summary with the packet.",
            severity=Severity.WARN if unsure else None,
        )
