"""Whether a carrier's tables hold together: no gap and no overlap in a grid, nothing asked that nobody orders.

What is found is a sentence that names file and line and says what to do, for the person at the spreadsheet.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations, groupby

from schemas.carrier import Carrier, FaceBand, Product
from schemas.codes import FormKind, Orderer, RequirementKind
from schemas.underwriting import DatedRow, Grid, GridRow, Trigger
from services.requirements.grid import ages_in_words, amounts_in_words

_CENT = Decimal("0.01")
_OTHER_PATHS = frozenset({"insured.tobacco", "insured.not_us_citizen", "existing.replacing"})


@dataclass(frozen=True)
class Fault:
    text: str
    stops: bool = True
    """Some application would go to the dead letters, or nowhere; else only worth a look."""


def faults(carrier: Carrier) -> tuple[Fault, ...]:
    """Everything that is wrong with a carrier's tables."""
    return tuple(_faults(carrier))


def _faults(carrier: Carrier) -> Iterator[Fault]:
    codes = {product.code for product in carrier.file.products}
    for grid in carrier.book.grids:
        place = f"carriers/{carrier.id}/{grid.file}"
        for code in sorted(set(grid.products) - codes):
            yield Fault(f"carriers/{carrier.id}/underwriting.yaml: grid {grid.id} names product {code}, which is none.")
        yield from (Fault(text) for text in _overlaps(grid, place))
        yield from (Fault(text) for text in _gaps(carrier, grid, place))
    yield from _about_triggers(carrier)
    yield from _about_rules(carrier)
    yield from _unverified(carrier)


def _overlaps(grid: Grid, place: str) -> Iterator[str]:
    for one, other in combinations(grid.rows, 2):
        if _overlap(one, other):
            yield (
                f"{place}, lines {one.line} and {other.line} both answer for {_shared(one, other)}. "
                "Correct the ages, amounts or dates of one."
            )


def _overlap(one: DatedRow, other: DatedRow) -> bool:
    return (
        max(one.effective_from, other.effective_from)
        <= min(one.effective_to or date.max, other.effective_to or date.max)
        and max(one.age_from, other.age_from) <= min(_top_age(one), _top_age(other))
        and max(one.face_from, other.face_from) <= min(_top_face(one), _top_face(other))
    )


def _shared(one: DatedRow, other: DatedRow) -> str:
    both = one.model_copy(
        update={
            "age_from": max(one.age_from, other.age_from),
            "age_to": min(filter(None, (one.age_to, other.age_to)), default=None),
            "face_from": max(one.face_from, other.face_from),
            "face_to": min(filter(None, (one.face_to, other.face_to)), default=None),
        }
    )
    return f"{ages_in_words(both).lower()}, {amounts_in_words(both)}"


def _gaps(carrier: Carrier, grid: Grid, place: str) -> Iterator[str]:
    """What can be applied for and has no cell, by every day on which the grid changes."""
    if not grid.rows:
        yield f"{place} has no rows. Copy the carrier's grid into it."
        return
    first = min(row.effective_from for row in grid.rows)
    ends = {date.fromordinal(row.effective_to.toordinal() + 1) for row in grid.rows if row.effective_to}
    days = sorted({first, *(row.effective_from for row in grid.rows), *ends})
    for day in days:
        rows = [row for row in grid.rows if row.in_force(day)]
        for product in carrier.file.products:
            if carrier.book.grid_for(product.code) is grid:
                yield from _gaps_on(rows, product, f"{place}: from {day} on, no row holds")


def _gaps_on(rows: list[GridRow], product: Product, what: str) -> Iterator[str]:
    missing = ((age, hole) for band in product.face_bands for age in _ages(band) for hole in _holes(rows, age, band))
    for hole, ages in groupby(sorted(missing, key=lambda each: (each[1], each[0])), key=lambda each: each[1]):
        for low, high in _runs(age for age, _ in ages):
            span = f"age {low}" if low == high else f"ages {low} to {high}"
            yield f"{what} {span}, {_dollars(hole[0])} to {_dollars(hole[1])} ({product.name} is sold there). Add it."


def _dollars(amount: Decimal) -> str:
    return f"${amount:,.2f}".removesuffix(".00")


def _ages(band: FaceBand) -> range:
    return range(band.age_from, band.age_to + 1)


def _holes(rows: list[GridRow], age: int, band: FaceBand) -> Iterator[tuple[Decimal, Decimal]]:
    """Amounts of the band that no row holds for an age."""
    spans = sorted((row.face_from, _top_face(row)) for row in rows if row.age_from <= age <= _top_age(row))
    reached = band.face_min
    for low, high in spans:
        if low > reached and reached <= band.face_max:
            yield reached, min(low - _CENT, band.face_max)
        reached = max(reached, high + _CENT)
    if reached <= band.face_max:
        yield reached, band.face_max


def _runs(ages: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ages one after the other, as first and last."""
    numbered = enumerate(sorted(set(ages)))
    for _, run in groupby(numbered, key=lambda each: each[1] - each[0]):
        held = [age for _, age in run]
        yield held[0], held[-1]


def _about_triggers(carrier: Carrier) -> Iterator[Fault]:
    known = set(_OTHER_PATHS)
    for held in carrier.forms:
        if held.form.kind is FormKind.APPLICATION:
            known |= {f"medical.{question}" for question in held.form.medical}
            known |= {f"lifestyle.{question}" for question in held.form.lifestyle}
    ids = {grid.id for grid in carrier.book.grids}
    seen: set[tuple[str, date]] = set()
    for trigger in carrier.book.triggers:
        place = trigger.place(carrier.id)
        if (trigger.id, trigger.effective_from) in seen:
            yield Fault(f"{place}: trigger {trigger.id} is there already for the same day. Give it another id.")
        seen.add((trigger.id, trigger.effective_from))
        for path in sorted(set(trigger.yes) - known):
            yield Fault(f"{place}: no application form of {carrier.id} asks {path}. Correct the column yes.")
        for grid in sorted(set(trigger.grids) - ids):
            yield Fault(f"{place}: there is no grid {grid}. Correct the column grids.")
        if not trigger.requirements:
            yield Fault(f"{place}: it asks for nothing. Fill the column requirements.")


def _about_rules(carrier: Carrier) -> Iterator[Fault]:
    asked: dict[RequirementKind, GridRow | Trigger] = {}
    for row in _all_rows(carrier):
        for kind in row.requirements:
            asked.setdefault(kind, row)
    for kind, row in asked.items():
        rule = carrier.file.requirements.get(kind)
        if rule is None:
            yield Fault(
                f"{row.place(carrier.id)} asks for {kind.value}, which carriers/{carrier.id}/carrier.yaml lacks"
                " under requirements. Add who orders it and how long it is good."
            )
        elif rule.orderer is Orderer.BGA and not rule.vendor:
            yield Fault(f"carriers/{carrier.id}/carrier.yaml: {kind.value} is ordered by us and has no vendor. Add it.")


def _unverified(carrier: Carrier) -> Iterator[Fault]:
    tables: dict[str, list[int]] = {}
    for row in _all_rows(carrier):
        if not row.verified_by:
            tables.setdefault(row.file, []).append(row.line)
    for file, lines in tables.items():
        yield Fault(
            f"carriers/{carrier.id}/{file}: nobody has verified {len(lines)} of its rows (first: line {lines[0]}). "
            "Compare them with their source and fill the column verified_by.",
            stops=False,
        )


def _all_rows(carrier: Carrier) -> tuple[GridRow | Trigger, ...]:
    return (*(row for grid in carrier.book.grids for row in grid.rows), *carrier.book.triggers)


def _top_age(row: DatedRow) -> int:
    return 200 if row.age_to is None else row.age_to


def _top_face(row: DatedRow) -> Decimal:
    return Decimal("1e15") if row.face_to is None else row.face_to
