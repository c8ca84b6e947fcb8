"""A carrier is data: the models of the files in ``carriers/<id>/`` and the loader that reads them.

``carrier.yaml`` holds the carrier, its products and limits; ``underwriting.yaml``, ``grid.csv`` and ``triggers.csv``
what it requires before it decides (:mod:`schemas.underwriting`);
``appointment_clocks.csv`` until when a producer has to be appointed, by state;
``forms/<form id>/form.yaml`` with ``blank.pdf`` beside it one form edition each.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from schemas.application import Box
from schemas.base import Contract
from schemas.codes import AgeBasis, AppointmentClockKind, FormKind, Orderer, PremiumMode, RateClass, RequirementKind
from schemas.guidelines import Guidelines
from schemas.state_tables import HivConsentRow, ReplacementModel, replacement_model, rows_of
from schemas.underwriting import Book, UnderwritingError, load_book


class CarrierDataError(Exception):
    """A file of a carrier's folder cannot be used; the message names the file and the fault."""


class CarrierData(Contract):
    """Files written by people: a word nobody knows is a mistake to report, not to ignore."""

    model_config = ConfigDict(extra="forbid")


class FieldType(StrEnum):
    TEXT = "text"
    NAME = "name"
    DATE = "date"
    INTEGER = "integer"
    MONEY = "money"
    PERCENT = "percent"
    SSN = "ssn"
    STATE = "state"
    ZIP = "zip"
    PHONE = "phone"
    EMAIL = "email"
    CHECKBOX = "checkbox"
    """One box; ``value`` says what a mark in it means for the path."""
    SIGNATURE = "signature"


class FormField(CarrierData):
    """What one field of the form means."""

    means: str
    """Path in the application, e.g. ``insured.date_of_birth``; ``extra.<name>`` for what no application holds."""
    type: FieldType
    label: str
    """What is printed beside it, for people."""
    value: str | None = None
    """Checkboxes only: the value that a mark in this box gives, e.g. ``yes`` or ``monthly``. Boxes that share
    a path exclude one another, save where the path holds a list (``coverage.riders``): there each adds its own."""
    page: int | None = Field(default=None, ge=1)
    """Only where the blank has no such fillable field: the page that the zone is on..."""
    box: Box | None = None
    """...and its place there: left, bottom, right, top in points from the lower left corner."""

    @model_validator(mode="after")
    def _is_placed_whole(self) -> Self:
        if (self.page is None) != (self.box is None):
            raise ValueError(f"{self.label!r}: give both page and box, or neither where the blank has the field")
        return self


class Question(CarrierData):
    """A yes/no question of the form."""

    number: str
    """As printed, e.g. ``7b``."""
    topic: str
    """A few words for people, without any answer: ``heart or circulation``."""
    detail_needed: bool = True
    """A 'yes' needs a row in the details."""


class Dated(StrEnum):
    """When a form may be signed, beside the application."""

    ANY = "any"
    BY_APPLICATION = "by_application"
    """On the day of the application or before it."""


class Form(CarrierData):
    """One edition of one form."""

    id: str
    kind: FormKind
    number: str
    """The form number as printed."""
    edition: str = Field(pattern=r"^\d{4}-\d{2}$")
    printed: str
    """The line printed on each page that names form and edition, without the page number."""
    title: str
    language: str = "en"
    accepted_from: date
    accepted_to: date | None = None
    """Last signed date on which the carrier still takes this edition."""
    states: tuple[str, ...] = ()
    """States it may be used in; empty = all."""
    page_count: int
    dated: Dated = Dated.ANY
    due_when_yes: tuple[str, ...] = ()
    """Questionnaires only: the questions of the application (``lifestyle.aviation``) that call for it."""
    medical: dict[str, Question] = {}
    lifestyle: dict[str, Question] = {}
    implied: dict[str, str] = {}
    """What the layout itself says without any field, by path: ``beneficiaries.3.beneficiary_class: contingent``
    for the fourth beneficiary row of the form."""
    confirm: tuple[str, ...] = ()
    """Fields whose meaning was drafted by ``goodorder forms learn`` and not yet confirmed by a person."""
    fields: dict[str, FormField]
    """By the AcroForm field's full name in ``blank.pdf``; a radio button by ``name=ExportValue``, and its
    ``value`` says what that button means. Signature lines are signature fields (``/Sig``)."""


class FaceBand(CarrierData):
    """Face amount limits for an age band (ages on the product's basis)."""

    age_from: int
    age_to: int
    face_min: Decimal
    face_max: Decimal


class RiderRule(CarrierData):
    """Who may have a rider (ages on the product's basis)."""

    age_from: int
    age_to: int
    states_excluded: tuple[str, ...] = ()
    rate_classes_excluded: tuple[RateClass, ...] = ()


class Product(CarrierData):
    code: str
    name: str
    terms: tuple[int, ...]
    age_basis: AgeBasis
    face_bands: tuple[FaceBand, ...]
    modes: dict[PremiumMode, Decimal]
    """Modes offered, with the factor of the annual premium."""
    rate_classes: tuple[RateClass, ...]
    states_excluded: tuple[str, ...] = ()
    whole_shares: bool = False
    """Beneficiary shares must be whole per cents."""
    riders: dict[str, RiderRule] | None = None
    """Riders offered, by the code on the form; absent = not on file, so not judged."""
    replacement_forbidden: bool = False
    illustration_required: bool = False

    @property
    def issue_ages(self) -> tuple[int, int]:
        """Lowest and highest issue age over all bands."""
        return min(b.age_from for b in self.face_bands), max(b.age_to for b in self.face_bands)

    def face_amounts(self, age: int | None = None) -> tuple[Decimal, Decimal] | None:
        """Lowest and highest face amount at an age, or at any where none is given; None if not issued at that age."""
        bands = [b for b in self.face_bands if age is None or b.age_from <= age <= b.age_to]
        return (min(b.face_min for b in bands), max(b.face_max for b in bands)) if bands else None


class Limits(CarrierData):
    """Dated limits; the row whose dates hold the signed date applies."""

    effective_from: date
    effective_to: date | None = None
    received_within_days: int
    """Days from the signing to receipt (V-76)."""
    application_valid_days: int
    """Days after which a signature is void (V-76)."""
    hipaa_valid_days: int
    draft_day_max: int = 28


class RequirementRule(CarrierData):
    """How the carrier wants one kind of requirement ordered."""

    name: str
    orderer: Orderer
    vendor: str | None = None
    shelf_life_days: int
    shelf_life_days_from_age: dict[int, int] = {}
    """By the age from which another shelf life holds, e.g. ``71: 180``."""
    other_carriers_days: int | None = None
    """Results made for another carrier are taken when they are at most so old; absent = refused."""

    def shelf_life(self, age: int) -> timedelta:
        """How long a result is good, for an insured of this age."""
        reached = [from_age for from_age in self.shelf_life_days_from_age if age >= from_age]
        return timedelta(days=self.shelf_life_days_from_age[max(reached)] if reached else self.shelf_life_days)


class TrainingRule(CarrierData):
    """A course that a producer needs to sell for the carrier (V-53)."""

    course: str
    """Code, as in the producers' training records."""
    name: str
    products: tuple[str, ...] = ()
    """Product codes it is needed for; empty = all."""
    states: tuple[str, ...] = ()
    """States it is needed in; empty = all."""
    effective_from: date
    effective_to: date | None = None

    def asks(self, product: str | None, state: str, day: date) -> bool:
        """The course is needed to sell this product in this state on this day."""
        return (
            (not self.products or product in self.products)
            and (not self.states or state in self.states)
            and self.effective_from <= day <= (self.effective_to or date.max)
        )


class AppointmentClock(CarrierData):
    """How the carrier reads the appointment rules of some states (V-52)."""

    states: tuple[str, ...]
    clock: AppointmentClockKind
    days: int = Field(ge=0)
    """After the day it is counted from; 0 for a pre-appointment state."""
    effective_from: date
    effective_to: date | None
    source: str
    edition: str

    def holds(self, state: str, day: date) -> bool:
        return state in self.states and self.effective_from <= day <= (self.effective_to or date.max)


def _is_a_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone; write it like America/Chicago") from error
    return name


class CarrierFile(CarrierData):
    """``carrier.yaml``."""

    id: str
    name: str
    auto_submit: bool = True
    """A case in good order goes to the carrier without a person's word."""
    grid_age_basis: AgeBasis
    time_zone: Annotated[str, AfterValidator(_is_a_zone)] = "UTC"
    """Where the carrier's days begin and end (IANA name): the day of a receipt, and what is left of a deadline."""
    naic_model_states: tuple[str, ...] | None = None
    """The carrier's own list of the states where the replacement notice is due for any existing cover (V-32); absent =
    as ``schemas/data/replacement.csv`` has them, by date."""
    products: tuple[Product, ...]
    limits: tuple[Limits, ...]
    guidelines: tuple[Guidelines, ...] = ()
    requirements: dict[RequirementKind, RequirementRule]
    training: tuple[TrainingRule, ...] = ()


@dataclass(frozen=True)
class CarrierForm:
    """A form with the place of its blank."""

    carrier: str
    form: Form
    blank: Path


@dataclass(frozen=True)
class Carrier:
    """Everything on file for one carrier."""

    file: CarrierFile
    forms: tuple[CarrierForm, ...]
    book: Book
    """What it requires before it decides."""
    appointment_clocks: tuple[AppointmentClock, ...] = ()
    hiv_consent: tuple[HivConsentRow, ...] = ()

    @property
    def id(self) -> str:
        return self.file.id

    def product(self, code: str | None) -> Product | None:
        return next((product for product in self.file.products if product.code == code), None)

    def form(self, form_id: str) -> Form | None:
        return next((held.form for held in self.forms if held.form.id == form_id), None)

    def limits_on(self, day: date) -> Limits | None:
        """The limits in force on a day; ``None`` when none were."""
        rows = (row for row in self.file.limits if row.effective_from <= day <= (row.effective_to or date.max))
        return next(rows, None)

    def replacement_model(self, state: str, day: date) -> ReplacementModel | None:
        """The replacement rules of a state on a day, as the carrier reads them; ``None`` when no table says."""
        own, by_law = self.file.naic_model_states, replacement_model(state, day)
        if own is None or by_law is ReplacementModel.NEW_YORK:
            return by_law
        return ReplacementModel.NAIC if state in own else by_law and ReplacementModel.OWN

    def appointment_clock(self, state: str, day: date) -> AppointmentClock | None:
        """How the carrier reads a state for applications signed on a day; ``None`` when its table does not say."""
        return next((row for row in self.appointment_clocks if row.holds(state, day)), None)

    def guidelines_on(self, day: date) -> Guidelines | None:
        """The guidelines in force on a day; ``None`` when none were."""
        rows = (row for row in self.file.guidelines if row.effective_from <= day <= (row.effective_to or date.max))
        return next(rows, None)


T = TypeVar("T")

Carriers = dict[str, Carrier]


def load_carriers(folder: Path) -> Carriers:
    """Every carrier folder below ``folder``, by id. Raises :class:`CarrierDataError`."""
    carriers = {path.name: _load_carrier(path) for path in carrier_folders(folder)}
    if not carriers:
        raise CarrierDataError(f"{folder}: no carrier found; each carrier is a folder with a carrier.yaml")
    return carriers


def carrier_folders(folder: Path) -> list[Path]:
    """The folders that hold a ``carrier.yaml``, in order of name; a folder's name is the carrier's id."""
    return sorted(path.parent for path in folder.glob("*/carrier.yaml"))


def _load_carrier(folder: Path) -> Carrier:
    file = _read_yaml(folder / "carrier.yaml", TypeAdapter(CarrierFile))
    if file.id != folder.name:
        raise CarrierDataError(f"{folder}/carrier.yaml: id is {file.id!r}, the folder's name is {folder.name!r}")
    forms = tuple(_load_form(file.id, path) for path in sorted(folder.glob("forms/*/form.yaml")))
    clocks = folder / "appointment_clocks.csv"
    return Carrier(
        file=file,
        forms=forms,
        book=_load_book(folder, file),
        appointment_clocks=_load_clocks(clocks) if clocks.exists() else (),
        hiv_consent=tuple(_load_hiv_consent(folder / "hiv_consent.csv")),
    )


def _load_hiv_consent(path: Path) -> Iterator[HivConsentRow]:
    """A carrier without the table leaves every state unknown."""
    for number, row in enumerate(rows_of(path) if path.exists() else (), start=2):
        try:
            yield HivConsentRow.model_validate(row)
        except ValidationError as error:
            raise CarrierDataError(f"{path}, line {number}: {error}") from error


def _load_form(carrier: str, path: Path) -> CarrierForm:
    form = _read_yaml(path, TypeAdapter(Form))
    blank = path.with_name("blank.pdf")
    if not blank.exists():
        raise CarrierDataError(f"{path}: blank.pdf is missing beside it")
    return CarrierForm(carrier=carrier, form=form, blank=blank)


def _load_book(folder: Path, file: CarrierFile) -> Book:
    try:
        return load_book(folder, file.grid_age_basis)
    except UnderwritingError as error:
        raise CarrierDataError(str(error)) from error


def _load_clocks(path: Path) -> tuple[AppointmentClock, ...]:
    clocks: list[AppointmentClock] = []
    with path.open(newline="", encoding="utf-8") as lines:
        for number, row in enumerate(csv.DictReader(lines), start=2):
            try:
                shaped = {"states": row["states"].split(), "effective_to": row["effective_to"] or None}
                clock = AppointmentClock.model_validate({**row, **shaped})
            except (ValidationError, KeyError) as error:
                raise CarrierDataError(f"{path}, line {number}: {error}") from error
            twice = sorted(state for state in clock.states for known in clocks if _both_hold(state, clock, known))
            if twice:
                raise CarrierDataError(
                    f"{path}, line {number}: {', '.join(twice)} is there already for the same days. Keep one row."
                )
            clocks.append(clock)
    return tuple(clocks)


def _both_hold(state: str, one: AppointmentClock, other: AppointmentClock) -> bool:
    """Both rows speak of the state on some day."""
    latest_start = max(one.effective_from, other.effective_from)
    return one.holds(state, latest_start) and other.holds(state, latest_start)


def _read_yaml(path: Path, shape: TypeAdapter[T]) -> T:
    try:
        return shape.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError, OSError) as error:
        raise CarrierDataError(f"{path}: {error}") from error
