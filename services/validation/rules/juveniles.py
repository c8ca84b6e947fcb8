"""Rules on an insured who is a child: V-72, V-73."""

from collections.abc import Iterator

from schemas.ages import age_last
from schemas.application import Juvenile
from schemas.codes import ReasonCode, Severity, SignerRole, YesNo
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.signature_lines import is_juvenile, line_faults
from services.validation.wording import dollars


@rule(
    "V-72",
    Severity.BLOCK,
    ReasonCode.MISSING_SIGNATURE,
    reads=("signatures.application.guardian", "signatures.application.insured"),
    basis="carriers' underwriting guides on juveniles (Washington: from 15 the child signs too)",
    version=2,
)
def guardian_has_signed(case: RuleInput) -> Iterator[Fault]:
    """For an insured under adult age a parent or guardian has signed, and the child too where its state says so."""
    if not is_juvenile(case) or case.born is None:
        return
    yield from line_faults(case, SignerRole.GUARDIAN, "the parent or guardian", ("signed_on",))
    terms = case.guidelines.juvenile if case.guidelines else None
    state = case.application.insured.residence.state
    signs_from = terms.insured_signs_from.get(state or "") if terms else None
    if signs_from is not None and age_last(case.born, case.judged_on) >= signs_from:
        yield from line_faults(case, SignerRole.INSURED, f"the insured, who in {state} signs too,", ("signed_on",))


@rule(
    "V-73",
    Severity.WARN,
    ReasonCode.APPLICATION_ISSUE,
    reads=("juvenile",),
    basis="the carrier's guidelines; carriers' underwriting guides on juveniles",
)
def juvenile_cover_fits_the_family(case: RuleInput) -> Iterator[Fault]:
    """A child's brothers and sisters are insured alike, and a parent for as much as the carrier asks."""
    terms = case.guidelines.juvenile if case.guidelines else None
    if terms is None or not is_juvenile(case):
        return
    family, face = case.application.juvenile or Juvenile(), case.application.coverage.face_amount
    for at, what in (("juvenile.siblings_alike", "siblings"), ("juvenile.parents_cover", "the parents' insurance")):
        if case.blank(at):
            yield Fault(at, f"it is not said how it is with {what}. Add it.", reason=ReasonCode.INCOMPLETE_FORM)
    if family.siblings_alike is YesNo.NO:
        yield Fault("juvenile.siblings_alike", "the siblings are not insured alike. Explain why in a cover letter.")
    if face and family.parents_cover is not None and family.parents_cover * 100 < face * terms.parents_cover_percent:
        needed = dollars(face * terms.parents_cover_percent / 100)
        yield Fault(
            "juvenile.parents_cover",
            f"for this amount a parent has to be insured for {needed} or more. Lower the amount, or explain it.",
        )
