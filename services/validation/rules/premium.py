"""Rules on the premium and who pays it: V-40, V-42, V-44."""

from collections.abc import Iterator

from schemas.codes import PremiumMethod, ReasonCode, Severity
from services.validation.numbers import can_be_routing_number
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import listed


@rule(
    "V-40",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("premium.mode", "premium.method"),
    basis="application-entry guides; the carrier's product data",
)
def premium_mode_and_method_are_chosen(case: RuleInput) -> Iterator[Fault]:
    """Premium mode and method are chosen, and the product offers the mode."""
    for at, words in (("premium.mode", "how often"), ("premium.method", "how")):
        if case.blank(at):
            what = "is marked more than once" if case.illegible(at) else "is not marked"
            yield Fault(at, f"it {what} {words} the premium is paid. Mark one.")
    mode = case.application.premium.mode
    if mode and case.product and mode not in case.product.modes:
        offered = listed([offered.value for offered in case.product.modes], "or")
        yield Fault(
            "premium.mode",
            f"{case.product.name} is not paid {mode.value}, only {offered}. Choose one of these.",
            reason=ReasonCode.APPLICATION_ISSUE,
        )


@rule(
    "V-42",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("premium.bank_name", "premium.routing_number", "premium.account_number", "premium.draft_day"),
    basis="carriers' guides on managing cases; the ABA's check sum",
)
def bank_draft_can_be_made(case: RuleInput) -> Iterator[Fault]:
    """For a bank draft: routing number with the right check sum, account number, bank, and a day to draft on."""
    premium = case.application.premium
    if premium.method is not PremiumMethod.EFT:
        return
    parts = {
        "premium.bank_name": "bank",
        "premium.routing_number": "routing number",
        "premium.account_number": "account number",
        "premium.draft_day": "draft day",
    }
    missing = case.blanks(parts)
    if missing:
        words = listed([parts[path] for path in missing])
        yield Fault(missing[0], f"the bank draft lacks a readable {words}. Complete the bank data.")
    if premium.routing_number and not can_be_routing_number(premium.routing_number):
        yield Fault(
            "premium.routing_number",
            "the check sum of the routing number is wrong. Copy the nine digits anew from a check.",
            reason=ReasonCode.NEED_CLARITY,
        )
    last = case.limits.draft_day_max
    if premium.draft_day is not None and not 1 <= premium.draft_day <= last:
        yield Fault(
            "premium.draft_day",
            f"the draft day has to be from 1 to {last}. Choose another day.",
            reason=ReasonCode.APPLICATION_ISSUE,
        )


@rule(
    "V-44",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("payor.name", "payor.relationship"),
    basis="carriers' product guides on third-party payors",
)
def payor_is_known(case: RuleInput) -> Iterator[Fault]:
    """A payor other than the owner is given with name and relationship."""
    payor = case.application.payor
    if payor.name and case.blank("payor.relationship"):
        yield Fault("payor.relationship", "the payor's relationship to the insured is missing. Add it.")
    if payor.relationship and case.blank("payor.name"):
        yield Fault("payor.name", "the payor is not named. Write the full name.")
