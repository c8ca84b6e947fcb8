"""What a carrier's underwriting grid asks for: age and amount in, kinds of requirement with their reason out."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from schemas.carrier import Carrier, CarrierDataError, GridRow
from schemas.codes import AgeBasis, RequirementKind

_BASIS_IN_WORDS = {AgeBasis.NEAREST: "nearest birthday", AgeBasis.LAST: "last birthday"}


class GridError(CarrierDataError):
    """The grid gives no answer, or two: its file has to be put right."""


@dataclass(frozen=True)
class Required:
    kind: RequirementKind
    why: str
    """The grid's row in words; it holds the row's ages and amounts, not the insured's."""


def required(carrier: Carrier, age: int, face_amount: Decimal, signed_on: date) -> tuple[Required, ...]:
    """What the row for this age (on the grid's basis) and amount asks for, by the rows in force on ``signed_on``.

    Raises :class:`GridError` when no row holds them, or more than one does.
    """
    rows = [row for row in carrier.grid if _holds(row, age, face_amount, signed_on)]
    if len(rows) != 1:
        what = "has no row" if not rows else f"has {len(rows)} rows"
        raise GridError(
            f"carriers/{carrier.id}/grid.csv {what} for age {age} and ${face_amount:,} signed on {signed_on}; "
            f"there has to be exactly one. {'Add it' if not rows else 'Correct their ages, amounts or dates'}."
        )
    why = _in_words(rows[0], carrier.file.grid_age_basis)
    return tuple(Required(kind, why) for kind in rows[0].requirements)


def _holds(row: GridRow, age: int, face_amount: Decimal, signed_on: date) -> bool:
    return (
        row.age_from <= age <= row.age_to
        and row.face_from <= face_amount <= row.face_to
        and row.effective_from <= signed_on <= (row.effective_to or date.max)
    )


def _in_words(row: GridRow, basis: AgeBasis) -> str:
    note = f"; {row.note}" if row.note else ""
    return (
        f"Ages {row.age_from} to {row.age_to} ({_BASIS_IN_WORDS[basis]}), "
        f"${row.face_from:,.0f} to ${row.face_to:,.0f}{note} ({row.source})"
    )
