"""Two readers of the same writing: what both read is sure, what one reads is not."""

from random import Random

import pytest

from schemas.carrier import FieldType
from services.intake.reading.agreeing import BY_HAND, Chosen, is_plain, settled
from services.intake.reading.calibration import Grounds, Print, Support, fitted
from services.intake.reading.cleaning import untangled
from services.intake.reading.ocr import Line

SURE = 0.95


def one(kind: FieldType, first: Line, second: Line | None) -> Chosen:
    """The outcome on a page where both readers agree on everything else."""
    page = Line("Denver", 0.96)
    return settled([kind, *[FieldType.TEXT] * 9], [first, *[page] * 9], [second, *[page] * 9])[0]


def test_what_both_read_alike_is_sure() -> None:
    chosen = one(FieldType.DATE, Line("07/22/1983", 0.7), Line("07 /22/1983", 0.96))
    assert (chosen.text, chosen.confidence >= SURE) == ("07 /22/1983", True)


@pytest.mark.parametrize("second", [Line("Bjorn", 0.99), Line("Bjom", 0.6)])
def test_what_they_read_differently_is_never_sure(second: Line) -> None:
    chosen = one(FieldType.NAME, Line("Björn", 0.99), second)
    assert (chosen.text, chosen.confidence < SURE) == ("Björn", True)


def test_a_reading_that_makes_sense_goes_before_one_that_does_not() -> None:
    assert one(FieldType.DATE, Line("07/22/1983", 0.5), Line("071221983 1", 0.9)).text == "07/22/1983"


def test_commas_are_the_first_readers_who_sees_them_better() -> None:
    assert one(FieldType.TEXT, Line("Ames, IA", 0.94), Line("Ames. IA", 0.99)).text == "Ames, IA"


def test_without_a_second_reader_tesseracts_own_doubt_makes_a_value_less_sure() -> None:
    sure, unsure = (settled([FieldType.NAME], [Line("Paula", own)], [None])[0] for own in (0.96, 0.5))
    assert (sure.text, unsure.text) == ("Paula", "Paula")
    assert sure.confidence > unsure.confidence


def test_nothing_is_sure_on_a_page_on_which_the_readers_seldom_agree() -> None:
    first = [Line(text, 0.9) for text in ("Paula", "Oregon", "Zeller", "Denver")]
    second = [Line(text, 0.99) for text in ("Paula", "Oreyon", "Zeiler", "Derver")]
    lines = settled([FieldType.NAME] * 4, first, second)
    assert max(line.confidence for line in lines) <= BY_HAND


@pytest.mark.parametrize(
    ("kind", "line", "plain"),
    [
        (FieldType.DATE, Line("07/22/1983", 0.96), True),
        (FieldType.DATE, Line("41/17/2026", 0.96), False),
        (FieldType.TEXT, Line("Mapie Road", 0.94), False),
        (FieldType.TEXT, Line("781 Mapie Road", 0.95, (("781", 0.97), ("Mapie", 0.8), ("Road", 0.97))), False),
    ],
)
def test_the_second_reader_is_asked_wherever_there_is_doubt(kind: FieldType, line: Line, plain: bool) -> None:
    assert is_plain(kind, line) is plain


def test_confidences_are_the_shares_that_were_right_and_rare_rows_lean_on_what_is_like_them() -> None:
    random = Random(1)
    often = Grounds(Support.BOTH, 0, Print.CLEAR, figures=True)
    seldom = Grounds(Support.BOTH, 0, Print.CLEAR, figures=False)
    wrong = Grounds(Support.SECOND, 4, Print.POOR, figures=False)
    rows = fitted([(often, random.random() < 0.9) for _ in range(2000)] + [(seldom, False)] + [(wrong, False)] * 50)
    assert rows[often.key]["confidence"] == pytest.approx(0.9, abs=0.02)
    assert 0.7 < rows[seldom.key]["confidence"] < 0.9
    assert rows[wrong.key]["confidence"] < 0.1


@pytest.mark.parametrize(
    ("kind", "read", "meant"),
    [
        (FieldType.TEXT, "lowa", "Iowa"),
        (FieldType.NAME, "lvan Daniel Eastlake", "Ivan Daniel Eastlake"),
        (FieldType.TEXT, "Des Moines, |A 50309", "Des Moines, IA 50309"),
        (FieldType.TEXT, "144 lbs, lived with Lloyd", "144 lbs, lived with Lloyd"),
        (FieldType.NAME, "la Croix", "la Croix"),
        (FieldType.MONEY, "312.000", "312,000"),
        (FieldType.MONEY, "53.26", "53.26"),
        (FieldType.MONEY, "1.250.000.50", "1,250,000.50"),
    ],
)
def test_signs_that_look_alike_are_told_apart_only_where_one_is_impossible(
    kind: FieldType, read: str, meant: str
) -> None:
    assert untangled(kind, read) == meant
