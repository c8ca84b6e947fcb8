"""Rules on who signed the application and when: V-70, V-71, V-74 to V-76, V-78."""

from collections.abc import Iterator

from schemas.codes import FormKind, OwnerKind, ReasonCode, Severity, SignerRole
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.signature_lines import is_juvenile, line_faults
from services.validation.wording import in_words

_APPLICATION = FormKind.APPLICATION


@rule(
    "V-70",
    Severity.BLOCK,
    ReasonCode.MISSING_SIGNATURE,
    reads=("signatures.application.insured",),
    basis="carriers' guides on managing cases",
)
def insured_has_signed(case: RuleInput) -> Iterator[Fault]:
    """The insured has signed the application, with date, city and state; a juvenile need not (V-72)."""
    if not is_juvenile(case):
        yield from line_faults(case, SignerRole.INSURED, "the insured", ("signed_on", "city", "state"))


@rule(
    "V-71",
    Severity.BLOCK,
    ReasonCode.MISSING_SIGNATURE,
    reads=("signatures.application.owner",),
    basis="carriers' guides on managing cases",
)
def owner_has_signed(case: RuleInput) -> Iterator[Fault]:
    """An owner other than the insured has signed with date; for an entity or trust, the signer's title stands by."""
    if not case.owner_is_insured:
        for_another = case.application.owner.kind in (OwnerKind.ENTITY, OwnerKind.TRUST)
        parts = ("signed_on", "title") if for_another else ("signed_on",)
        yield from line_faults(case, SignerRole.OWNER, "the owner", parts)


@rule(
    "V-74",
    Severity.NIGO,
    ReasonCode.MISSING_SIGNATURE,
    reads=("signatures.application.agent",),
    basis="trade knowledge: the agent signs with or after the applicant",
)
def agent_has_signed(case: RuleInput) -> Iterator[Fault]:
    """The agent has signed with date, not before the applicant."""
    yield from line_faults(case, SignerRole.AGENT, "the agent", ("signed_on",))
    agent, applicant = case.signature(_APPLICATION, SignerRole.AGENT).signed_on, case.signed_on
    if agent and applicant and agent < applicant <= case.latest_day:
        yield Fault(
            "signatures.application.agent.signed_on",
            "the agent's date is earlier than the applicant's. Check both; the one who erred corrects and initials.",
            reason=ReasonCode.NEED_CLARITY,
        )


@rule(
    "V-75",
    Severity.BLOCK,
    ReasonCode.APPLICATION_ISSUE,
    reads=("signatures",),
    basis="a date that has not come cannot be the day of signing",
)
def no_date_lies_in_the_future(case: RuleInput) -> Iterator[Fault]:
    """No signature is dated in the future."""
    for kind, lines in case.application.signatures.items():
        for role, line in lines.items():
            if line.signed_on and line.signed_on > case.latest_day:
                yield Fault(
                    f"signatures.{kind.value}.{role.value}.signed_on",
                    f"{in_words(line.signed_on)} lies in the future. The signer corrects the date and initials it.",
                )


@rule(
    "V-76",
    Severity.NIGO,
    ReasonCode.APPLICATION_ISSUE,
    reads=("signatures.application.insured.signed_on",),
    basis="the carrier's limits; carriers' paperwork tips and underwriting guides",
)
def signature_is_fresh(case: RuleInput) -> Iterator[Fault]:
    """The application arrived within the carrier's days of its signing, and the signature is not void."""
    at, signed = "signatures.application.insured.signed_on", case.signed_on
    if signed is None:
        return
    limits, days = case.limits, (case.received_on - signed).days
    if case.is_void(signed):
        yield Fault(
            at,
            f"the signature is {days} days old and void after {limits.application_valid_days}. "
            "Correct the date if it is a slip; else have the application signed anew.",
        )
    elif days > limits.received_within_days:
        yield Fault(
            at,
            f"the packet arrived {days} days after the signing, and {case.carrier.file.name} takes it within "
            f"{limits.received_within_days}. Have the application signed and dated anew.",
        )


@rule(
    "V-78",
    Severity.WARN,
    ReasonCode.NEED_CLARITY,
    reads=("signatures.application.insured",),
    basis="carriers' guides on managing cases",
)
def signing_fits_edition_and_parties(case: RuleInput) -> Iterator[Fault]:
    """The application was not signed before its edition existed, and in a state that one of the parties has ties to."""
    line = case.signature(_APPLICATION, SignerRole.INSURED)
    at = "signatures.application.insured"
    first_days = [form.accepted_from for found, form in case.forms_on_file if found.kind is _APPLICATION]
    signed = line.signed_on
    if signed and first_days and signed < min(first_days) and not case.is_void(signed):
        yield Fault(f"{at}.signed_on", "this is before the form's edition came into use. Check the date.")
    application = case.application
    ties = {
        application.insured.residence.state,
        application.insured.mailing.state,
        application.owner.address.state,
        application.agent_report.license_state,
    } - {None}
    if line.state and ties and line.state not in ties:
        yield Fault(
            f"{at}.state",
            f"the application was signed in {line.state}, where neither insured, owner nor agent is at home. "
            "Confirm the place.",
        )
