"""What a carrier requires before it decides, as data: grids of ages and amounts, triggers beside them, their rules.

``underwriting.yaml`` names the grids and how amounts add up; each grid is a CSV with one row a cell, ``triggers.csv``
holds footnotes, answers, impairments and amounts beside the grid: tables that a spreadsheet opens.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Self, TypeVar

import yaml
from pydantic import ConfigDict, Field, ValidationError, model_validator

from schemas.base import Contract
from schemas.codes import AgeBasis, RequirementKind
from schemas.state_tables import rows_of


class UnderwritingError(Exception):
    """A file cannot be used; the message names file, line and fault."""


class UnderwritingData(Contract):
    model_config = ConfigDict(extra="forbid")


class DatedRow(UnderwritingData):
    """A row of a table: from when to when it holds, and what it was copied from."""

    file: str = ""
    """The table's file name; set when it is read."""
    line: int = 0
    effective_from: date
    effective_to: date | None = None
    source: str = Field(min_length=1)
    """Document and page."""
    edition: str = ""
    verified_by: str = ""
    """Who has compared the row with its source."""
    age_from: int = 0
    age_to: int | None = None
    """Included; absent = no limit."""
    face_from: Decimal = Decimal(0)
    face_to: Decimal | None = None
    """Included; absent = no limit."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        for what, low, high in (
            ("age", self.age_from, self.age_to),
            ("face", self.face_from, self.face_to),
            ("effective", self.effective_from, self.effective_to),
        ):
            if high is not None and low > high:  # type: ignore[operator]
                raise ValueError(f"{what}_from {low} is above {what}_to {high}")
        return self

    def in_force(self, day: date) -> bool:
        return self.effective_from <= day <= (self.effective_to or date.max)

    def spans(self, age: int, amount: Decimal) -> bool:
        """Both ends of the ages and of the amounts belong to the row."""
        old_enough = self.age_from <= age and (self.age_to is None or age <= self.age_to)
        return old_enough and self.face_from <= amount and (self.face_to is None or amount <= self.face_to)

    def place(self, carrier: str) -> str:
        return f"carriers/{carrier}/{self.file}, line {self.line}"


class GridRow(DatedRow):
    """One cell of an underwriting grid."""

    requirements: tuple[RequirementKind, ...]
    note: str = ""


class TriggerKind(StrEnum):
    FOOTNOTE = "footnote"
    """A footnote of the grid."""
    ANSWER = "answer"
    """A question answered yes."""
    IMPAIRMENT = "impairment"
    """A condition named in the details to a yes."""
    AMOUNT = "amount"
    """Ages and amounts, beside the grid."""
    WITHHOLD = "withhold"
    """What is named is not ordered, whoever else asks for it: the carrier declines or postpones anyway."""


class Trigger(DatedRow):
    """A reason for a requirement beside the grid; every condition that it names has to hold."""

    id: str
    what: TriggerKind
    grids: tuple[str, ...] = ()
    """Ids of grids; empty = all of the carrier."""
    yes: tuple[str, ...] = ()
    """Questions, one of them answered yes: ``lifestyle.aviation``, ``medical.heart``, ``insured.tobacco``."""
    words: tuple[str, ...] = ()
    """Conditions, one of them named in a detail."""
    within_months: int | None = None
    """The named condition began at most so long before the signing; unknown counts as so."""
    seen_within_months: int | None = None
    """The physician was last seen at most so long before the signing; unknown counts as so."""
    paper: bool | None = None
    """Only applications on paper, or only electronic ones."""
    states: tuple[str, ...] = ()
    requirements: tuple[RequirementKind, ...]
    about: str = ""
    """Tells several of a kind apart, e.g. questionnaires."""
    name: str = ""
    """What to call it in place of the kind's own name; no medical word, it stands in e-mails."""
    instructs: str = ""
    """Nothing is asked for; this is added to the orders of the kinds, for the vendor."""
    note: str = ""


class AddedUp(UnderwritingData):
    """Which other cover counts to the amount that the grid is asked with."""

    own_names: tuple[str, ...] = ()
    """How the carrier and its group are called in lists of policies (any word group, any case); empty = all cover."""
    months: int | None = None
    """Only cover issued so many months back; absent = all in force."""
    pending: bool = False
    """What is applied for elsewhere counts too."""


class GridFile(UnderwritingData):
    """One grid of ``underwriting.yaml``."""

    id: str
    file: str
    products: tuple[str, ...] = ()
    """Product codes; empty = every product that no other grid names."""
    age_basis: AgeBasis | None = None
    """Absent = the carrier's ``grid_age_basis``."""
    adds_up: AddedUp | None = None
    """Absent = the amount applied for alone."""


class Cadence(UnderwritingData):
    """When something that is open is looked at again, in days from when it came to the one who has to act."""

    days: tuple[int, ...] = Field(min_length=1)
    then_every: int = Field(ge=1)
    business_days: bool = False
    """Saturdays and Sundays do not count."""


class FollowUps(UnderwritingData):
    """How we follow up; the defaults are ours, a carrier's folder may say otherwise."""

    first_contact: Cadence = Cadence(days=(2,), then_every=2, business_days=True)
    """Of the vendor with the client, from the order."""
    appointment: Cadence = Cadence(days=(5,), then_every=2, business_days=True)
    """Until it is made, from the order; and until a new one after a missed one."""
    results: Cadence = Cadence(days=(5,), then_every=3, business_days=True)
    """After the exam."""
    records: Cadence = Cadence(days=(3, 7), then_every=3)
    """From a physician or hospital."""
    agent: Cadence = Cadence(days=(1, 3, 7), then_every=7)
    """What the agent brings; after the days named here the case manager calls."""
    bga: Cadence = Cadence(days=(1,), then_every=3)
    """What we have to do ourselves."""
    failed_contacts: int = 3
    """Missed or failed contacts after which the agent is asked for help."""
    expiry_warnings: tuple[int, ...] = (30, 14, 7)
    """Days before results run out."""


class Underwriting(UnderwritingData):
    """``underwriting.yaml``."""

    grids: tuple[GridFile, ...] = (GridFile(id="grid", file="grid.csv"),)
    follow_ups: FollowUps = FollowUps()
    smaller_amount_drops: bool = False
    """A smaller amount later takes requirements back that nobody has begun; few carriers say so."""


@dataclass(frozen=True)
class Grid:
    """A grid with its cells."""

    id: str
    file: str
    products: tuple[str, ...]
    age_basis: AgeBasis
    adds_up: AddedUp | None
    rows: tuple[GridRow, ...]


@dataclass(frozen=True)
class Book:
    """All that a carrier's folder says about requirements."""

    grids: tuple[Grid, ...]
    triggers: tuple[Trigger, ...] = ()
    smaller_amount_drops: bool = False
    follow_ups: FollowUps = field(default_factory=FollowUps)

    def grid_for(self, product: str | None) -> Grid | None:
        """The grid that names the product, else the one that names none."""
        named = next((grid for grid in self.grids if product in grid.products), None)
        return named or next((grid for grid in self.grids if not grid.products), None)


Row = TypeVar("Row", bound=DatedRow)

_LISTS = {"requirements": None, "yes": None, "states": None, "grids": None, "words": ";"}
"""Columns that hold several values, with what parts them (``None``: spaces)."""


def load_book(folder: Path, age_basis: AgeBasis) -> Book:
    """Everything on requirements in a carrier's folder. Raises :class:`UnderwritingError`."""
    described = folder / "underwriting.yaml"
    try:
        said = yaml.safe_load(described.read_text(encoding="utf-8")) if described.exists() else {}
        underwriting = Underwriting.model_validate(said or {})
    except (yaml.YAMLError, ValidationError) as error:
        raise UnderwritingError(f"{described}: {error}") from error
    grids = tuple(
        Grid(
            id=each.id,
            file=each.file,
            products=each.products,
            age_basis=each.age_basis or age_basis,
            adds_up=each.adds_up,
            rows=_rows(folder / each.file, GridRow),
        )
        for each in underwriting.grids
    )
    triggers = folder / "triggers.csv"
    beside = _rows(triggers, Trigger) if triggers.exists() else ()
    return Book(grids, beside, underwriting.smaller_amount_drops, underwriting.follow_ups)


def _rows(path: Path, model: type[Row]) -> tuple[Row, ...]:
    if not path.exists():
        raise UnderwritingError(f"{path} is not there. Add it, or take it out of underwriting.yaml.")
    rows = []
    for number, row in enumerate(rows_of(path), start=2):
        cells = {column: value for column, value in row.items() if value is not None}
        listed = {column: _parts(value, _LISTS[column]) for column, value in cells.items() if column in _LISTS}
        needed = {"requirements": ()}
        try:
            rows.append(model.model_validate({**needed, **cells, **listed, "file": path.name, "line": number}))
        except ValidationError as error:
            raise UnderwritingError(f"{path}, line {number}: {error}") from error
    return tuple(rows)


def _parts(cell: str, separator: str | None) -> list[str]:
    return [part.strip() for part in cell.split(separator) if part.strip()]
