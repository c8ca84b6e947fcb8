"""Rules on beneficiaries, and on a trust as owner: V-24 to V-29."""

from collections.abc import Iterator
from decimal import Decimal

from schemas.ages import age_last
from schemas.codes import BeneficiaryClass, FormKind, OwnerKind, ReasonCode, Severity
from services.validation.rule import Fault, rule
from services.validation.rule_input import RuleInput
from services.validation.wording import listed, per_cent

_WHOLE = Decimal(100)
_TOLERANCE = Decimal("0.01")
_ADULT = 18


def _rows(case: RuleInput, beneficiary_class: BeneficiaryClass) -> list[int]:
    rows = enumerate(case.application.beneficiaries)
    return [row for row, beneficiary in rows if beneficiary.beneficiary_class is beneficiary_class]


@rule(
    "V-24",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("beneficiaries",),
    basis="application-entry guides",
)
def beneficiary_is_named(case: RuleInput) -> Iterator[Fault]:
    """At least one primary beneficiary, and each beneficiary with name and relationship."""
    if not case.asks_within("beneficiaries"):
        return
    if not _rows(case, BeneficiaryClass.PRIMARY):
        yield Fault(
            "beneficiaries",
            "no primary beneficiary is named. Name at least one with relationship and share, "
            "and have the owner initial the addition.",
            label="Beneficiaries",
        )
    for row in range(len(case.application.beneficiaries)):
        missing = case.blanks((f"beneficiaries.{row}.name", f"beneficiaries.{row}.relationship"))
        if missing:
            words = listed([path.rpartition(".")[2] for path in missing])
            yield Fault(missing[0], f"the {words} of this beneficiary {case.how_blank(missing[0])}. Complete it.")


@rule(
    "V-25",
    Severity.NIGO,
    ReasonCode.APPLICATION_ISSUE,
    reads=("beneficiaries",),
    basis="carriers' application guides (whole per cents where the carrier says so)",
)
def shares_make_100(case: RuleInput) -> Iterator[Fault]:
    """The shares of each class of beneficiaries make 100 per cent, each above zero."""
    for beneficiary_class in BeneficiaryClass:
        rows = _rows(case, beneficiary_class)
        if rows and case.asks(f"beneficiaries.{rows[0]}.share"):
            yield from _share_faults(case, beneficiary_class, rows)


def _share_faults(case: RuleInput, beneficiary_class: BeneficiaryClass, rows: list[int]) -> Iterator[Fault]:
    at, label = f"beneficiaries.{rows[0]}.share", "Beneficiaries"
    shares = [case.application.beneficiaries[row].share for row in rows]
    given = [share for share in shares if share is not None]
    unclear = [row for row in rows if case.illegible(f"beneficiaries.{row}.share")]
    if unclear:
        yield Fault(
            f"beneficiaries.{unclear[0]}.share",
            f"a {beneficiary_class.value} share could not be understood. Write it as a number of per cent.",
            label=label,
            reason=ReasonCode.NEED_CLARITY,
        )
    elif len(given) < len(shares):
        # One beneficiary without a share takes the whole: nothing to ask.
        if len(shares) > 1:
            yield Fault(
                f"beneficiaries.{rows[shares.index(None)]}.share",
                f"not every {beneficiary_class.value} beneficiary has a share. Give each one a share of 100 %.",
                label=label,
                reason=ReasonCode.INCOMPLETE_FORM,
            )
    elif abs(sum(given) - _WHOLE) > _TOLERANCE:
        yield Fault(
            at,
            f"the {beneficiary_class.value} shares add up to {per_cent(sum(given, Decimal(0)))}. "
            "Correct them so that they make 100 %, and have the owner initial the change.",
            label=label,
        )
    elif any(share <= 0 for share in given):
        yield Fault(at, f"a {beneficiary_class.value} share is not above zero. Correct it.", label=label)
    elif case.product and case.product.whole_shares and any(share % 1 for share in given):
        yield Fault(
            at,
            f"{case.carrier.file.name} takes whole per cents only. Change the {beneficiary_class.value} shares "
            "so that they are whole and make 100 %, and have the owner initial the change.",
            label=label,
        )


@rule(
    "V-27",
    Severity.WARN,
    ReasonCode.APPLICATION_ISSUE,
    reads=("beneficiaries",),
    basis="trade knowledge: a minor cannot be paid directly",
)
def minor_beneficiary_has_a_custodian(case: RuleInput) -> Iterator[Fault]:
    """A beneficiary who is a minor calls for a custodian, guardian or trust."""
    for row, beneficiary in enumerate(case.application.beneficiaries):
        born = beneficiary.date_of_birth
        if born and born <= case.judged_on and age_last(born, case.judged_on) < _ADULT:
            yield Fault(
                f"beneficiaries.{row}.date_of_birth",
                "this beneficiary is a minor. Consider a custodian, guardian or trust to receive the money.",
            )


@rule(
    "V-28",
    Severity.INFO,
    ReasonCode.OTHER,
    reads=("beneficiaries",),
    basis="application-entry guides",
)
def contingent_beneficiary_is_named(case: RuleInput) -> Iterator[Fault]:
    """A contingent beneficiary is worth asking for."""
    # Without any primary the application has a graver gap in the same place (V-24).
    if _rows(case, BeneficiaryClass.PRIMARY) and not _rows(case, BeneficiaryClass.CONTINGENT):
        yield Fault(
            "beneficiaries",
            "no contingent beneficiary is named. Ask the owner whether that is wanted.",
            label="Beneficiaries",
        )


@rule(
    "V-29",
    Severity.NIGO,
    ReasonCode.INCOMPLETE_FORM,
    reads=("owner", "trust", "forms"),
    basis="carriers' guides on managing cases",
    version=2,
)
def trust_is_described(case: RuleInput) -> Iterator[Fault]:
    """A trust that owns the policy is given with date and tax id, and with its certification where there is a form."""
    if case.owner_is_insured or case.application.owner.kind is not OwnerKind.TRUST:
        return
    parts = {"owner.date_of_birth_or_trust": "date of the trust", "owner.tax_id": "tax id"}
    missing = case.blanks(parts)
    if missing:
        yield Fault(
            missing[0], f"the owner is a trust, but the {listed([parts[p] for p in missing])} is missing. Add it."
        )
    certification = case.held_form(FormKind.TRUST_CERTIFICATION)
    if certification and not case.completed_form(FormKind.TRUST_CERTIFICATION):
        lacks = "came blank" if case.application.form(FormKind.TRUST_CERTIFICATION) else "is not in the packet"
        yield Fault(
            "forms",
            f"the owner is a trust, and its certification {lacks}. Send {certification.title} "
            f"(form {certification.number}), signed by the trustees.",
            label="Trust certification",
            reason=ReasonCode.MISSING_FORM,
        )
    words = {"trust.name": "name", "trust.dated": "date", "trust.trustees": "trustees", "trust.tax_id": "tax id"}
    open_ones = case.blanks(words)
    if open_ones:
        yield Fault(
            open_ones[0], f"the certification lacks the trust's {listed([words[p] for p in open_ones])}. Add it."
        )
