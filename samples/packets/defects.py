"""What can be wrong with a packet: each defect changes a clean one and says which rule has to find it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from samples.packets.case_values import Circumstances, Values
from schemas.codes import FormKind, PremiumMode, RateClass, SignatureMark, YesNo


@dataclass
class Draft:
    """A packet in the making: its values, and the forms and pages that go in."""

    values: Values
    today: date
    kinds: list[FormKind]
    retired_edition: bool = False
    lost_pages: set[tuple[FormKind, int]] = field(default_factory=set)
    """Pages left out, from 1."""

    def erase(self, *paths: str) -> None:
        """Blanks every value at or under these paths."""
        for path in list(self.values):
            if any(path == gone or path.startswith(f"{gone}.") for gone in paths):
                del self.values[path]


@dataclass(frozen=True)
class Defect:
    """One fault, seeded."""

    name: str
    rule: str
    spoil: Callable[[Draft], None]
    needs: Callable[[Circumstances], Circumstances] = lambda usual: usual
    """Circumstances in which the fault can occur."""
    carriers: tuple[str, ...] = ("aldermoor", "quillhaven")


DEFECTS: dict[str, Defect] = {}


def _defect(
    name: str,
    rule: str,
    carriers: tuple[str, ...] = ("aldermoor", "quillhaven"),
    **needs: bool | int,
) -> Callable[[Callable[[Draft], None]], Callable[[Draft], None]]:
    def keep(spoil: Callable[[Draft], None]) -> Callable[[Draft], None]:
        def needed(usual: Circumstances) -> Circumstances:
            return replace(usual, **needs)  # type: ignore[arg-type]

        DEFECTS[name] = Defect(name, rule, spoil, needed, carriers)
        return spoil

    return keep


@_defect("missing-signature", "V-70")
def _missing_signature(draft: Draft) -> None:
    draft.values["signatures.application.insured.mark"] = SignatureMark.EMPTY


@_defect("missing-owner-signature", "V-71", other_owner=True)
def _missing_owner_signature(draft: Draft) -> None:
    draft.values["signatures.application.owner.mark"] = SignatureMark.EMPTY


@_defect("missing-agent-signature", "V-74")
def _missing_agent_signature(draft: Draft) -> None:
    draft.values["signatures.application.agent.mark"] = SignatureMark.EMPTY


@_defect("hipaa-unsigned", "V-63")
def _hipaa_unsigned(draft: Draft) -> None:
    draft.values["signatures.hipaa.insured.mark"] = SignatureMark.EMPTY


@_defect("hipaa-missing", "V-63")
def _hipaa_missing(draft: Draft) -> None:
    draft.kinds.remove(FormKind.HIPAA)


@_defect("missing-beneficiary", "V-24")
def _missing_beneficiary(draft: Draft) -> None:
    draft.erase("beneficiaries")


@_defect("shares-not-100", "V-25")
def _shares_not_100(draft: Draft) -> None:
    share = draft.values["beneficiaries.0.share"]
    draft.values["beneficiaries.0.share"] = Decimal(str(share)) - 10


@_defect("yes-without-details", "V-21")
def _yes_without_details(draft: Draft) -> None:
    draft.values["medical.heart"] = YesNo.YES


@_defect("unanswered-question", "V-20")
def _unanswered_question(draft: Draft) -> None:
    draft.erase("medical.kidney")


@_defect("wrong-edition", "V-60", carriers=("aldermoor",))
def _wrong_edition(draft: Draft) -> None:
    draft.retired_edition = True
    draft.erase("lifestyle.military")


@_defect("replacement-without-notice", "V-32", replacing=True, simplified=False)
def _replacement_without_notice(draft: Draft) -> None:
    draft.kinds.remove(FormKind.REPLACEMENT_NOTICE)


@_defect("agent-disagrees-on-replacement", "V-30", existing=True, replacing=True, simplified=False)
def _agent_disagrees(draft: Draft) -> None:
    draft.values["agent_report.replacing"] = YesNo.NO


@_defect("existing-policy-not-listed", "V-31", existing=True)
def _existing_policy_not_listed(draft: Draft) -> None:
    draft.erase("existing.policies")


@_defect("missing-page", "V-61")
def _missing_page(draft: Draft) -> None:
    draft.lost_pages.add((FormKind.APPLICATION, 2))


@_defect("missing-ssn", "V-01")
def _missing_ssn(draft: Draft) -> None:
    draft.erase("insured.ssn")


@_defect("age-does-not-follow", "V-02")
def _age_does_not_follow(draft: Draft) -> None:
    draft.values["insured.age_stated"] = int(str(draft.values["insured.age_stated"])) + 4


@_defect("post-office-box", "V-04")
def _post_office_box(draft: Draft) -> None:
    draft.values["insured.residence.street"] = "P.O. Box 418"


@_defect("zip-of-another-state", "V-05")
def _zip_of_another_state(draft: Draft) -> None:
    # 99501 is Anchorage; no sample insured lives in Alaska.
    draft.values["insured.residence.zip"] = "99501"


@_defect("missing-weight", "V-08")
def _missing_weight(draft: Draft) -> None:
    draft.erase("insured.weight_pounds")


@_defect("tobacco-class-disagrees", "V-09", tobacco=True)
def _tobacco_class_disagrees(draft: Draft) -> None:
    draft.values["coverage.rate_class"] = RateClass.STANDARD


@_defect("face-amount-too-high", "V-12", simplified=True, replacing=False)
def _face_amount_too_high(draft: Draft) -> None:
    draft.values["coverage.face_amount"] = Decimal(750_000)


@_defect("physician-incomplete", "V-23")
def _physician_incomplete(draft: Draft) -> None:
    draft.erase("physician")
    draft.values["physician.name"] = "Dr. Ada Crane"


@_defect("premium-mode-not-offered", "V-40", simplified=True, replacing=False, bank_draft=False)
def _premium_mode_not_offered(draft: Draft) -> None:
    draft.values["premium.mode"] = PremiumMode.SEMIANNUAL


@_defect("bank-number-wrong", "V-42", bank_draft=True)
def _bank_number_wrong(draft: Draft) -> None:
    draft.values["premium.routing_number"] = "110000001"


@_defect("ssn-differs-between-forms", "V-66")
def _ssn_differs(draft: Draft) -> None:
    ssn = str(draft.values["hipaa.ssn"])
    draft.values["hipaa.ssn"] = ssn[:-1] + str((int(ssn[-1]) + 5) % 10 or 1)


@_defect("agent-signed-before-applicant", "V-74")
def _agent_signed_before_applicant(draft: Draft) -> None:
    signed = draft.values["signatures.application.agent.signed_on"]
    if isinstance(signed, date):
        draft.values["signatures.application.agent.signed_on"] = signed - timedelta(days=6)


@_defect("signed-in-the-future", "V-75")
def _signed_in_the_future(draft: Draft) -> None:
    later = draft.today + timedelta(days=20)
    draft.values["signatures.application.insured.signed_on"] = later


@_defect("signed-too-long-ago", "V-76", signed_days_ago=75)
def _signed_too_long_ago(_draft: Draft) -> None:
    """The circumstances say it all."""
