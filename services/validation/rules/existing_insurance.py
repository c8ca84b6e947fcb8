"""Rules on existing insurance and replacement: V-30 to V-32, V-81."""

from collections.abc import Iterator

from schemas.application import FormFound
from schemas.codes import FormKind, ReasonCode, Severity, SignatureMark, SignerRole, YesNo
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.signature_lines import is_foreign, replacement_notice_due, replacement_notice_roles
from services.validation.wording import listed

_NOTICE = FormKind.REPLACEMENT_NOTICE
_QUESTIONS = {"has_existing": "existing insurance", "replacing": "replacement"}


@rule(
    "V-30",
    Severity.BLOCK,
    ReasonCode.INCOMPLETE_FORM,
    reads=("existing", "agent_report"),
    basis="NAIC model regulation 613; 11 NYCRR 51.6",
)
def both_answer_on_replacement_and_agree(case: RuleInput) -> Iterator[Fault]:
    """Applicant and agent both answer on existing insurance and on replacement, and they agree."""
    for question, words in _QUESTIONS.items():
        applicant, agent = f"existing.{question}", f"agent_report.{question}"
        for at, who in ((applicant, "the applicant"), (agent, "the agent")):
            if case.blank(at):
                what = "marked both yes and no, or unclearly" if case.illegible(at) else "not answered"
                yield Fault(at, f"the question on {words} is {what}. It needs a yes or no of {who}.")
        answers = {case.value(applicant), case.value(agent)}
        if answers == {YesNo.YES, YesNo.NO}:
            yield Fault(
                agent,
                f"on {words} the agent's report and the applicant's answer differ. "
                "Correct the one that is wrong and have the change initialed.",
                reason=ReasonCode.NEED_CLARITY,
            )


@rule(
    "V-31",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("existing",),
    basis="new-business submission tips",
)
def existing_policies_are_listed(case: RuleInput) -> Iterator[Fault]:
    """With existing insurance, each policy is listed with company, number, amount and year."""
    existing = case.application.existing
    if existing.has_existing is YesNo.YES and not existing.policies and case.asks_within("existing.policies"):
        yield Fault(
            "existing.policies",
            "there is existing insurance, but no policy is listed. List each with company, number, amount and year.",
            label="Existing insurance",
        )
    parts = {
        "company": "company",
        "policy_number": "policy number",
        "face_amount": "amount",
        "year_issued": "year issued",
    }
    for row in range(len(existing.policies)):
        missing = [part for part in parts if case.blank(f"existing.policies.{row}.{part}")]
        if missing:
            yield Fault(
                f"existing.policies.{row}.{missing[0]}",
                f"existing policy {row + 1} lacks {listed([parts[part] for part in missing])}. Complete the row.",
                label="Existing insurance",
            )


@rule(
    "V-32",
    Severity.BLOCK,
    ReasonCode.INCOMPLETE_FORM,
    reads=("replacement_notice", "signatures.replacement_notice", "forms", "existing.has_existing"),
    basis="NAIC model regulation 613, section on notices; carriers' paperwork tips",
    version=2,
)
def replacement_notice_is_there(case: RuleInput) -> Iterator[Fault]:
    """When the replacement notice is due, it is there, signed by both, and not dated after the application."""
    if not replacement_notice_due(case) and case.form(_NOTICE) is None:
        yield from _state_unknown(case)
    if not replacement_notice_due(case) or is_foreign(case, _NOTICE):
        return
    form = case.form(_NOTICE)
    if form is None:
        yield Fault(
            "forms",
            f"the packet lacks it, and {_why_due(case)}. Send {case.current_form(_NOTICE)}, "
            "signed by applicant and agent and dated on or before the application.",
            label="Replacement notice",
            reason=ReasonCode.MISSING_FORM,
        )
        return
    yield from _unsigned(case)
    yield from _late(case, form)
    wanted = case.blanks(("replacement_notice.company", "replacement_notice.policy_number"))
    if case.is_replacing and wanted:
        yield Fault(wanted[0], "the notice does not name company and number of the policy to be replaced. Add them.")


def _state_unknown(case: RuleInput) -> Iterator[Fault]:
    state = case.issue_state
    if case.has_existing and state and case.replacement_model is None:
        yield Fault(
            "existing.has_existing",
            f"there is existing insurance, and our table does not say what {state} asks then. Look up whether the "
            "state wants a replacement notice.",
            severity=Severity.WARN,
            reason=ReasonCode.NEED_CLARITY,
        )


def _why_due(case: RuleInput) -> str:
    if case.is_replacing:
        return "existing insurance is to be replaced"
    return f"in {case.issue_state} it is due whenever there is existing insurance"


def _unsigned(case: RuleInput) -> Iterator[Fault]:
    for role in replacement_notice_roles(case):
        line, at = case.signature(_NOTICE, role), f"signatures.replacement_notice.{role.value}"
        who = "agent" if role is SignerRole.AGENT else "applicant"
        if line.mark is SignatureMark.EMPTY:
            yield Fault(
                f"{at}.mark",
                f"the {who} has not signed the notice. Have it signed, dated on or before the application.",
                reason=ReasonCode.MISSING_SIGNATURE,
            )
        elif line.mark is SignatureMark.PRESENT and case.blank(f"{at}.signed_on"):
            yield Fault(f"{at}.signed_on", f"the {who}'s date {case.how_blank(f'{at}.signed_on')}. Add it.")


def _late(case: RuleInput, form: FormFound) -> Iterator[Fault]:
    applied = case.signature(FormKind.APPLICATION, case.applicant).signed_on or case.signed_on
    if applied is None or applied > case.latest_day:
        return
    for role in replacement_notice_roles(case):
        signed = case.signature(_NOTICE, role).signed_on
        if role is not SignerRole.AGENT and signed and applied < signed <= case.latest_day:
            yield Fault(
                f"signatures.replacement_notice.{role.value}.signed_on",
                "the notice is dated after the application. It must be signed on or before that day: have the "
                "applicant sign and date the application anew.",
                reason=ReasonCode.APPLICATION_ISSUE,
            )


@rule(
    "V-81",
    Severity.WARN,
    ReasonCode.INCOMPLETE_FORM,
    reads=("existing.pending_elsewhere", "existing.pending_elsewhere_amount"),
    basis="trade knowledge: carriers count all cover applied for",
)
def pending_applications_are_disclosed(case: RuleInput) -> Iterator[Fault]:
    """Applications pending with other carriers are disclosed, with their amount."""
    if case.blank("existing.pending_elsewhere"):
        yield Fault("existing.pending_elsewhere", "it is not said whether other applications are pending. Answer it.")
    elif case.application.existing.pending_elsewhere is YesNo.YES and case.blank("existing.pending_elsewhere_amount"):
        yield Fault("existing.pending_elsewhere_amount", "the amount pending elsewhere is missing. Add it.")
