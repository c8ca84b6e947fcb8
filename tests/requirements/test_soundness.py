"""The check of a carrier's tables: gaps, overlaps, unknown words, what nobody orders, each told with file and line."""

from datetime import date
from decimal import Decimal

from schemas.underwriting import GridRow
from services.requirements.soundness import faults
from tests.builders import GRID, book, brackwater, trigger


def texts(*rows: GridRow, triggers: tuple[object, ...] = (), **changes: object) -> list[str]:
    carrier = brackwater(book=book(*triggers, rows=rows or WHOLE), **changes)  # type: ignore[arg-type]
    return [fault.text for fault in faults(carrier)]


def row(line: int, ages: tuple[int, int], faces: tuple[int | str, int | str], **changes: object) -> GridRow:
    update = {
        "line": line,
        "age_from": ages[0],
        "age_to": ages[1],
        "face_from": Decimal(faces[0]),
        "face_to": Decimal(faces[1]),
        "effective_from": date(2025, 1, 1),
        "effective_to": None,
        **changes,
    }
    return GRID[0].model_copy(update=update)


WHOLE = (row(2, (18, 70), (0, 2_000_000)),)
SOLD_FROM = "carriers/brackwater/grid.csv: from 2025-01-01 on, no row holds"


def test_a_sound_table_has_no_faults() -> None:
    assert texts() == []


def test_a_gap_between_amounts_is_told_once_for_all_its_ages() -> None:
    found = texts(row(2, (18, 70), (0, 499_999)), row(3, (18, 70), (500_000, 2_000_000)))
    assert found == [
        f"{SOLD_FROM} ages 18 to 70, $499,999.01 to $499,999.99 ({name} is sold there). Add it."
        for name in ("Brackwater Term", "Brackwater Whole")
    ]


def test_a_gap_of_ages_and_the_end_of_a_dated_row_are_told() -> None:
    until = date(2026, 6, 30)
    found = texts(row(2, (18, 44), (0, 2_000_000)), row(3, (46, 70), (0, 2_000_000), effective_to=until))
    assert f"{SOLD_FROM} age 45, $100,000 to $2,000,000 (Brackwater Term is sold there). Add it." in found
    ended = "carriers/brackwater/grid.csv: from 2026-07-01 on, no row holds ages 45 to 60, $100,000 to $2,000,000"
    assert any(text.startswith(ended) for text in found)


def test_two_rows_for_the_same_ages_and_amounts_are_told_with_their_lines() -> None:
    found = texts(*WHOLE, row(7, (40, 45), (500_000, 600_000)))
    assert found == [
        "carriers/brackwater/grid.csv, lines 2 and 7 both answer for ages 40 to 45, $500,000 to $600,000. "
        "Correct the ages, amounts or dates of one."
    ]


def test_rows_that_follow_each_other_in_time_do_not_overlap() -> None:
    before = row(2, (18, 70), (0, 2_000_000), effective_to=date(2025, 12, 31))
    assert texts(before, row(3, (18, 70), (0, 2_000_000), effective_from=date(2026, 1, 1))) == []


def test_triggers_that_ask_an_unknown_question_or_nothing_are_told() -> None:
    found = texts(
        triggers=(
            trigger("a", "answer", "mvr", yes=["lifestyle.surfing"], line=2),
            trigger("b", "footnote", "", grids=["nowhere"], line=3),
            trigger("b", "footnote", "mvr", line=4),
        )
    )
    assert found == [
        "carriers/brackwater/triggers.csv, line 2: no application form of brackwater asks lifestyle.surfing. "
        "Correct the column yes.",
        "carriers/brackwater/triggers.csv, line 3: there is no grid nowhere. Correct the column grids.",
        "carriers/brackwater/triggers.csv, line 3: it asks for nothing. Fill the column requirements.",
        "carriers/brackwater/triggers.csv, line 4: trigger b is there already for the same day. Give it another id.",
    ]


def test_what_nobody_orders_stops_and_what_nobody_verified_is_only_worth_a_look() -> None:
    rules = {kind: rule for kind, rule in brackwater().file.requirements.items() if kind.value != "mvr"}
    carrier = brackwater(
        book=book(trigger("a", "footnote", "mvr", line=2, verified_by=""), rows=WHOLE), requirements=rules
    )
    missing, unverified = faults(carrier)
    assert (missing.stops, unverified.stops) == (True, False)
    assert missing.text.startswith("carriers/brackwater/triggers.csv, line 2 asks for mvr, which")
    assert unverified.text.startswith("carriers/brackwater/triggers.csv: nobody has verified 1 of its rows")
