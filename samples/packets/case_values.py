"""What stands on a clean application: every value by its path, for a fictional insured in given circumstances."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from samples.people import FictionalPerson, draw_birthday, draw_person, draw_street
from schemas.carrier import Carrier, Form, Product
from schemas.codes import FormKind, OwnerKind, PremiumMethod, PremiumMode, RateClass, Sex, SignatureMark, YesNo
from schemas.producers import Producer

Value = str | int | bool | date | Decimal | tuple[str, ...]
Values = dict[str, Value]
"""By path as the form's rows are counted (``beneficiaries.3`` is the form's fourth row, whatever is above it)."""

ROUTING_NUMBER = "110000000"
"""Check sum right, used for tests by payment processors; no bank's."""


@dataclass(frozen=True)
class Circumstances:
    """What kind of case it is; each leaves its traces all over the packet."""

    other_owner: bool = False
    existing: bool = False
    replacing: bool = False
    bank_draft: bool = True
    tobacco: bool = False
    simplified: bool = False
    """The carrier's second product."""
    with_history: bool = False
    """One 'yes' among the medical questions, with its details."""
    signed_days_ago: int = 3


@dataclass(frozen=True)
class Setting:
    """Everything a case is drawn from."""

    carrier: Carrier
    application: Form
    producer: Producer
    today: date
    circumstances: Circumstances
    random: Random

    @property
    def signed_on(self) -> date:
        return self.today - timedelta(days=self.circumstances.signed_days_ago)

    @property
    def product(self) -> Product:
        return self.carrier.file.products[1 if self.circumstances.simplified else 0]


def clean_values(setting: Setting) -> Values:
    """A case in good order."""
    youngest, oldest = (25, 48) if setting.circumstances.simplified else (25, 58)
    born = draw_birthday(setting.random, setting.today, youngest, oldest)
    insured = draw_person(setting.random, born)
    values: Values = {}
    values |= _insured(setting, insured)
    values |= _owner(setting, insured)
    values |= _beneficiaries(setting, insured)
    values |= _coverage(setting, insured)
    values |= _premium(setting)
    values |= _existing(setting, insured)
    values |= _questions(setting)
    values |= _physician(setting, insured)
    values |= _agent_report(setting, insured)
    values |= {
        "hipaa.insured_name": insured.full_name,
        "hiv_consent.insured_name": insured.full_name,
        "hipaa.date_of_birth": insured.born,
        "hipaa.ssn": insured.ssn,
    }
    values |= _signatures(setting, insured, str(values.get("owner.name", insured.full_name)))
    return values


def age_on(born: date, day: date) -> int:
    """Age at the last birthday."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _yes_no(answer: bool) -> YesNo:
    return YesNo.YES if answer else YesNo.NO


def _insured(setting: Setting, insured: FictionalPerson) -> Values:
    random, circumstances = setting.random, setting.circumstances
    height = random.randrange(60, 76)
    values: Values = {
        "insured.first_name": insured.first_name,
        "insured.middle_name": insured.middle_name,
        "insured.last_name": insured.last_name,
        "insured.date_of_birth": insured.born,
        "insured.age_stated": age_on(insured.born, setting.signed_on),
        "insured.birthplace": random.choice(
            ("Iowa", "Ohio", "Texas", "Maine", "Georgia", "Oregon", "Canada", "France")
        ),
        "insured.sex": insured.sex,
        "insured.ssn": insured.ssn,
        "insured.us_citizen": YesNo.YES,
        "insured.residence.street": insured.street,
        "insured.residence.city": insured.place.city,
        "insured.residence.state": insured.place.state,
        "insured.residence.zip": insured.place.zip,
        "insured.years_at_address": random.randrange(1, 20),
        "insured.phone": insured.phone,
        "insured.email": insured.email,
        "insured.best_time_to_call": random.choice(("Evenings", "Mornings", "Weekdays after 5 pm", "Any time")),
        "insured.drivers_license_number": f"{insured.place.state}{random.randrange(10**6, 10**7)}",
        "insured.drivers_license_state": insured.place.state,
        "insured.occupation": insured.occupation,
        "insured.employer": insured.employer,
        "insured.annual_income": Decimal(insured.income),
        "insured.net_worth": Decimal(insured.income * random.randrange(2, 8)),
        "insured.height_feet": height // 12,
        "insured.height_inches": height % 12,
        "insured.weight_pounds": round(height * height * random.uniform(0.031, 0.039)),
        "insured.tobacco": _yes_no(circumstances.tobacco),
    }
    if circumstances.tobacco:
        values["insured.tobacco_type"] = random.choice(("Cigarettes", "Nicotine pouches", "Cigars"))
        values["insured.tobacco_last_used"] = _month_before(setting.signed_on, random.randrange(1, 9))
    if random.random() < 0.3:
        values |= {
            "insured.mailing.street": f"P.O. Box {random.randrange(100, 9999)}",
            "insured.mailing.city": insured.place.city,
            "insured.mailing.state": insured.place.state,
            "insured.mailing.zip": insured.place.zip,
        }
    return values


def _owner(setting: Setting, insured: FictionalPerson) -> Values:
    if not setting.circumstances.other_owner:
        return {"owner.same_as_insured": YesNo.YES}
    born = draw_birthday(setting.random, setting.today, 24, 65)
    owner = draw_person(setting.random, born, insured.last_name, insured.place)
    return {
        "owner.same_as_insured": YesNo.NO,
        "owner.kind": OwnerKind.PERSON,
        "owner.name": owner.full_name,
        "owner.tax_id": owner.ssn,
        "owner.date_of_birth_or_trust": owner.born,
        "owner.relationship": "Spouse",
        "owner.address.street": insured.street,
        "owner.address.city": insured.place.city,
        "owner.address.state": insured.place.state,
        "owner.address.zip": insured.place.zip,
    }


def _beneficiaries(setting: Setting, insured: FictionalPerson) -> Values:
    values: Values = {}
    shares = setting.random.choice(((100,), (50, 50), (60, 40), (34, 33, 33)))
    # Contingents have the form's fourth and fifth row: primaries never need more than three.
    rows = [*enumerate(shares), *enumerate(setting.random.choice(((100,), (50, 50))), start=3)]
    for place, share in rows:
        born = draw_birthday(setting.random, setting.today, 21, 70)
        person = draw_person(setting.random, born, insured.last_name if place < 3 else None)
        path = f"beneficiaries.{place}"
        values |= {
            f"{path}.name": person.full_name,
            f"{path}.relationship": _relationship(place, person),
            f"{path}.date_of_birth": person.born,
            f"{path}.ssn": person.ssn,
            f"{path}.share": Decimal(share),
        }
    return values


def _relationship(place: int, person: FictionalPerson) -> str:
    if place == 0:
        return "Spouse"
    near, far = ("Sister", "Aunt") if person.sex is Sex.FEMALE else ("Brother", "Uncle")
    return near if place < 3 else far


def _coverage(setting: Setting, insured: FictionalPerson) -> Values:
    product, random = setting.product, setting.random
    smoking = {RateClass.PREFERRED_TOBACCO, RateClass.STANDARD_TOBACCO}
    classes = [c for c in product.rate_classes if (c in smoking) is setting.circumstances.tobacco]
    band = product.face_bands[0]
    highest = min(int(band.face_max), 1_500_000, insured.income * 12)
    values: Values = {
        "coverage.product": product.code,
        "coverage.term_years": random.choice(product.terms),
        "coverage.face_amount": Decimal(random.randrange(int(band.face_min), highest + 1, 25_000)),
        "coverage.rate_class": random.choice(classes),
    }
    riders = _offered(setting.application, "coverage.riders")
    chosen = tuple(rider for rider in riders if random.random() < 0.35)
    return values | ({"coverage.riders": chosen} if chosen else {})


def _offered(form: Form, path: str) -> Iterable[str]:
    """What the form's boxes for a path can say."""
    return [field.value for field in form.fields.values() if field.means == path and field.value]


def _premium(setting: Setting) -> Values:
    random, draft = setting.random, setting.circumstances.bank_draft
    mode = PremiumMode.MONTHLY if draft else PremiumMode.ANNUAL
    annual = Decimal(random.randrange(24_000, 300_000)) / 100
    values: Values = {
        "premium.mode": mode,
        "premium.method": PremiumMethod.EFT if draft else PremiumMethod.DIRECT,
        "premium.modal_amount": (annual * setting.product.modes[mode]).quantize(Decimal("0.01")),
        "premium.source_of_funds": random.choice(("Salary", "Earnings", "Savings")),
    }
    if draft:
        values |= {
            "premium.draft_day": random.randrange(1, 25),
            "premium.bank_name": random.choice(("First Sample Bank", "Lantern Credit Union", "Bank of Example")),
            "premium.routing_number": ROUTING_NUMBER,
            "premium.account_number": str(random.randrange(10**8, 10**10)),
        }
    return values


def _existing(setting: Setting, insured: FictionalPerson) -> Values:
    random, circumstances = setting.random, setting.circumstances
    replacing = circumstances.replacing
    existing = circumstances.existing or replacing
    values: Values = {
        "existing.has_existing": _yes_no(existing),
        "existing.replacing": _yes_no(replacing),
        "existing.pending_elsewhere": YesNo.NO,
        "agent_report.has_existing": _yes_no(existing),
        "agent_report.replacing": _yes_no(replacing),
    }
    if existing:
        company = random.choice(("Foxmoor Life", "Old Beacon Assurance", "Tamarack Mutual"))
        number = f"{random.choice('ABFK')}{random.randrange(10**6, 10**7)}"
        values |= {
            "existing.policies.0.company": company,
            "existing.policies.0.policy_number": number,
            "existing.policies.0.face_amount": Decimal(random.randrange(50_000, 300_000, 25_000)),
            "existing.policies.0.year_issued": setting.signed_on.year - random.randrange(2, 15),
            "existing.policies.0.to_be_replaced": _yes_no(replacing),
            "replacement_notice.applicant_name": insured.full_name,
            "replacement_notice.company": company,
            "replacement_notice.policy_number": number,
        }
    return values


def _questions(setting: Setting) -> Values:
    form, random = setting.application, setting.random
    values: Values = {f"lifestyle.{question}": YesNo.NO for question in form.lifestyle}
    values |= {f"medical.{question}": YesNo.NO for question in form.medical}
    if setting.circumstances.with_history:
        condition, onset, treatment = random.choice(HISTORIES)
        values |= {
            "medical.lungs": YesNo.YES,
            "details.0.question": form.medical["lungs"].number,
            "details.0.condition": condition,
            "details.0.onset": f"{onset:02}/{setting.signed_on.year - random.randrange(3, 9)}",
            "details.0.treatment": treatment,
            "details.0.provider": f"Dr. Ada Crane, {draw_street(random)}, Des Moines, IA 50309",
            "medical.medication": YesNo.YES,
            "medications": "Budesonide inhaler, 180 mcg, twice a day",
        }
    return values


HISTORIES = (
    ("Mild asthma", 4, "Inhaler, well controlled"),
    ("Seasonal asthma", 9, "Inhaler in spring, no attacks"),
    ("Sleep apnea, mild", 2, "CPAP every night, good result"),
)


def _physician(setting: Setting, insured: FictionalPerson) -> Values:
    random = setting.random
    if random.random() < 0.15:
        return {"physician.none": True}
    place = insured.place
    return {
        "physician.name": f"Dr. {random.choice(('Ada Crane', 'Luis Paredes', 'Miriam Stone', 'Henrik Dahl'))}",
        "physician.address": f"{draw_street(random)}, {place.city}, {place.state} {place.zip}",
        "physician.phone": f"({place.area_code}) 555-01{random.randrange(100):02}",
        "physician.last_seen": _month_before(setting.signed_on, random.randrange(1, 20)),
        "physician.reason": random.choice(("Annual physical, normal", "Check-up, no findings", "Flu shot")),
    }


def _agent_report(setting: Setting, insured: FictionalPerson) -> Values:
    producer = setting.producer
    return {
        "agent_report.agent_name": producer.name,
        "agent_report.agent_code": producer.code,
        "agent_report.npn": producer.npn,
        "agent_report.license_number": f"L{producer.npn[-6:]}",
        "agent_report.license_state": insured.place.state,
        "agent_report.known_since": str(setting.signed_on.year - setting.random.randrange(1, 12)),
        "agent_report.id_seen": YesNo.YES,
        "agent_report.split_percent": Decimal(100),
    }


def _signatures(setting: Setting, insured: FictionalPerson, applicant: str) -> Values:
    signers = [
        (FormKind.APPLICATION, "insured", insured.full_name),
        (FormKind.APPLICATION, "agent", setting.producer.name),
        (FormKind.HIPAA, "insured", insured.full_name),
        (FormKind.HIV_CONSENT, "insured", insured.full_name),
        (FormKind.REPLACEMENT_NOTICE, "owner", applicant),
        (FormKind.REPLACEMENT_NOTICE, "agent", setting.producer.name),
    ]
    if setting.circumstances.other_owner:
        signers.append((FormKind.APPLICATION, "owner", applicant))
    values: Values = {"replacement_notice.applicant_name": applicant}
    for kind, role, name in signers:
        path = f"signatures.{kind}.{role}"
        values |= {
            f"{path}.mark": SignatureMark.PRESENT,
            f"{path}.printed_name": name,
            f"{path}.signed_on": setting.signed_on,
            f"{path}.city": insured.place.city,
            f"{path}.state": insured.place.state,
        }
    return values


def _month_before(day: date, months: int) -> str:
    month = day.year * 12 + day.month - 1 - months
    return f"{month % 12 + 1:02}/{month // 12}"
