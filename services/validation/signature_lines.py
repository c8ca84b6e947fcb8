"""Which signature lines an application needs, and what may stand in the way of judging them."""

from collections.abc import Iterator

from schemas.ages import age_last
from schemas.codes import FormKind, SignerRole, YesNo
from services.validation.rule_input import RuleInput

ADULT = 18


def replacement_notice_due(case: RuleInput) -> bool:
    """Something is replaced, or there is existing cover in a state of the NAIC model."""
    has_existing = YesNo.YES in (
        case.application.existing.has_existing,
        case.application.agent_report.has_existing,
    )
    return case.is_replacing or (has_existing and case.issue_state in case.carrier.file.naic_model_states)


def replacement_notice_roles(case: RuleInput) -> tuple[SignerRole, ...]:
    """Applicant and agent, as far as the notice has a line for them; one line serves insured and owner alike."""
    kind = FormKind.REPLACEMENT_NOTICE
    applicants = (case.applicant, SignerRole.INSURED, SignerRole.OWNER)
    applicant = [role for role in applicants if case.asks(f"signatures.{kind.value}.{role.value}.mark")][:1]
    agent = [SignerRole.AGENT] if case.asks(f"signatures.{kind.value}.agent.mark") else []
    return (*applicant, *agent)


def is_juvenile(case: RuleInput) -> bool:
    """The insured is under adult age, and a parent or guardian signs."""
    born = case.born
    return born is not None and age_last(born, case.judged_on) < ADULT


def is_foreign(case: RuleInput, kind: FormKind) -> bool:
    """The packet's only form of a kind is another carrier's: V-82 says so, and nothing else needs saying."""
    found = {form.carrier for form in case.application.forms if form.kind is kind}
    return bool(found) and case.carrier.id not in found


def needed_lines(case: RuleInput) -> Iterator[tuple[FormKind, SignerRole]]:
    """Every signature line of the packet's forms that has to be signed."""
    application, hipaa = FormKind.APPLICATION, FormKind.HIPAA
    signer = SignerRole.GUARDIAN if is_juvenile(case) else SignerRole.INSURED
    owner = () if case.owner_is_insured else ((application, SignerRole.OWNER),)
    lines = ((application, signer), *owner, (application, SignerRole.AGENT), (hipaa, signer))
    for kind, role in lines:
        if case.asks(f"signatures.{kind.value}.{role.value}.mark") and not is_foreign(case, kind):
            yield kind, role
    kind = FormKind.REPLACEMENT_NOTICE
    if replacement_notice_due(case) and not is_foreign(case, kind):
        for role in replacement_notice_roles(case):
            yield kind, role
