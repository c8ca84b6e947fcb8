"""Builds applications, clean ones and ones with a defect, and a small fictional carrier to judge them by."""

import copy
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from schemas.application import Application, Evidence, FormFound, FormPage
from schemas.carrier import (
    Carrier,
    CarrierFile,
    CarrierForm,
    FaceBand,
    FieldType,
    Form,
    FormField,
    Limits,
    Product,
    Question,
    RequirementRule,
)
from schemas.codes import (
    AgeBasis,
    FormKind,
    Orderer,
    PremiumMode,
    RateClass,
    ReadingMethod,
    RequirementKind,
)
from schemas.state_tables import HivConsentRow, HivConsentRule
from schemas.underwriting import AddedUp, Book, Grid, GridRow, Trigger

SIGNED = date(2026, 3, 2)
RECEIVED = date(2026, 3, 4)
DOCUMENT = "ab" * 32

_INSURED = (
    "first_name middle_name last_name date_of_birth age_stated birthplace sex ssn us_citizen visa_or_green_card "
    "residence.street residence.city residence.state residence.zip mailing.street mailing.state mailing.zip "
    "phone email best_time_to_call annual_income height_feet height_inches weight_pounds tobacco tobacco_type "
    "tobacco_last_used"
)
_BENEFICIARY = "name relationship date_of_birth share"
_APPLICATION_PAGES: tuple[tuple[tuple[str, str], ...], ...] = (
    (("insured", _INSURED),),
    (
        ("owner", "same_as_insured kind name tax_id date_of_birth_or_trust relationship address.state address.zip"),
        ("payor", "name relationship"),
        *((f"beneficiaries.{row}", _BENEFICIARY) for row in range(5)),
    ),
    (
        ("coverage", "product term_years face_amount rate_class"),
        ("premium", "mode method modal_amount draft_day bank_name routing_number account_number"),
        ("existing", "has_existing replacing pending_elsewhere pending_elsewhere_amount"),
        *(
            (f"existing.policies.{row}", "company policy_number face_amount year_issued to_be_replaced")
            for row in range(3)
        ),
    ),
    (
        ("lifestyle", "aviation travel"),
        ("medical", "heart lungs medication"),
        *((f"details.{row}", "question condition onset treatment provider") for row in range(4)),
        ("physician", "none name address last_seen reason"),
    ),
    (
        ("agent_report", "agent_name agent_code license_state has_existing replacing"),
        ("signatures.application.insured", "mark printed_name signed_on city state"),
        ("signatures.application.owner", "mark printed_name signed_on title"),
        ("signatures.application.guardian", "mark signed_on"),
        ("signatures.application.agent", "mark signed_on"),
    ),
)
_HIPAA_PAGES = (
    (("hipaa", "insured_name date_of_birth ssn"),),
    (
        ("signatures.hipaa.insured", "mark printed_name signed_on"),
        ("signatures.hipaa.guardian", "mark signed_on"),
    ),
)
_NOTICE_PAGES = (
    (
        ("replacement_notice", "applicant_name company policy_number"),
        ("signatures.replacement_notice.owner", "mark printed_name signed_on"),
        ("signatures.replacement_notice.agent", "mark signed_on"),
    ),
)


def _paths(page: tuple[tuple[str, str], ...]) -> list[str]:
    return [f"{section}.{name}" for section, names in page for name in names.split()]


def _form(
    kind: FormKind,
    pages: tuple[tuple[tuple[str, str], ...], ...],
    edition: str = "2026-01",
    accepted_to: date | None = None,
    states: tuple[str, ...] = (),
) -> CarrierForm:
    number = f"BW-{kind.value[:3].upper()}"
    paths = [path for page in pages for path in _paths(page)]
    is_application = kind is FormKind.APPLICATION
    form = Form(
        id=f"{kind.value}-{edition}",
        kind=kind,
        number=number,
        edition=edition,
        printed=f"{number} ({edition})",
        title=kind.value.replace("_", " ").capitalize(),
        accepted_from=date(int(edition[:4]), 1, 1),
        accepted_to=accepted_to,
        states=states,
        page_count=len(pages),
        medical={
            "heart": Question(number="7a", topic="heart"),
            "lungs": Question(number="7b", topic="lungs"),
            "medication": Question(number="8", topic="medication", detail_needed=False),
        }
        if is_application
        else {},
        lifestyle={
            "aviation": Question(number="6a", topic="aviation"),
            "travel": Question(number="6b", topic="travel"),
        }
        if is_application
        else {},
        implied={f"beneficiaries.{row}.beneficiary_class": "primary" if row < 3 else "contingent" for row in range(5)}
        if is_application
        else {},
        fields={path: FormField(means=path, type=FieldType.TEXT, label=f"Label of {path}") for path in paths},
    )
    return CarrierForm(carrier="brackwater", form=form, blank=Path("blank.pdf"))


TERM = Product(
    code="bw-term",
    name="Brackwater Term",
    terms=(10, 20),
    age_basis=AgeBasis.NEAREST,
    face_bands=(
        FaceBand(age_from=18, age_to=60, face_min=Decimal(100_000), face_max=Decimal(2_000_000)),
        FaceBand(age_from=61, age_to=70, face_min=Decimal(100_000), face_max=Decimal(500_000)),
    ),
    modes={PremiumMode.ANNUAL: Decimal(1), PremiumMode.MONTHLY: Decimal("0.087")},
    rate_classes=tuple(RateClass),
    states_excluded=("NY",),
)
WHOLE_SHARES_TERM = TERM.model_copy(
    update={"code": "bw-whole", "name": "Brackwater Whole", "age_basis": AgeBasis.LAST, "whole_shares": True}
)


def _row(ages: tuple[int, int], faces: tuple[int, int], kinds: str, **dates: date) -> GridRow:
    return GridRow(
        effective_from=dates.get("effective_from", date(2025, 1, 1)),
        effective_to=dates.get("effective_to"),
        age_from=ages[0],
        age_to=ages[1],
        face_from=Decimal(faces[0]),
        face_to=Decimal(faces[1]),
        requirements=tuple(RequirementKind(kind) for kind in kinds.split()),
        source="fictional sample grid 2026",
        verified_by="the tests",
        file="grid.csv",
    )


GRID = (
    _row((18, 70), (0, 99_999), ""),
    _row((18, 50), (100_000, 500_000), "mvr credit", effective_to=date(2025, 12, 31)),
    _row((18, 50), (100_000, 500_000), "paramed blood_urine mvr", effective_from=date(2026, 1, 1)),
    _row((18, 50), (500_001, 2_000_000), "paramed blood_urine mvr aps"),
    _row((51, 70), (100_000, 500_000), "paramed blood_urine ekg inspection agent_certification"),
)


_NO_CONSENT = tuple(
    HivConsentRow(
        state=state, effective_from=date(2000, 1, 1), source="sample", edition="2026", rule=HivConsentRule.NOT_REQUIRED
    )
    for state in ("CO", "NJ", "NY", "OH", "UT", "WA")
)


def book(*triggers: Trigger, rows: tuple[GridRow, ...] = GRID, adds_up: AddedUp | None = None) -> Book:
    """What the small carrier requires: one grid for all its products, and these triggers."""
    return Book((Grid("grid", "grid.csv", (), AgeBasis.LAST, adds_up, rows),), triggers)


def trigger(id: str, what: str, kinds: str, **conditions: Any) -> Trigger:
    return Trigger.model_validate(
        {
            "id": id,
            "what": what,
            "requirements": kinds.split(),
            "effective_from": date(2025, 1, 1),
            "source": "fictional sample guide 2026",
            "verified_by": "the tests",
            "file": "triggers.csv",
            **conditions,
        }
    )


def brackwater(**changes: Any) -> Carrier:
    """A small fictional carrier; ``changes`` are fields of its ``CarrierFile``, or its ``book``."""
    bga = {"orderer": Orderer.BGA, "vendor": "examhouse", "shelf_life_days": 180}
    rules = {kind: RequirementRule(name=kind.value.upper(), **bga) for kind in RequirementKind}
    rules[RequirementKind.INSPECTION] = RequirementRule(
        name="Inspection report", orderer=Orderer.CARRIER, shelf_life_days=365
    )
    rules[RequirementKind.AGENT_CERTIFICATION] = RequirementRule(
        name="Agent certification", orderer=Orderer.AGENT, shelf_life_days=365
    )
    file = CarrierFile(
        id="brackwater",
        name="Brackwater Life",
        grid_age_basis=AgeBasis.LAST,
        naic_model_states=("OH", "NJ"),
        products=(TERM, WHOLE_SHARES_TERM),
        limits=(
            Limits(
                effective_from=date(2020, 1, 1),
                received_within_days=30,
                application_valid_days=180,
                hipaa_valid_days=365,
            ),
        ),
        requirements=rules,
    )
    forms = (
        _form(FormKind.APPLICATION, _APPLICATION_PAGES, "2019-01", accepted_to=date(2025, 12, 31)),
        _form(FormKind.APPLICATION, _APPLICATION_PAGES),
        _form(FormKind.HIPAA, _HIPAA_PAGES),
        _form(FormKind.REPLACEMENT_NOTICE, _NOTICE_PAGES, states=changes.pop("notice_states", ())),
    )
    hiv_consent = tuple(changes.pop("hiv_consent", _NO_CONSENT))
    requires = changes.pop("book", None) or book()
    return Carrier(file=file.model_copy(update=changes), forms=forms, book=requires, hiv_consent=hiv_consent)


def _clean() -> dict[str, Any]:
    signed = {"mark": "present", "signed_on": SIGNED}
    return {
        "carrier": "brackwater",
        "insured": {
            "first_name": "Jordan",
            "middle_name": "Quill",
            "last_name": "Pell-Hart",
            "date_of_birth": date(1984, 5, 20),
            "age_stated": 41,
            "birthplace": "Ohio",
            "sex": "female",
            "ssn": "812-34-5678",
            "us_citizen": "yes",
            "residence": {"street": "12 Boxwood Lane", "city": "Denver", "state": "CO", "zip": "80203"},
            "phone": "(303) 555-0142",
            "email": "jordan@example.com",
            "best_time_to_call": "evenings",
            "annual_income": 90000,
            "height_feet": 5,
            "height_inches": 7,
            "weight_pounds": 150,
            "tobacco": "no",
        },
        "owner": {"same_as_insured": "yes"},
        "payor": {},
        "beneficiaries": [
            {"beneficiary_class": "primary", "name": "Sam Pell", "relationship": "spouse", "share": "60"},
            {"beneficiary_class": "primary", "name": "Ann Pell", "relationship": "sister", "share": "40"},
            {"beneficiary_class": "contingent", "name": "Lee Hart", "relationship": "brother", "share": "100"},
        ],
        "coverage": {"product": "bw-term", "term_years": 20, "face_amount": 500000, "rate_class": "standard"},
        "premium": {
            "mode": "monthly",
            "method": "eft",
            "modal_amount": "61.20",
            "draft_day": 15,
            "bank_name": "Creekside Bank",
            "routing_number": "123456780",
            "account_number": "000987654321",
        },
        "existing": {"has_existing": "no", "replacing": "no", "policies": [], "pending_elsewhere": "no"},
        "lifestyle": {"aviation": "no", "travel": "no"},
        "medical": {"heart": "no", "lungs": "yes", "medication": "no"},
        "details": [
            {
                "question": "7b",
                "condition": "Asthmatique-X",
                "onset": "2011",
                "treatment": "inhaler, well",
                "provider": "Dr. Oake, 4 Elm St, Denver",
            }
        ],
        "physician": {
            "name": "Dr. Oake",
            "address": "4 Elm St, Denver CO",
            "last_seen": "11/2025",
            "reason": "check-up",
        },
        "agent_report": {
            "agent_name": "Robin Vale",
            "agent_code": "A-100",
            "license_state": "CO",
            "has_existing": "no",
            "replacing": "no",
        },
        "hipaa": {
            "insured_name": "Jordan Pell-Hart",
            "date_of_birth": date(1984, 5, 20),
            "ssn": "812-34-5678",
        },
        "replacement_notice": {},
        "signatures": {
            "application": {
                "insured": {**signed, "printed_name": "Jordan Q. Pell-Hart", "city": "Denver", "state": "CO"},
                "agent": dict(signed),
            },
            "hipaa": {"insured": dict(signed)},
        },
    }


REPLACING: dict[str, Any] = {
    "existing.has_existing": "yes",
    "existing.replacing": "yes",
    "existing.policies": [
        {
            "company": "Oldhaven Life",
            "policy_number": "OH-1",
            "face_amount": 100000,
            "year_issued": 2009,
            "to_be_replaced": "yes",
        }
    ],
    "agent_report.has_existing": "yes",
    "agent_report.replacing": "yes",
}
NOTICE: dict[str, Any] = {
    "replacement_notice.applicant_name": "Jordan Pell-Hart",
    "replacement_notice.company": "Oldhaven Life",
    "replacement_notice.policy_number": "OH-1",
    "signatures.replacement_notice": {
        "owner": {"mark": "present", "signed_on": SIGNED},
        "agent": {"mark": "present", "signed_on": SIGNED},
    },
}
OWNED_BY_SPOUSE: dict[str, Any] = {
    "owner": {
        "same_as_insured": "no",
        "kind": "person",
        "name": "Sam Pell",
        "relationship": "spouse",
        "tax_id": "812-34-5679",
        "date_of_birth_or_trust": date(1980, 1, 9),
        "address": {"state": "CO", "zip": "80203"},
    },
    "signatures.application.owner": {"mark": "present", "signed_on": SIGNED},
}


def clean_application(
    changes: Mapping[str, Any] | None = None,
    *,
    forms: tuple[str, ...] = ("application-2026-01", "hipaa-2026-01"),
    without_pages: Mapping[str, tuple[int, ...]] | None = None,
    written: Mapping[str, str] | None = None,
    unsure: tuple[str, ...] = (),
    form_carriers: Mapping[str, str] | None = None,
) -> Application:
    """An application in good order, with ``changes`` (path to value) made to it.

    ``written``: what stands illegibly in a field without a value; ``unsure``: paths read by OCR without certainty;
    ``without_pages``: pages of forms that the packet lacks, with everything on them; ``form_carriers``: forms that
    are another carrier's.
    """
    values = _clean()
    for path, value in (changes or {}).items():
        _put(values, path, copy.deepcopy(value))
    found, evidence, page = [], {}, 0
    for form_id in forms:
        kind = FormKind(form_id.rpartition("-2")[0])
        pages = {
            FormKind.APPLICATION: _APPLICATION_PAGES,
            FormKind.HIPAA: _HIPAA_PAGES,
            FormKind.REPLACEMENT_NOTICE: _NOTICE_PAGES,
        }[kind]
        present = []
        for form_page, sections in enumerate(pages, start=1):
            if form_page in (without_pages or {}).get(form_id, ()):
                for path in _paths(sections):
                    _put(values, path, None)
                continue
            page += 1
            present.append(FormPage(document_id=DOCUMENT, page=page, form_page=form_page))
            for path in _paths(sections):
                evidence[path] = _evidence(path, page, form_id, path in unsure)
        found.append(
            FormFound(
                form_id=form_id,
                carrier=(form_carriers or {}).get(form_id, "brackwater"),
                kind=kind,
                number=f"BW-{kind.value[:3].upper()}",
                edition=form_id[-7:],
                page_count=len(pages),
                pages=tuple(present),
            )
        )
    application = Application.model_validate({**_without_empty_rows(values), "forms": found})
    for path, proof in list(evidence.items()):
        value, has_row = _value(application, path)
        if has_row:
            raw = (written or {}).get(path, "" if value is None else str(value))
            evidence[path] = proof.model_copy(update={"raw": raw})
        else:
            del evidence[path]
    return application.model_copy(update={"evidence": evidence})


def _evidence(path: str, page: int, form_id: str, unsure: bool) -> Evidence:
    return Evidence(
        document_id=DOCUMENT,
        page=page,
        box=(10.0, 20.0, 110.0, 35.0),
        form_id=form_id,
        field=path,
        label=f"Label of {path}",
        raw="",
        method=ReadingMethod.OCR if unsure else ReadingMethod.ACROFORM,
        confidence=0.6 if unsure else 1.0,
    )


def _put(values: dict[str, Any], path: str, value: object) -> None:
    *steps, last = path.split(".")
    place: Any = values
    for step in steps:
        if isinstance(place, list):
            if int(step) >= len(place):
                return
            place = place[int(step)]
        else:
            place = place.setdefault(step, {})
    if value is None and last in ("mark", "none"):
        place.pop(last, None)
    else:
        place[last] = value


def _without_empty_rows(values: dict[str, Any]) -> dict[str, Any]:
    def filled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if any(value for key, value in row.items() if key != "beneficiary_class")]

    existing = {**values["existing"], "policies": filled(values["existing"]["policies"])}
    return {
        **values,
        "beneficiaries": filled(values["beneficiaries"]),
        "details": filled(values["details"]),
        "existing": existing,
    }


def _value(application: Application, path: str) -> tuple[object, bool]:
    """The value at a path, and whether the row it is in exists."""
    found: object = application
    for step in path.split("."):
        if isinstance(found, tuple):
            if int(step) >= len(found):
                return None, False
            found = found[int(step)]
        elif isinstance(found, dict):
            found = found.get(step)
        else:
            found = getattr(found, step, None)
    return found, True
