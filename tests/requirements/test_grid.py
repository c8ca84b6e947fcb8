"""The underwriting grid: the two grids of real shape cell by cell, bounds, dates, holes, overlaps, added-up cover."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.carrier import Carrier, load_carriers
from schemas.codes import AgeBasis
from schemas.underwriting import AddedUp
from services.requirements.facts import Cover, Facts
from services.requirements.grid import GridError, added_up, cell_of, in_words
from tests.builders import GRID, book, brackwater

CARRIERS = load_carriers(Path(__file__).parents[2] / "carriers")
DAY = date(2026, 3, 2)


def facts(age: int, face: object, day: date = DAY, product: str | None = None) -> Facts:
    return Facts(ages=dict.fromkeys(AgeBasis, age), face=Decimal(str(face)), day=day, product=product)


def kinds(carrier: Carrier, age: int, face: object, day: date = DAY, product: str | None = None) -> list[str]:
    return [kind.value for kind in cell_of(carrier, facts(age, face, day, product)).row.requirements]


# --- the shape of a term grid: cells as printed, each "+" on top of the cell to its left -------------------------

CODES = {
    "PM": "paramed",
    "BU": "blood_urine",
    "MVR": "mvr",
    "CR": "credit",
    "EKG": "ekg",
    "FT": "functional_test",
    "AC": "agent_certification",
    "FQ": "financial_questionnaire",
    "TPF": "financial_statements",
    "TT": "tax_transcript",
    "EIR": "electronic_inspection",
    "71IR": "cognitive_inspection",
    "Pt II": "medical_questions",
    "TI": "tele_interview",
    "BCP": "blood",
    "HOS": "urine",
    "Vit": "vitals",
    "CS": "cognitive_test",
    "IR": "inspection",
}
TERM_AMOUNTS = (
    (100_000, 500_000),
    ("500000.01", 1_000_000),
    ("1000000.01", 1_500_000),
    ("1500000.01", 3_000_000),
    ("3000000.01", 5_000_000),
    ("5000000.01", 10_000_000),
    ("10000000.01", 99_000_000),
)
TERM = {
    (20, 59): ("PM BU MVR CR", "same", "same", "same", "+EIR", "+EIR FQ TPF", "+EKG TT"),
    (60, 66): ("PM BU MVR CR AC", "+FQ", "+FQ", "+FQ", "+FQ TPF EIR", "same", "+EKG TT"),
    (67, 70): ("PM BU EKG FT MVR CR AC 71IR", "+FQ", "+FQ", "+FQ", "+TPF", "same", "+TT"),
    (71, 99): ("PM BU EKG FT MVR CR AC 71IR", "+FQ", "+FQ", "+FQ", "+TPF", "same", "+TT"),
}
FROM_250K = "EIR"
"""In the oldest bands the first amount is divided: from $250,000 on an electronic report comes on top."""


def printed(cells: tuple[str, ...], oldest: bool) -> list[set[str]]:
    asked: list[set[str]] = []
    for cell in cells:
        before = asked[-1] if asked else set()
        new = set() if cell == "same" else {CODES[code] for code in cell.removeprefix("+").split()}
        asked.append(new | before)
        if oldest and len(asked) == 1:
            asked[0] = asked[0] | {CODES[FROM_250K]}
    return asked


@pytest.mark.parametrize("ages", TERM)
def test_every_cell_of_the_term_grid_asks_for_what_is_printed(ages: tuple[int, int]) -> None:
    aldermoor, oldest = CARRIERS["aldermoor"], ages[0] >= 67
    for amounts, expected in zip(TERM_AMOUNTS, printed(TERM[ages], oldest), strict=True):
        low = "250000" if oldest and amounts[0] == 100_000 else amounts[0]
        for age in (ages[0], (ages[0] + ages[1]) // 2, ages[1]):
            for face in (low, amounts[1]):
                assert set(kinds(aldermoor, age, face)) == expected, (age, face)
    if oldest:
        for face in (100_000, "249999.99"):
            below = {CODES[code] for code in TERM[ages][0].split()}
            assert set(kinds(aldermoor, ages[0], face)) == below


# --- the shape of a whole-life grid: a row an amount, a column an age; "same" as the column to its left ------------

LIFE_AGES = ((0, 17), (18, 45), (46, 55), (56, 65), (66, 69), (70, 80))
EXAM = "TI BCP HOS Vit"
LIFE = {
    (25_000, "99999.99"): ("Pt II", "–", "–", "–", "–", "–"),
    (100_000, "499999.99"): ("Pt II", "Pt II", "Pt II", "Pt II", EXAM, f"{EXAM} CS"),
    (500_000, "999999.99"): ("Pt II", "Pt II", "Pt II", EXAM, "same", "+CS"),
    (1_000_000, "1999999.99"): ("Pt II", "Pt II", EXAM, "same", "same", "+CS"),
    (2_000_000, 3_500_000): ("not offered", EXAM, "same", "same", "same", "+CS"),
    ("3500000.01", 5_000_000): ("not offered", f"{EXAM} IR", "+IR", "+IR", "+IR", "+IR CS"),
}


def life_cell(text: str, left: set[str]) -> set[str]:
    if text in ("–", "same"):
        return left if text == "same" else set()
    own = set(filter(None, (CODES.get(code) for code in text.replace("Pt II", "").removeprefix("+").split())))
    own |= {CODES["Pt II"]} if "Pt II" in text else set()
    return own | (left if text.startswith("+") else set())


@pytest.mark.parametrize("amounts", LIFE)
def test_every_cell_of_the_whole_life_grid_asks_for_what_is_printed(amounts: tuple[object, object]) -> None:
    quillhaven, left = CARRIERS["quillhaven"], set[str]()
    for ages, text in zip(LIFE_AGES, LIFE[amounts], strict=True):
        if text == "not offered":
            continue
        left = life_cell(text, left)
        for age in ages:
            for face in amounts:
                assert set(kinds(quillhaven, age, face, product="QM-KEEL")) == left, (age, face)


def test_children_are_not_offered_more_than_two_million_of_whole_life() -> None:
    quillhaven = CARRIERS["quillhaven"]
    assert kinds(quillhaven, 17, 2_000_000, product="QM-KEEL") == ["medical_questions"]
    with pytest.raises(GridError, match=r"grid-keel\.csv has no row for age 17 and \$2,000,000\.01"):
        kinds(quillhaven, 17, "2000000.01", product="QM-KEEL")


def test_the_two_grids_hold_no_cell_that_is_not_printed_but_those_below_and_between() -> None:
    term, life = CARRIERS["aldermoor"].book.grids[0].rows, CARRIERS["quillhaven"].book.grid_for("QM-KEEL")
    assert life is not None
    assert len(life.rows) == len(LIFE) * len(LIFE_AGES) - 2
    # One divided cell in each of the two oldest bands; the ages 18 and 19, and amounts under $100,000, are our own.
    own = [row for row in term if row.age_from == 18 or row.face_from == 0]
    assert len(term) - len(own) == len(TERM) * len(TERM_AMOUNTS) + 2


def test_each_product_is_asked_for_on_its_own_grid_and_age_basis() -> None:
    book_of = CARRIERS["quillhaven"].book
    named = {code: book_of.grid_for(code) for code in ("QM-KEEL", "QM-HARBOR", None)}
    assert {code: grid and (grid.id, grid.age_basis.value) for code, grid in named.items()} == {
        "QM-KEEL": ("keel", "nearest"),
        "QM-HARBOR": ("term", "last"),
        None: ("term", "last"),
    }


# --- bounds, dates, holes, overlaps --------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("age", "face", "words"),
    [
        (40, 500_000, "Ages 20 to 59 (nearest birthday), $100,000 to $500,000 (fictional sample grid 2026)"),
        (72, 600_000, "Ages 71 and over (nearest birthday), over $500,000 to $1,000,000 (fictional sample grid 2026)"),
        (72, 20_000_000, "Ages 71 and over (nearest birthday), over $10,000,000 (fictional sample grid 2026)"),
    ],
)
def test_the_cell_is_told_in_words_with_its_source(age: int, face: int, words: str) -> None:
    assert in_words(cell_of(CARRIERS["aldermoor"], facts(age, face))) == words


@pytest.mark.parametrize(("age", "face"), [(71, 100_000), (60, 500_001), (40, 500_000.5)])
def test_a_hole_is_an_error_that_says_age_and_amount(age: int, face: float) -> None:
    with pytest.raises(GridError, match=rf"brackwater/grid.csv has no row for age {age} and \$"):
        kinds(brackwater(), age, face)


def test_a_day_before_the_first_edition_is_a_hole() -> None:
    with pytest.raises(GridError, match="signed on 2024-12-31"):
        kinds(brackwater(), 40, 250_000, date(2024, 12, 31))


def test_two_rows_for_one_cell_are_an_error() -> None:
    with pytest.raises(GridError, match="has 2 rows"):
        kinds(brackwater(book=book(rows=(*GRID, GRID[-1]))), 60, 250_000)


# --- other cover ---------------------------------------------------------------------------------------------------

OURS_THIS_YEAR, OURS_OLD = Cover(Decimal(300_000), "Brackwater Life", 2026), Cover(Decimal(1), "BRACKWATER", 2024)
OURS_LAST_YEAR, NOBODY_KNOWS = Cover(Decimal(20_000), "brackwater", 2025), Cover(Decimal(4000), "Brackwater")
ELSEWHERE, APPLIED_FOR = Cover(Decimal(500), "Oldhaven", 2026), Cover(Decimal(60), pending=True)
ALL = (OURS_THIS_YEAR, OURS_OLD, OURS_LAST_YEAR, NOBODY_KNOWS, ELSEWHERE, APPLIED_FOR)


@pytest.mark.parametrize(
    ("rule", "counted"),
    [
        (None, 0),
        (AddedUp(), 324_501),
        (AddedUp(pending=True), 324_561),
        (AddedUp(own_names=("Brackwater",)), 324_001),
        # Of 2025 only the year is known: it may be within twelve months of March 2026. 2024 cannot be.
        (AddedUp(own_names=("Brackwater",), months=12), 324_000),
    ],
)
def test_other_cover_counts_as_the_carrier_says(rule: AddedUp | None, counted: int) -> None:
    assert added_up(rule, ALL, DAY) == counted


def test_the_grid_is_asked_with_the_amount_that_adds_up_and_says_so() -> None:
    carrier = brackwater(book=book(adds_up=AddedUp(own_names=("Brackwater",), months=12)))
    cell = cell_of(carrier, replace(facts(40, 250_000), other=(OURS_THIS_YEAR,)))
    assert (cell.amount, [kind.value for kind in cell.row.requirements][-1]) == (550_000, "aps")
    assert "; other cover counted in (" in in_words(cell)
