"""Rules on replacing a policy, beyond the notice: V-33 to V-36."""

from collections.abc import Iterator

from schemas.codes import FormKind, ReasonCode, Severity, SignatureMark, SignerRole, YesNo
from schemas.state_tables import ReplacementModel
from services.validation.names import is_same
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import listed

_DEFINITION, _EXCHANGE = FormKind.DEFINITION_OF_REPLACEMENT, FormKind.EXCHANGE_1035


@rule(
    "V-33",
    Severity.BLOCK,
    ReasonCode.MISSING_FORM,
    reads=("forms", "signatures.definition_of_replacement", "insured.residence.state", "owner.address.state"),
    basis="11 NYCRR 51.6",
    version=2,
)
def new_york_forms_are_there(case: RuleInput) -> Iterator[Fault]:
    """In New York the Definition of Replacement goes with every application, signed by applicant and agent."""
    state, model = case.issue_state, case.replacement_model
    # A product that is not sold there at all has a graver fault (V-17).
    if state is None or case.product is None or state in case.product.states_excluded:
        return
    if model is None and not case.has_existing:
        yield Fault(
            case.state_at,
            f"our table does not say what {state} asks with an application that replaces nothing. Look up whether the "
            "state wants a form on replacement all the same.",
            severity=Severity.WARN,
            reason=ReasonCode.NEED_CLARITY,
        )
    if model is not ReplacementModel.NEW_YORK:
        return
    if case.application.form(_DEFINITION) is None:
        yield Fault(
            "forms",
            f"in {state} it goes with every application, whatever is replaced. Send "
            f"{case.form_to_send(_DEFINITION, 'the Definition of Replacement')}, signed by applicant and agent.",
            label="Definition of Replacement",
        )
        return
    for role, who in ((case.applicant, "applicant"), (SignerRole.AGENT, "agent")):
        at = f"signatures.{_DEFINITION.value}.{role.value}.mark"
        if case.asks(at) and case.signature(_DEFINITION, role).mark is SignatureMark.EMPTY:
            yield Fault(at, f"the {who} has not signed it. Have it signed.", reason=ReasonCode.MISSING_SIGNATURE)


@rule(
    "V-34",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("forms", "exchange", "existing", "premium.source_of_funds"),
    basis="26 U.S.C. 1035 (the same insured); carriers' exchange guides",
)
def exchange_is_complete(case: RuleInput) -> Iterator[Fault]:
    """A 1035 exchange has its form, the old policy is listed as replaced, and insured and owner are the same."""
    exchanged = "1035" in (case.application.premium.source_of_funds or "")
    form = case.application.form(_EXCHANGE)
    if exchanged and form is None:
        yield Fault(
            "premium.source_of_funds",
            "the money comes from a 1035 exchange, and its form is not in the packet. Send "
            f"{case.form_to_send(_EXCHANGE, 'the exchange form with the absolute assignment')}.",
            reason=ReasonCode.MISSING_FORM,
        )
    if not exchanged and form is None:
        return
    existing = case.application.existing
    if existing.replacing is YesNo.NO and not any(p.to_be_replaced is YesNo.YES for p in existing.policies):
        yield Fault(
            "existing.replacing",
            "an exchange replaces a policy, but the question on replacement says no. Correct the answer, and name the "
            "policy below it.",
        )
    yield from _blanks(case)
    yield from _others(case)


def _blanks(case: RuleInput) -> Iterator[Fault]:
    parts = {"exchange.company": "company", "exchange.policy_number": "policy number"}
    missing = case.blanks(parts)
    if missing:
        yield Fault(
            missing[0], f"the exchange form lacks the old policy's {listed([parts[p] for p in missing])}. Add it."
        )


def _others(case: RuleInput) -> Iterator[Fault]:
    insured = case.application.insured
    name = insured.full_name if insured.first_name and insured.last_name else None
    owner = name if case.owner_is_insured else case.application.owner.name
    for at, known, who in (("exchange.insured_name", name, "insured"), ("exchange.owner_name", owner, "owner")):
        old = case.value(at)
        if isinstance(old, str) and old and known and not is_same(old, known):
            yield Fault(
                at,
                f"the old contract's {who} is not the {who} of this application, which a 1035 exchange does not "
                "allow. Correct the name, or pay in another way.",
                reason=ReasonCode.APPLICATION_ISSUE,
            )


@rule(
    "V-35",
    Severity.BLOCK,
    ReasonCode.APPLICATION_ISSUE,
    reads=("existing", "agent_report.replacing"),
    basis="the carrier's product data",
)
def product_may_replace(case: RuleInput) -> Iterator[Fault]:
    """Nothing is replaced by a product that must not replace other insurance."""
    if case.product and case.product.replacement_forbidden and case.is_replacing:
        yield Fault(
            "existing.replacing",
            f"{case.product.name} is not issued when other insurance is replaced. Apply for another product, or "
            "keep the existing policy.",
        )


@rule(
    "V-36",
    Severity.INFO,
    ReasonCode.OTHER,
    reads=("existing.replacing",),
    basis="state replacement regulations (Wyoming: three working days); a task of the carrier",
)
def existing_insurer_has_to_be_told(case: RuleInput) -> Iterator[Fault]:
    """On a replacement the carrier sends the notice to the existing insurer within the state's days."""
    terms = case.guidelines.insurer_notice if case.guidelines else None
    if terms and case.is_replacing:
        days = terms.days_in.get(case.issue_state or "", terms.days)
        yield Fault(
            "existing.replacing",
            f"{case.carrier.file.name} tells the existing insurer within {days} working days; nothing is asked of you.",
        )
