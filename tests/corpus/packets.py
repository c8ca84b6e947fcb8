"""The corpus of packets: for each rule that packets of the sample carriers can break, breaches and near misses."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pypdf import PdfWriter

from samples.draw_forms import CARRIERS
from schemas.codes import FormKind, SignatureMark
from tests.corpus.beyond_the_packet import ROWS
from tests.corpus.example import SIGNED, TODAY, Example, in_order

_NOTICE, _CONSENT = FormKind.REPLACEMENT_NOTICE, FormKind.HIV_CONSENT
_RECEIPT, _ILLUSTRATION = FormKind.TEMPORARY_INSURANCE, FormKind.ILLUSTRATION
_QUESTIONNAIRE, _EXCHANGE = FormKind.QUESTIONNAIRE, FormKind.EXCHANGE_1035
_TRUST = FormKind.TRUST_CERTIFICATION
_A, _Q = {"carrier": "aldermoor"}, {"carrier": "quillhaven"}
_EMPTY = SignatureMark.EMPTY
_INSURED, _AGENT, _OWNER = (f"signatures.application.{role}" for role in ("insured", "agent", "owner"))
_HIPAA = "signatures.hipaa.insured"
_SIMPLE = {"simplified": True, "bank_draft": True}


def _born(day: date, age: int) -> dict[str, Any]:
    return {"insured.date_of_birth": day, "hipaa.date_of_birth": day, "insured.age_stated": age}


def _ssn(number: str | None) -> dict[str, Any]:
    return {"insured.ssn": number, "hipaa.ssn": number}


def _lives_in(state: str, city: str, zip_code: str) -> dict[str, Any]:
    return {
        "insured.residence.city": city,
        "insured.residence.state": state,
        "insured.residence.zip": zip_code,
        "agent_report.license_state": state,
        f"{_INSURED}.state": state,
    }


def _detail(number: str) -> dict[str, Any]:
    told = {"question": number, "condition": "Told in full", "onset": "03/2019", "treatment": "Ended, well"}
    provider = {"provider": "Dr. Ada Crane, 4 Elm Street, Des Moines"}
    return {f"details.0.{part}": words for part, words in (told | provider).items()}


def _shown(**changes: Any) -> dict[str, Any]:
    shown = {"product": "ALD-LEVEL", "face_amount": Decimal(500_000), "rate_class": "standard"}
    shown |= {"modal_amount": Decimal("61.35"), "annual_amount": Decimal("705.17"), **changes}
    return {f"illustration.{part}": value for part, value in shown.items()}


def _receipt(treated: str | None = "no", amount: str = "61.35") -> dict[str, Any]:
    return {
        "premium.amount_with_application": Decimal(amount),
        "temporary_insurance.insured_name": None,
        "temporary_insurance.amount": Decimal(amount),
        "temporary_insurance.questions.treated": treated,
        "temporary_insurance.questions.advised": "no",
    }


def _old_policy(insured: str | None = None) -> dict[str, Any]:
    there = {"exchange.company": "Foxmoor Life", "exchange.policy_number": "A1234567"}
    return {"premium.source_of_funds": "1035 exchange", **there, "exchange.insured_name": insured}


_TRUST_OWNER: dict[str, Any] = {
    "owner.kind": "trust",
    "owner.name": "The Alder Family Trust",
    "replacement_notice.applicant_name": "The Alder Family Trust",
    f"{_OWNER}.title": "Trustee",
    "trust.name": "The Alder Family Trust",
    "trust.dated": date(2019, 5, 4),
    "trust.trustees": "Casey Alder",
    "trust.tax_id": "800-55-0133",
}
_OTHER = {"circumstances": {"other_owner": True}}
_EXISTING: dict[str, Any] = {"circumstances": {"existing": True}, "extra": (_NOTICE,)}
_REPLACING: dict[str, Any] = {"circumstances": {"replacing": True}, "extra": (_NOTICE,)}
_AZ = _lives_in("AZ", "Phoenix", "85004")
_FL = _lives_in("FL", "Tampa", "33602")


def _dated(day: date) -> dict[str, Any]:
    return {f"{line}.signed_on": day for line in (_INSURED, _AGENT, _HIPAA)}


def _with_pages(*numbers: int) -> Callable[[PdfWriter], None]:
    return lambda writer: in_order(writer, numbers)


def _and_blank(carrier: str, form_id: str) -> Callable[[PdfWriter], None]:
    """The packet with a blank form behind it."""
    return lambda writer: writer.append(CARRIERS / carrier / "forms" / form_id / "blank.pdf")


_ROWS: dict[str, tuple[list[tuple[dict[str, Any], dict[str, Any]]], list[tuple[dict[str, Any], dict[str, Any]]]]] = {
    # By rule: what breaks it, and what comes near; each as changed values and the rest of the example.
    "V-01": (
        [(_ssn(None), _A), (_ssn("000-12-3456"), _Q)],
        [
            (_ssn("899-99-9999"), _A),
            ({**_ssn("912-70-1234"), "insured.us_citizen": "no", "insured.visa_or_green_card": "GC 1"}, _Q),
        ],
    ),
    "V-02": (
        [({**_born(date(2027, 1, 1), 0), "insured.age_stated": None}, _A), ({"insured.age_stated": 45}, _Q)],
        [(_born(date(1985, 12, 1), 41), _A), ({"insured.age_stated": None}, _Q)],
    ),
    "V-03": (
        [({"insured.first_name": None}, _A), ({"owner.name": None}, {**_Q, **_OTHER})],
        [({"insured.middle_name": None}, _A), ({}, {**_Q, **_OTHER})],
    ),
    "V-04": (
        [({"insured.residence.street": "P.O. Box 418"}, _A), ({"insured.residence.zip": None}, _Q)],
        [
            ({"insured.residence.street": "12 Boxwood Lane"}, _A),
            ({"insured.mailing.street": "P.O. Box 4", "insured.mailing.state": "IA"}, _Q),
        ],
    ),
    "V-05": (
        [
            ({"insured.residence.zip": "99501"}, _A),
            ({"insured.mailing.state": "IA", "insured.mailing.zip": "99501"}, _Q),
        ],
        [({"insured.residence.zip": "52801"}, _A), ({"insured.residence.zip": "50309-1234"}, _Q)],
    ),
    "V-06": (
        [({"insured.phone": None, "insured.email": None}, _A), ({"insured.best_time_to_call": None}, _Q)],
        [({"insured.phone": None}, _A), ({"insured.email": None}, _Q)],
    ),
    "V-07": (
        [({"insured.us_citizen": None}, _A), ({"insured.us_citizen": "no"}, _Q)],
        [({"insured.us_citizen": "no", "insured.visa_or_green_card": "GC 1"}, _A), ({}, _Q)],
    ),
    "V-08": (
        [({"insured.weight_pounds": None}, _A), ({"insured.height_feet": 9}, _Q)],
        [
            ({"insured.height_feet": 4, "insured.height_inches": 0, "insured.weight_pounds": 95}, _A),
            ({"insured.height_feet": 7, "insured.height_inches": 6, "insured.weight_pounds": 330}, _Q),
        ],
    ),
    "V-09": (
        [
            ({"insured.tobacco": None}, _A),
            ({"coverage.rate_class": "standard"}, {**_Q, "circumstances": {"tobacco": True}}),
        ],
        [({}, {**_A, "circumstances": {"tobacco": True}}), ({"coverage.rate_class": "preferred"}, _Q)],
    ),
    "V-10": (
        [(_born(date(1950, 8, 1), 75), _A), (_born(date(2006, 9, 1), 19), _Q)],
        [(_born(date(1951, 1, 20), 75), _A), (_born(date(2006, 6, 1), 20), _Q)],
    ),
    "V-11": (
        [(_born(date(1986, 1, 5), 40), _A), (_born(date(1986, 7, 1), 39), _Q)],
        [(_born(date(1986, 1, 20), 40), _A), (_born(date(1986, 7, 17), 39), _Q)],
    ),
    "V-12": (
        [
            ({"coverage.face_amount": Decimal(750_000)}, {**_A, "circumstances": _SIMPLE}),
            ({"coverage.face_amount": Decimal(99_999)}, _Q),
        ],
        [
            ({"coverage.face_amount": Decimal(500_000)}, {**_A, "circumstances": _SIMPLE}),
            ({"coverage.face_amount": Decimal(100_000)}, _Q),
        ],
    ),
    "V-13": (
        [({"insured.annual_income": Decimal(19_999)}, _A), ({"insured.annual_income": Decimal(16_000)}, _Q)],
        [({"insured.annual_income": Decimal(20_000)}, _A), ({"insured.annual_income": Decimal(16_667)}, _Q)],
    ),
    "V-14": (
        [
            ({"existing.pending_elsewhere": "yes", "existing.pending_elsewhere_amount": Decimal(29_500_001)}, _A),
            ({"existing.policies.0.face_amount": Decimal(19_600_000)}, {**_Q, **_EXISTING}),
        ],
        [
            ({"existing.pending_elsewhere": "yes", "existing.pending_elsewhere_amount": Decimal(29_500_000)}, _A),
            ({"existing.policies.0.face_amount": Decimal(19_500_000)}, {**_Q, **_EXISTING}),
        ],
    ),
    "V-15": (
        [
            ({"insured.annual_income": Decimal(30_000), "premium.modal_amount": Decimal(392)}, _A),
            ({"premium.modal_amount": Decimal(2_500)}, _Q),
        ],
        [
            ({"insured.annual_income": Decimal(30_000), "premium.modal_amount": Decimal(391)}, _A),
            ({"insured.annual_income": Decimal(30_001), "premium.modal_amount": Decimal(392)}, _A),
        ],
    ),
    "V-16": (
        [
            ({**_born(date(1965, 3, 10), 61), "coverage.riders": ("waiver_of_premium",)}, _A),
            (
                {
                    **_born(date(1969, 3, 10), 57),
                    "coverage.riders": ("child_term",),
                    "coverage.face_amount": Decimal(150_000),
                },
                {**_Q, "circumstances": _SIMPLE},
            ),
        ],
        [
            ({**_born(date(1966, 3, 10), 60), "coverage.riders": ("waiver_of_premium",)}, _A),
            (
                {
                    **_born(date(1970, 8, 10), 55),
                    "coverage.riders": ("child_term",),
                    "coverage.face_amount": Decimal(150_000),
                },
                {**_Q, "circumstances": _SIMPLE},
            ),
        ],
    ),
    "V-17": (
        [(_lives_in("CA", "Fresno", "93650"), _Q), ({"coverage.term_years": None}, _A)],
        [(_lives_in("MT", "Helena", "59601"), _A), (_lives_in("OR", "Salem", "97301"), _Q)],
    ),
    "V-18": (
        [
            ({"coverage.rate_class": "preferred_plus", "insured.weight_pounds": 200}, _A),
            ({"coverage.rate_class": "preferred_plus", "medical.diabetes": "yes", **_detail("24")}, _Q),
        ],
        [
            ({"coverage.rate_class": "preferred_plus", "insured.weight_pounds": 195}, _A),
            ({"coverage.rate_class": "preferred", "medical.diabetes": "yes", **_detail("24")}, _Q),
        ],
    ),
    "V-19": (
        [
            (_shown(face_amount=Decimal(250_000)), {**_A, "extra": (_ILLUSTRATION,)}),
            (_shown(product="ALD-SWIFT"), {**_A, "extra": (_ILLUSTRATION,)}),
        ],
        [(_shown(), {**_A, "extra": (_ILLUSTRATION,)}), ({}, _A)],
    ),
    "V-20": (
        [({"medical.kidney": None}, _A), ({"lifestyle.felony": None}, _Q)],
        [({}, {**_A, "circumstances": {"with_history": True}}), ({}, _Q)],
    ),
    "V-21": (
        [
            ({"medical.heart": "yes"}, _A),
            ({"details.0.treatment": None}, {**_Q, "circumstances": {"with_history": True}}),
        ],
        [({"medical.heart": "yes", **_detail("8a")}, _A), ({}, {**_Q, "circumstances": {"with_history": True}})],
    ),
    "V-22": (
        [
            ({"lifestyle.aviation": "yes", **_detail("7a")}, _A),
            ({"lifestyle.avocation": "yes", **_detail("7b")}, _A),
            (
                {"lifestyle.aviation": "yes", **_detail("7a")},
                {**_A, "extra": (_QUESTIONNAIRE,)},
            ),
        ],
        [
            (
                {
                    "lifestyle.aviation": "yes",
                    **_detail("7a"),
                    "signatures.questionnaire.insured.mark": SignatureMark.PRESENT,
                    "signatures.questionnaire.insured.printed_name": "Ada Marsh",
                    "signatures.questionnaire.insured.signed_on": SIGNED,
                },
                {**_A, "extra": (_QUESTIONNAIRE,)},
            ),
            ({"lifestyle.driving": "yes", **_detail("7c")}, _A),
        ],
    ),
    "V-23": (
        [({"physician.reason": None}, _A), ({"physician": None, "physician.name": "Dr. Ada Crane"}, _Q)],
        [({"physician": None, "physician.none": True}, _A), ({}, _Q)],
    ),
    "V-24": (
        [({"beneficiaries": None}, _A), ({"beneficiaries.0.relationship": None}, _Q)],
        [({"beneficiaries.0.date_of_birth": None, "beneficiaries.0.ssn": None}, _A), ({}, _Q)],
    ),
    "V-25": (
        [({"beneficiaries.0.share": Decimal(90)}, _A), ({"beneficiaries.3.share": Decimal(50)}, _Q)],
        [
            (
                {
                    "beneficiaries.0.share": Decimal("33.34"),
                    **{f"beneficiaries.{row}.share": Decimal("33.33") for row in (1, 2)},
                    **{f"beneficiaries.{row}.name": f"Robin Alder {row}" for row in (1, 2)},
                    **{f"beneficiaries.{row}.relationship": "Child" for row in (1, 2)},
                },
                _A,
            ),
            ({"beneficiaries.0.share": None}, _Q),
        ],
    ),
    "V-26": (
        [
            ({"beneficiaries.0.relationship": "Friend"}, _A),
            ({"payor.name": "Kim Alder", "payor.relationship": "Neighbor"}, _Q),
        ],
        [({"beneficiaries.0.relationship": "Fiancée"}, _A), ({"beneficiaries.3.relationship": "Friend"}, _Q)],
    ),
    "V-27": (
        [
            ({"beneficiaries.0.date_of_birth": date(2015, 1, 1)}, _A),
            ({"beneficiaries.3.date_of_birth": SIGNED.replace(year=2008) + timedelta(1)}, _Q),
        ],
        [
            ({"beneficiaries.0.date_of_birth": SIGNED.replace(year=2008)}, _A),
            ({"beneficiaries.3.date_of_birth": date(2000, 2, 29)}, _Q),
        ],
    ),
    "V-28": (
        [({"beneficiaries.3": None}, _A), ({"beneficiaries.3": None}, _Q)],
        [({}, _A), ({}, _Q)],
    ),
    "V-29": (
        [
            ({**_TRUST_OWNER, "owner.tax_id": None}, {**_A, **_OTHER, "extra": (_TRUST,)}),
            (_TRUST_OWNER, {**_A, **_OTHER}),
        ],
        [
            (_TRUST_OWNER, {**_A, **_OTHER, "extra": (_TRUST,)}),
            (_TRUST_OWNER, {**_Q, **_OTHER}),
        ],
    ),
    "V-30": (
        [
            ({"agent_report.has_existing": "no"}, {**_A, **_EXISTING}),
            ({"agent_report.replacing": None}, _Q),
        ],
        [({}, {**_A, **_EXISTING}), ({}, {**_Q, **_REPLACING})],
    ),
    "V-31": (
        [
            ({"existing.policies": None}, {**_A, **_EXISTING}),
            ({"existing.policies.0.policy_number": None}, {**_Q, **_EXISTING}),
        ],
        [
            (
                {
                    "existing.policies.2.company": "Old Beacon Assurance",
                    "existing.policies.2.policy_number": "B7654321",
                    "existing.policies.2.face_amount": Decimal(50_000),
                    "existing.policies.2.year_issued": 2011,
                },
                {**_A, **_EXISTING},
            ),
            ({}, {**_Q, **_EXISTING}),
        ],
    ),
    "V-32": (
        [
            ({}, {**_A, "circumstances": {"existing": True}}),
            ({"signatures.replacement_notice.owner.signed_on": SIGNED + timedelta(1)}, {**_Q, **_EXISTING}),
        ],
        [
            (_FL, {**_A, "circumstances": {"existing": True}}),
            ({"signatures.replacement_notice.owner.signed_on": SIGNED - timedelta(1)}, {**_Q, **_EXISTING}),
        ],
    ),
    "V-34": (
        [
            ({"premium.source_of_funds": "1035 exchange"}, {**_A, **_REPLACING}),
            (
                _old_policy("Morgan Sundry"),
                {"circumstances": {"replacing": True}, "extra": (_NOTICE, _EXCHANGE)},
            ),
        ],
        [
            (_old_policy(), {"circumstances": {"replacing": True}, "extra": (_NOTICE, _EXCHANGE)}),
            ({"premium.source_of_funds": "Savings"}, {**_Q, **_REPLACING}),
        ],
    ),
    "V-35": (
        [
            ({}, {**_A, "circumstances": {**_SIMPLE, "replacing": True}, "extra": (_NOTICE,)}),
            (
                {"coverage.face_amount": Decimal(250_000)},
                {**_Q, "circumstances": {**_SIMPLE, "replacing": True}, "extra": (_NOTICE,)},
            ),
        ],
        [
            ({}, {**_A, **_REPLACING}),
            (
                {"coverage.face_amount": Decimal(250_000)},
                {**_Q, "circumstances": {**_SIMPLE, "existing": True}, "extra": (_NOTICE,)},
            ),
        ],
    ),
    "V-36": (
        [({}, {**_A, **_REPLACING}), ({}, {**_Q, **_REPLACING})],
        [({}, {**_A, **_EXISTING}), ({}, {**_Q, **_EXISTING})],
    ),
    "V-40": (
        [({"premium.mode": None}, _A), ({"premium.mode": "quarterly"}, _Q)],
        [({"premium.mode": "quarterly"}, _A), ({"premium.mode": "semiannual"}, _Q)],
    ),
    "V-41": (
        [
            (_shown(annual_amount=Decimal(800)), {**_A, "extra": (_ILLUSTRATION,)}),
            (_shown(annual_amount=Decimal("705.63")), {**_A, "extra": (_ILLUSTRATION,)}),
        ],
        [
            (_shown(annual_amount=Decimal("705.30")), {**_A, "extra": (_ILLUSTRATION,)}),
            (_shown(annual_amount=None), {**_A, "extra": (_ILLUSTRATION,)}),
        ],
    ),
    "V-42": (
        [({"premium.routing_number": "110000001"}, _A), ({"premium.draft_day": 26}, _Q)],
        [({"premium.draft_day": 28}, _A), ({"premium.draft_day": 25}, _Q)],
    ),
    "V-43": (
        [
            ({"premium.amount_with_application": Decimal("61.35")}, _A),
            ({**_receipt(), "coverage.face_amount": Decimal(1_000_001)}, {**_A, "extra": (_RECEIPT,)}),
            (_receipt(treated="yes"), {**_A, "extra": (_RECEIPT,)}),
            (_receipt(treated=None), {**_A, "extra": (_RECEIPT,)}),
        ],
        [
            ({**_receipt(), "coverage.face_amount": Decimal(1_000_000)}, {**_A, "extra": (_RECEIPT,)}),
            ({"premium.amount_with_application": Decimal(0)}, _A),
        ],
    ),
    "V-44": (
        [({"payor.name": "Kim Alder"}, _A), ({"payor.relationship": "Aunt"}, _Q)],
        [({"payor.name": "Kim Alder", "payor.relationship": "Aunt"}, _A), ({}, _Q)],
    ),
    "V-60": (
        [
            ({"lifestyle.military": None}, {**_A, "retired": True}),
            (
                {"lifestyle.military": None},
                {**_A, "retired": True, "today": date(2026, 3, 4)},
            ),
        ],
        [
            (
                {"lifestyle.military": None, "insured.age_stated": 37},
                {**_A, "retired": True, "today": date(2023, 12, 30)},
            ),
            ({}, _A),
        ],
    ),
    "V-61": (
        [
            ({}, {**_A, "lost": ((FormKind.APPLICATION, 2),)}),
            ({}, {**_A, "rearranged": _with_pages(1, 2, 3, 3, 4, 5, 6, 7)}),
            ({}, {**_Q, "rearranged": _with_pages(1, 2, 4, 3, 5, 6, 7, 8)}),
        ],
        [
            ({}, {**_A, "rearranged": _with_pages(7, 1, 2, 3, 4, 5, 6)}),
            ({}, {**_Q, "rearranged": _with_pages(7, 8, 1, 2, 3, 4, 5, 6)}),
        ],
    ),
    "V-62": (
        [
            (_AZ, _A),
            ({**_AZ, "signatures.hiv_consent.insured.mark": _EMPTY}, {**_Q, "extra": (_CONSENT,)}),
        ],
        [
            (_AZ, {**_Q, "extra": (_CONSENT,)}),
            ({**_AZ, "coverage.face_amount": Decimal(90_000)}, {**_A, "circumstances": _SIMPLE}),
        ],
    ),
    "V-63": (
        [({}, {**_A, "without": (FormKind.HIPAA,)}), ({f"{_HIPAA}.mark": _EMPTY}, _Q)],
        [
            ({f"{_HIPAA}.signed_on": TODAY - timedelta(730)}, _A),
            ({f"{_HIPAA}.signed_on": TODAY - timedelta(700)}, _Q),
        ],
    ),
    "V-66": (
        [({"hipaa.ssn": "899-99-9999"}, _A), ({"hipaa.insured_name": "Morgan Sundry"}, _Q)],
        [({"hipaa.date_of_birth": None}, _A), ({"hipaa.ssn": None}, _Q)],
    ),
    "V-70": (
        [({f"{_INSURED}.mark": _EMPTY}, _A), ({f"{_INSURED}.city": None}, _Q)],
        [({}, _A), ({}, {**_Q, **_OTHER})],
    ),
    "V-71": (
        [
            ({f"{_OWNER}.mark": _EMPTY}, {**_A, **_OTHER}),
            ({"owner.kind": "entity", "owner.name": "Brightline Electric Inc."}, {**_Q, **_OTHER}),
        ],
        [
            ({}, {**_A, **_OTHER}),
            (
                {"owner.kind": "entity", "owner.name": "Brightline Electric Inc.", f"{_OWNER}.title": "President"},
                {**_Q, **_OTHER},
            ),
        ],
    ),
    "V-74": (
        [({f"{_AGENT}.mark": _EMPTY}, _A), ({f"{_AGENT}.signed_on": SIGNED - timedelta(1)}, _Q)],
        [({f"{_AGENT}.signed_on": SIGNED + timedelta(2)}, _A), ({}, _Q)],
    ),
    "V-75": (
        [
            ({f"{_INSURED}.signed_on": TODAY + timedelta(1)}, _A),
            ({f"{_HIPAA}.signed_on": TODAY + timedelta(20)}, _Q),
        ],
        [(_dated(TODAY), _A), (_dated(TODAY), _Q)],
    ),
    "V-76": (
        [
            ({}, {**_A, "circumstances": {"signed_days_ago": 31}}),
            ({}, {**_Q, "circumstances": {"signed_days_ago": 46}}),
        ],
        [
            ({}, {**_A, "circumstances": {"signed_days_ago": 30}}),
            ({}, {**_Q, "circumstances": {"signed_days_ago": 45}}),
        ],
    ),
    "V-77": (
        [
            ({**_AZ, "signatures.hiv_consent.insured.signed_on": SIGNED + timedelta(1)}, {**c, "extra": (_CONSENT,)})
            for c in (_A, _Q)
        ],
        [
            ({**_AZ, "signatures.hiv_consent.insured.signed_on": SIGNED - timedelta(1)}, {**_A, "extra": (_CONSENT,)}),
            ({f"{_HIPAA}.signed_on": SIGNED + timedelta(1)}, _Q),
        ],
    ),
    "V-78": (
        [({f"{_INSURED}.state": "UT"}, _A), ({f"{_INSURED}.state": "UT"}, _Q)],
        [
            ({f"{_INSURED}.state": "UT", "agent_report.license_state": "UT"}, _A),
            ({f"{_INSURED}.state": "UT", "insured.mailing.state": "UT"}, _Q),
        ],
    ),
    "V-81": (
        [({"existing.pending_elsewhere": None}, _A), ({"existing.pending_elsewhere": "yes"}, _Q)],
        [
            ({"existing.pending_elsewhere": "yes", "existing.pending_elsewhere_amount": Decimal(250_000)}, _A),
            ({}, _Q),
        ],
    ),
    "V-82": (
        [
            (
                {},
                {**_A, "without": (FormKind.HIPAA,), "rearranged": _and_blank("quillhaven", "qm-4420-2026-02")},
            ),
            ({}, {**_Q, "rearranged": _and_blank("aldermoor", "ald-rn-30-2026-01")}),
        ],
        [({}, {**_A, "rearranged": _and_blank("aldermoor", "ald-rn-30-2026-01")}), ({}, _Q)],
    ),
    "V-83": (
        [
            ({"insured.residence.city": "Kuala Lumpur", "insured.residence.zip": "50450"}, {**_A, "language": "ms"}),
            ({"insured.tobacco": "no"}, {**_A, "language": "ms"}),
        ],
        [({}, {**_A, "language": "fr"}), ({}, {**_A, "language": "sv"})],
    ),
}


def examples() -> Iterator[Example]:
    """All of them, by rule."""
    for rule, (breaches, near) in (_ROWS | ROWS).items():
        for violates, rows in ((True, breaches), (False, near)):
            for changes, rest in rows:
                yield Example(rule, violates, changes, **rest)
