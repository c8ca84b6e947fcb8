"""The cell of a carrier's underwriting grid that answers for an age and an amount, with other cover added up."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.carrier import Carrier, CarrierDataError
from schemas.codes import AgeBasis
from schemas.underwriting import AddedUp, DatedRow, Grid, GridRow
from services.requirements.facts import Cover, Facts

_BASIS_IN_WORDS = {AgeBasis.NEAREST: "nearest birthday", AgeBasis.LAST: "last birthday"}
_MONTHS = 12
_CENT = Decimal("0.01")


class GridError(CarrierDataError):
    """The grid gives no answer, or two: its file has to be put right."""


@dataclass(frozen=True)
class Cell:
    """What the grid was asked, and the row that answers."""

    grid: Grid
    row: GridRow
    age: int
    amount: Decimal
    """The amount applied for and what adds up to it."""
    added: Decimal
    """Of that, other cover."""


def cell_of(carrier: Carrier, facts: Facts) -> Cell:
    """The one cell for these facts. Raises :class:`GridError` when there is none, or more than one."""
    grid = carrier.book.grid_for(facts.product)
    if grid is None:
        raise GridError(
            f"carriers/{carrier.id}/underwriting.yaml has no grid for product {facts.product!r}. "
            "Name it under a grid's products, or leave one grid's products empty: it is for all others."
        )
    age, added = facts.ages[grid.age_basis], added_up(grid.adds_up, facts.other, facts.day)
    amount = facts.face + added
    rows = [row for row in grid.rows if row.in_force(facts.day) and row.spans(age, amount)]
    if len(rows) != 1:
        what = "has no row" if not rows else f"has {len(rows)} rows (lines {', '.join(str(r.line) for r in rows)})"
        raise GridError(
            f"carriers/{carrier.id}/{grid.file} {what} for age {age} and ${amount:,} signed on {facts.day}; "
            f"there has to be exactly one. {'Add it' if not rows else 'Correct their ages, amounts or dates'}."
        )
    return Cell(grid, rows[0], age, amount, added)


def added_up(rule: AddedUp | None, other: tuple[Cover, ...], day: date) -> Decimal:
    """The other cover that counts to the amount."""
    if rule is None:
        return Decimal(0)
    return sum((cover.amount for cover in other if _counts(rule, cover, day)), Decimal(0))


def _counts(rule: AddedUp, cover: Cover, day: date) -> bool:
    if cover.pending:
        return rule.pending
    if rule.own_names and not any(name.lower() in cover.company.lower() for name in rule.own_names):
        return False
    if rule.months is None or cover.year is None:
        return True
    # Only the year is known: it counts when its last day is in the window.
    months = (day.year - cover.year) * _MONTHS + day.month - _MONTHS
    return months <= rule.months


def in_words(cell: Cell) -> str:
    """The cell, not the insured's own age and amount."""
    note = f"; {cell.row.note}" if cell.row.note else ""
    counted = "; other cover counted in" if cell.added else ""
    ages = f"{ages_in_words(cell.row)} ({_BASIS_IN_WORDS[cell.grid.age_basis]})"
    return f"{ages}, {amounts_in_words(cell.row)}{counted}{note} ({cell.row.source})"


def ages_in_words(row: DatedRow) -> str:
    """``Ages 20 to 59``, ``Ages 71 and over``."""
    return f"Ages {row.age_from} and over" if row.age_to is None else f"Ages {row.age_from} to {row.age_to}"


def amounts_in_words(row: DatedRow) -> str:
    """``$100,000 to $500,000``, ``over $500,000 to $1,000,000``, ``$25,000 to under $100,000``."""
    low = f"over ${row.face_from - _CENT:,.0f}" if row.face_from % 1 == _CENT else f"${row.face_from:,.0f}"
    if row.face_to is None:
        return low if low.startswith("over") else f"{low} and over"
    is_below = row.face_to % 1 == 1 - _CENT
    high = f"under ${row.face_to + _CENT:,.0f}" if is_below else f"${row.face_to:,.0f}"
    return f"{low} to {high}"
