"""Rules on what was shown and quoted to the client: V-19, V-41."""

from collections.abc import Iterator
from decimal import Decimal

from schemas.codes import FormKind, ReasonCode, Severity
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import dollars, listed

_ROUNDING = Decimal("0.02")
_SAME = {
    "illustration.product": ("coverage.product", "product"),
    "illustration.face_amount": ("coverage.face_amount", "amount"),
    "illustration.rate_class": ("coverage.rate_class", "rate class"),
    "illustration.modal_amount": ("premium.modal_amount", "premium"),
}


@rule(
    "V-19",
    Severity.NIGO,
    ReasonCode.APPLICATION_ISSUE,
    reads=("illustration", "forms"),
    basis="new-business submission tips (the full illustration is signed)",
)
def illustration_matches_the_application(case: RuleInput) -> Iterator[Fault]:
    """The illustration is there where the product wants one, and shows what is applied for."""
    kind = FormKind.ILLUSTRATION
    if case.product and case.product.illustration_required and case.completed_form(kind) is None:
        lacks = "the one in the packet is blank" if case.application.form(kind) else "the packet has none"
        yield Fault(
            "forms",
            f"{case.product.name} needs one, and {lacks}. Send "
            f"{case.form_to_send(kind, 'the signed illustration, or the statement that none was shown')}.",
            label="Illustration",
            reason=ReasonCode.MISSING_FORM,
        )
    off = [
        at
        for at, (applied, _) in _SAME.items()
        if case.value(at) is not None and case.value(applied) is not None and case.value(at) != case.value(applied)
    ]
    if off:
        words, differ = listed([_SAME[at][1] for at in off]), "differs" if len(off) == 1 else "differ"
        yield Fault(
            off[0],
            f"the {words} shown {differ} from what is applied for. Correct the one that is wrong, or show and sign the "
            "illustration anew.",
        )


@rule(
    "V-41",
    Severity.WARN,
    ReasonCode.APPLICATION_ISSUE,
    reads=("premium.modal_amount",),
    basis="the carrier's mode factors",
)
def modal_premium_follows_from_the_annual(case: RuleInput) -> Iterator[Fault]:
    """The premium of one payment is the annual premium times the mode's factor, but for rounding."""
    premium, product = case.application.premium, case.product
    shown = case.application.illustration
    annual = shown.annual_amount if shown else None
    if annual is None or premium.modal_amount is None or premium.mode is None or product is None:
        return
    factor = product.modes.get(premium.mode)
    if factor is None:
        return
    expected = (annual * factor).quantize(Decimal("0.01"))
    if abs(premium.modal_amount - expected) > _ROUNDING:
        yield Fault(
            "premium.modal_amount",
            f"paid {premium.mode.value}, the annual premium makes {dollars(expected)} a payment, not "
            f"{dollars(premium.modal_amount)}. Check the quote.",
        )
