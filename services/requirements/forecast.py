"""What a carrier would ask for before there is a case, and what the next band of age or amount would change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from schemas.carrier import Carrier
from schemas.codes import AgeBasis, RequirementKind
from services.requirements.asking import Asked, asked_of
from services.requirements.facts import Facts
from services.requirements.grid import GridError, cell_of

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Change:
    """What is different from the first age, or the first amount, at which anything is."""

    at: str
    """``age 60``, ``over $500,000``."""
    added: tuple[Asked, ...]
    dropped: tuple[Asked, ...]
    offered: bool = True
    """``False``: the grid has no cell there, so the carrier does not offer it."""


@dataclass(frozen=True)
class Forecast:
    asked: tuple[Asked, ...]
    amount: Decimal
    """That the grid was asked with."""
    next_age: Change | None
    """``None``: nothing changes at any higher age."""
    next_amount: Change | None


def forecast(carrier: Carrier, facts: Facts) -> Forecast:
    """Raises :class:`GridError` when the grid has no cell for these facts themselves."""
    cell, asked = cell_of(carrier, facts), asked_of(carrier, facts)
    older = ((f"age {age}", _at_age(facts, age, cell.age)) for age in range(cell.age + 1, 121))
    larger = ((_in_words(amount), replace(facts, face=amount - cell.added)) for amount in _steps(carrier, cell.amount))
    return Forecast(asked, cell.amount, _first_change(carrier, asked, older), _first_change(carrier, asked, larger))


def _at_age(facts: Facts, age: int, now: int) -> Facts:
    ages: Mapping[AgeBasis, int] = {basis: held + age - now for basis, held in facts.ages.items()}
    return replace(facts, ages=ages)


def _steps(carrier: Carrier, amount: Decimal) -> list[Decimal]:
    """Every amount above this one at which a row begins or has just ended."""
    rows = [*(row for grid in carrier.book.grids for row in grid.rows), *carrier.book.triggers]
    starts = {row.face_from for row in rows} | {row.face_to + _CENT for row in rows if row.face_to is not None}
    return sorted(start for start in starts if start > amount)


def _in_words(amount: Decimal) -> str:
    return f"over ${amount - _CENT:,.0f}" if amount % 1 == _CENT else f"${amount:,.0f}"


def _first_change(carrier: Carrier, asked: tuple[Asked, ...], further: Iterator[tuple[str, Facts]]) -> Change | None:
    before = {_key(each): each for each in asked}
    for at, facts in further:
        try:
            then = {_key(each): each for each in asked_of(carrier, facts)}
        except GridError:
            return Change(at, (), (), offered=False)
        if then.keys() != before.keys():
            added = tuple(each for key, each in then.items() if key not in before)
            return Change(at, added, tuple(each for key, each in before.items() if key not in then))
    return None


def _key(asked: Asked) -> tuple[RequirementKind, str, bool]:
    return asked.kind, asked.about, asked.withheld is not None
