"""The application as read from a packet: every value typed, and for every value where it came from.

A value that is absent or could not be understood is ``None``; what was really written there stays in
``Application.evidence`` under the value's path (``insured.date_of_birth``, ``beneficiaries.0.share``,
``medical.heart``, ``signatures.application.insured.mark``), so nothing is invented and nothing is hidden.
What identifies somebody in a harmful way, speaks of health or opens an account is ``Sealed`` (:mod:`schemas.private`).
"""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Annotated

from pydantic import BeforeValidator, Field

from schemas.base import Contract, Sha256, StoredObject, UtcDatetime
from schemas.codes import (
    BeneficiaryClass,
    Doubt,
    FormKind,
    OwnerKind,
    PageFault,
    PremiumMethod,
    PremiumMode,
    RateClass,
    ReadingMethod,
    SealState,
    Sex,
    SignatureKind,
    SignatureMark,
    SignerRole,
    YesNo,
)
from schemas.private import Sealed

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in PDF points, origin at the lower left of the upright template page."""


AsText = Annotated[str, BeforeValidator(str)]
"""A cleaned value of any type in its standard writing: dates as ``2026-03-01``, amounts as ``250000.00``."""


class Evidence(Contract):
    """Where a value came from and how sure the reader is."""

    document_id: Sha256
    page: int = Field(ge=1)
    """Page of the uploaded document, from 1."""
    box: Box | None = None
    form_id: str
    field: str
    """The form's own name of the field."""
    label: str
    """What is printed beside the field, for people."""
    raw: str
    """What was read, before cleaning."""
    method: ReadingMethod
    confidence: float = Field(ge=0, le=1)
    doubts: tuple[Doubt, ...] = Field(default=(), exclude_if=lambda held: not held)
    """What a person should look at here, whatever the confidence."""
    crop: StoredObject | None = None
    """A picture of this place on the page, for a person to judge by; kept where the value is doubtful,
    handwritten or a signature's."""


class Address(Contract):
    street: str | None = None
    city: str | None = None
    state: str | None = None
    """Two letters (USPS)."""
    zip: str | None = None
    """Five digits, or nine with a hyphen."""


class Person(Contract):
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    date_of_birth: Sealed[date | None] = None
    age_stated: Sealed[int | None] = None
    birthplace: Sealed[str | None] = None
    sex: Sex | None = None
    ssn: Sealed[str | None] = None
    """As written, hyphens kept; whether it can be one is a rule's business."""
    us_citizen: YesNo | None = None
    visa_or_green_card: Sealed[str | None] = None
    residence: Sealed[Address] = Address()
    mailing: Sealed[Address] = Address()
    years_at_address: int | None = None
    phone: Sealed[str | None] = None
    email: Sealed[str | None] = None
    best_time_to_call: str | None = None
    drivers_license_number: Sealed[str | None] = None
    drivers_license_state: str | None = None
    occupation: str | None = None
    employer: str | None = None
    annual_income: Sealed[Decimal | None] = None
    net_worth: Sealed[Decimal | None] = None
    height_feet: Sealed[int | None] = None
    height_inches: Sealed[int | None] = None
    weight_pounds: Sealed[int | None] = None
    tobacco: Sealed[YesNo | None] = None
    tobacco_type: Sealed[str | None] = None
    tobacco_last_used: Sealed[str | None] = None

    @property
    def full_name(self) -> str | None:
        """First, middle and last name as one line; ``None`` when none of them was read."""
        parts = [part for part in (self.first_name, self.middle_name, self.last_name) if part]
        return " ".join(parts) or None

    @property
    def height_total_inches(self) -> int | None:
        """Height in inches; inches alone do not make a height."""
        return None if self.height_feet is None else self.height_feet * 12 + (self.height_inches or 0)


class Owner(Contract):
    same_as_insured: YesNo | None = None
    kind: OwnerKind | None = None
    name: str | None = None
    tax_id: Sealed[str | None] = None
    date_of_birth_or_trust: Sealed[date | None] = None
    relationship: str | None = None
    address: Sealed[Address] = Address()


class Payor(Contract):
    """Who pays, when it is not the owner."""

    name: str | None = None
    relationship: str | None = None


class Beneficiary(Contract):
    beneficiary_class: BeneficiaryClass
    name: str | None = None
    relationship: str | None = None
    date_of_birth: Sealed[date | None] = None
    ssn: Sealed[str | None] = None
    share: Decimal | None = None
    """Per cent of its class."""


class Coverage(Contract):
    product: str | None = None
    """The carrier's product code, as in its ``carrier.yaml``."""
    term_years: int | None = None
    face_amount: Decimal | None = None
    """US dollars."""
    rate_class: RateClass | None = None
    riders: tuple[str, ...] = ()
    policy_date_request: str | None = None


class Premium(Contract):
    mode: PremiumMode | None = None
    method: PremiumMethod | None = None
    modal_amount: Decimal | None = None
    amount_with_application: Decimal | None = None
    draft_day: int | None = None
    bank_name: Sealed[str | None] = None
    routing_number: Sealed[str | None] = None
    account_number: Sealed[str | None] = None
    source_of_funds: Sealed[str | None] = None


class ExistingPolicy(Contract):
    company: str | None = None
    policy_number: Sealed[str | None] = None
    face_amount: Decimal | None = None
    year_issued: int | None = None
    to_be_replaced: YesNo | None = None


class ExistingInsurance(Contract):
    has_existing: YesNo | None = None
    replacing: YesNo | None = None
    policies: tuple[ExistingPolicy, ...] = ()
    pending_elsewhere: YesNo | None = None
    pending_elsewhere_amount: Decimal | None = None


class AnswerDetail(Contract):
    """One row of the details to the 'yes' answers."""

    question: str | None = None
    """The number printed beside the question, e.g. ``7b``."""
    condition: str | None = None
    onset: str | None = None
    treatment: str | None = None
    provider: str | None = None


class Physician(Contract):
    none: bool = False
    """The form says in so many words that there is no physician."""
    name: str | None = None
    address: str | None = None
    phone: str | None = None
    last_seen: str | None = None
    reason: str | None = None


class AgentReport(Contract):
    agent_name: str | None = None
    agent_code: str | None = None
    npn: str | None = None
    license_number: str | None = None
    license_state: str | None = None
    known_since: str | None = None
    id_seen: YesNo | None = None
    has_existing: YesNo | None = None
    replacing: YesNo | None = None
    split_percent: Decimal | None = None
    remarks: Sealed[str | None] = None


class Seal(Contract):
    """A digital signature as it was checked, without asking anybody outside."""

    state: SealState
    signer: str | None = None
    """The name in the certificate, which nobody here vouches for."""
    claimed_at: UtcDatetime | None = None
    """By the clock of the signer's computer."""


class Signature(Contract):
    """One signature line: the mark itself and what stands beside it."""

    mark: SignatureMark = SignatureMark.EMPTY
    kind: SignatureKind | None = None
    """By what means, where something is there."""
    seal: Seal | None = None
    """Of a digital signature, or of the whole document around an electronic one."""
    printed_name: str | None = None
    title: str | None = None
    signed_on: date | None = None
    city: str | None = None
    state: str | None = None


class HipaaAuthorization(Contract):
    """What the authorisation itself names."""

    insured_name: str | None = None
    date_of_birth: Sealed[date | None] = None
    ssn: Sealed[str | None] = None


class ReplacementNotice(Contract):
    applicant_name: str | None = None
    company: str | None = None
    policy_number: Sealed[str | None] = None


class HivConsent(Contract):
    insured_name: str | None = None


class TemporaryInsurance(Contract):
    """The receipt for money taken with the application."""

    insured_name: str | None = None
    amount: Decimal | None = None
    questions: Sealed[dict[str, YesNo | None]] = {}
    """The receipt's own health questions, by the form's question id; any yes and there is no insurance."""


class Illustration(Contract):
    """What was shown to the client: the policy that the application has to apply for."""

    product: str | None = None
    face_amount: Decimal | None = None
    rate_class: RateClass | None = None
    annual_amount: Decimal | None = None
    modal_amount: Decimal | None = None


class Exchange(Contract):
    """The old contract in a 1035 exchange."""

    company: str | None = None
    policy_number: Sealed[str | None] = None
    insured_name: str | None = None
    owner_name: str | None = None


class TrustCertification(Contract):
    name: str | None = None
    dated: date | None = None
    trustees: str | None = None
    tax_id: Sealed[str | None] = None


class Juvenile(Contract):
    """What is asked about the family of an insured who is a child."""

    parents_cover: Decimal | None = None
    """Life insurance on the parent or guardian, in force and applied for, in US dollars."""
    siblings_alike: YesNo | None = None


class FormPage(Contract):
    document_id: Sha256
    page: int = Field(ge=1)
    """Page of the uploaded document."""
    form_page: int = Field(ge=1)
    """Which page of the form it is."""


class FormFound(Contract):
    """One form found in the packet, by number and edition."""

    form_id: str
    carrier: str
    kind: FormKind
    number: str
    edition: str
    """Year and month, e.g. ``2026-03``."""
    page_count: int
    """Pages the form has when whole."""
    pages: tuple[FormPage, ...]

    @property
    def missing_pages(self) -> tuple[int, ...]:
        """Pages of the form that the packet lacks, from 1."""
        found = {page.form_page for page in self.pages}
        return tuple(number for number in range(1, self.page_count + 1) if number not in found)

    @property
    def doubled_pages(self) -> tuple[int, ...]:
        """Pages of the form that one and the same document holds more than once, from 1."""
        places = [(page.document_id, page.form_page) for page in self.pages]
        return tuple(sorted({number for place in places if places.count(place) > 1 for number in place[1:]}))

    @property
    def is_in_order(self) -> bool:
        """Within each document the form's pages stand in their order."""
        held = [(page.document_id, page.page, page.form_page) for page in self.pages]
        by_place = sorted(held)
        return all(one[0] != other[0] or one[2] <= other[2] for one, other in pairwise(by_place))


class UnknownPage(Contract):
    """A page that belongs to no form on file, or that could not be read: then it may be of any form."""

    document_id: Sha256
    page: int = Field(ge=1)
    fault: PageFault | None = None
    """Why it could not be read; absent for a page that was."""


class Application(Contract):
    carrier: str
    insured: Person = Person()
    owner: Owner = Owner()
    payor: Payor = Payor()
    beneficiaries: tuple[Beneficiary, ...] = ()
    coverage: Coverage = Coverage()
    premium: Premium = Premium()
    existing: ExistingInsurance = ExistingInsurance()
    lifestyle: Sealed[dict[str, YesNo | None]] = {}
    """Lifestyle questions that the form asks, by the form's question id; ``None`` = not answered."""
    medical: Sealed[dict[str, YesNo | None]] = {}
    """Medical questions that the form asks, by the form's question id; ``None`` = not answered."""
    details: Sealed[tuple[AnswerDetail, ...]] = ()
    medications: Sealed[str | None] = None
    physician: Sealed[Physician] = Physician()
    agent_report: AgentReport = AgentReport()
    hipaa: HipaaAuthorization = HipaaAuthorization()
    replacement_notice: ReplacementNotice = ReplacementNotice()
    hiv_consent: HivConsent | None = None
    temporary_insurance: TemporaryInsurance | None = None
    illustration: Illustration | None = None
    exchange: Exchange | None = None
    trust: TrustCertification | None = None
    juvenile: Juvenile | None = None
    signatures: dict[FormKind, dict[SignerRole, Signature]] = {}
    extra: Sealed[dict[str, AsText]] = Field(default={}, exclude_if=lambda held: not held)
    """What a form asks beyond all this, by the form's own name for it; kept, and judged by no rule."""
    forms: tuple[FormFound, ...] = ()
    unknown_pages: tuple[UnknownPage, ...] = ()
    evidence: Sealed[dict[str, Evidence]] = {}

    def form(self, kind: FormKind) -> FormFound | None:
        """The first form of a kind in the packet."""
        return next((form for form in self.forms if form.kind == kind), None)

    def signature(self, kind: FormKind, role: SignerRole) -> Signature:
        """A signature line; an empty one where the form has no such line or is not there."""
        return self.signatures.get(kind, {}).get(role, Signature())
