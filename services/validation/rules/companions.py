"""Rules on how the companion forms were signed: V-77, V-79."""

from collections.abc import Iterator

from schemas.carrier import Dated
from schemas.codes import (
    FormKind,
    ReadingMethod,
    ReasonCode,
    SealState,
    Severity,
    SignatureKind,
    SignatureMark,
    SignerRole,
)
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.signature_lines import is_proven, lines_under, needed_lines

_ELECTRONIC = (SignatureKind.DIGITAL, SignatureKind.IMAGE)


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
    version=2,
)
def electronic_signing_is_proven(case: RuleInput) -> Iterator[Fault]:
    """Digital signatures hold; a typed name, and what else was signed electronically, comes with its certificate."""
    for at in lines_under(case, SealState.BROKEN):
        yield Fault(
            at,
            "the digital signature does not hold: the file is not the one that was signed, or the signature is "
            "damaged. Send the file as it came from the signing, or have it signed anew.",
            reason=ReasonCode.MISSING_SIGNATURE,
        )
    for at in lines_under(case, SealState.UNKNOWN):
        yield Fault(
            at,
            "the digital signature is made in a way that we cannot check. Have the page signed by hand, or with "
            "another program.",
            reason=ReasonCode.NEED_CLARITY,
        )
    if is_proven(case):
        return
    typed = list(_typed_names(case))
    yield from typed
    if not typed and case.guidelines and case.guidelines.esign_certificate:
        yield from _unproven(case)


def _typed_names(case: RuleInput) -> Iterator[Fault]:
    for kind, role in needed_lines(case):
        line = case.signature(kind, role)
        if line.kind is SignatureKind.TYPED_NAME and line.mark is not SignatureMark.EMPTY:
            yield Fault(
                f"signatures.{kind.value}.{role.value}.mark",
                "the name is typed, and alone that is no signature. Have it signed by hand, or send the certificate "
                "of the electronic signing with the packet.",
                reason=ReasonCode.MISSING_SIGNATURE,
            )


def _unproven(case: RuleInput) -> Iterator[Fault]:
    signed = [
        at
        for kind, lines in case.application.signatures.items()
        for role, line in lines.items()
        if line.mark is SignatureMark.PRESENT
        and (at := f"signatures.{kind.value}.{role.value}.mark") in case.application.evidence
        and (line.kind in _ELECTRONIC or case.application.evidence[at].method is ReadingMethod.ACROFORM)
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
