"""The underwriting grid: which row answers, dated rows, holes and overlaps; every cell of the sample carriers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.carrier import Carrier, GridRow, load_carriers
from schemas.codes import RequirementKind
from services.requirements.grid import GridError, required
from services.requirements.orders import rule_for
from tests.builders import GRID, brackwater

CARRIERS = load_carriers(Path(__file__).parents[2] / "carriers")
CELLS = [(carrier_id, row) for carrier_id, carrier in CARRIERS.items() for row in carrier.grid]
CENT = Decimal("0.01")


def kinds(carrier: Carrier, age: int, face: object, day: date = date(2026, 3, 2)) -> list[str]:
    return [asked.kind.value for asked in required(carrier, age, Decimal(str(face)), day)]


@pytest.mark.parametrize(
    ("age", "face", "expected"),
    [
        (18, 99_999, []),
        (18, 100_000, ["paramed", "blood_urine", "mvr"]),
        (50, 500_000, ["paramed", "blood_urine", "mvr"]),
        (50, 500_001, ["paramed", "blood_urine", "mvr", "aps"]),
        (51, 500_000, ["paramed", "blood_urine", "ekg", "inspection", "agent_certification"]),
    ],
)
def test_bounds_of_age_and_amount_belong_to_their_row(age: int, face: int, expected: list[str]) -> None:
    assert kinds(brackwater(), age, face) == expected


def test_the_row_in_force_on_the_day_of_signing_counts() -> None:
    assert kinds(brackwater(), 40, 250_000, date(2025, 12, 31)) == ["mvr", "credit"]
    assert kinds(brackwater(), 40, 250_000, date(2026, 1, 1)) == ["paramed", "blood_urine", "mvr"]


def test_the_reason_names_the_row_and_its_source() -> None:
    (first, *_) = required(brackwater(), 40, Decimal(500_000), date(2026, 3, 2))
    assert first.why == "Ages 18 to 50 (last birthday), $100,000 to $500,000 (fictional sample grid 2026)"


@pytest.mark.parametrize(("age", "face"), [(71, 100_000), (60, 500_001), (40, 500_000.5)])
def test_a_hole_is_an_error_that_says_age_and_amount(age: int, face: float) -> None:
    with pytest.raises(GridError, match=rf"brackwater/grid.csv has no row for age {age} and \$"):
        kinds(brackwater(), age, face)


def test_a_day_before_the_first_edition_is_a_hole() -> None:
    with pytest.raises(GridError, match="signed on 2024-12-31"):
        kinds(brackwater(), 40, 250_000, date(2024, 12, 31))


def test_two_rows_for_one_cell_are_an_error() -> None:
    twice = replace(brackwater(), grid=(*GRID, GRID[-1]))
    with pytest.raises(GridError, match="has 2 rows"):
        kinds(twice, 60, 250_000)


@pytest.mark.parametrize(("carrier_id", "row"), CELLS)
def test_every_cell_of_the_sample_grids_answers_with_its_own_row(carrier_id: str, row: GridRow) -> None:
    carrier = CARRIERS[carrier_id]
    days = (row.effective_from, row.effective_to or date(2099, 12, 31))
    for age in (row.age_from, row.age_to):
        for face in (row.face_from, row.face_to):
            for day in days:
                asked = required(carrier, age, face, day)
                assert tuple(item.kind for item in asked) == row.requirements
                assert all(row.source in item.why for item in asked)


@pytest.mark.parametrize("carrier_id", CARRIERS)
def test_the_sample_grids_have_no_hole_where_a_product_is_sold(carrier_id: str) -> None:
    carrier = CARRIERS[carrier_id]
    day = max(row.effective_from for row in carrier.grid)
    edges = {face + step for row in carrier.grid for face in (row.face_from, row.face_to) for step in (-CENT, 0, CENT)}
    asked = 0
    for age, low, high in _sold(carrier):
        for face in {low, high, *(edge for edge in edges if low <= edge <= high)}:
            required(carrier, age, face, day)
            asked += 1
    assert asked > 100


def _sold(carrier: Carrier) -> Iterator[tuple[int, Decimal, Decimal]]:
    for product in carrier.file.products:
        assert product.age_basis is carrier.file.grid_age_basis
        for band in product.face_bands:
            for age in range(band.age_from, band.age_to + 1):
                yield age, band.face_min, band.face_max


@pytest.mark.parametrize("carrier_id", CARRIERS)
def test_whatever_the_sample_grids_ask_for_somebody_orders(carrier_id: str) -> None:
    carrier = CARRIERS[carrier_id]
    asked: set[RequirementKind] = {kind for row in carrier.grid for kind in row.requirements}
    for kind in asked:
        assert rule_for(carrier, kind).name
