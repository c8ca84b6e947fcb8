"""Two readers of the same writing: what both read is sure, what one reads is not."""

import pytest

from schemas.carrier import FieldType
from services.intake.reading.agreeing import BOTH, BY_HAND, ONE, settled
from services.intake.reading.cleaning import untangled
from services.intake.reading.ocr import Line


def one(kind: FieldType, first: Line, second: Line | None) -> Line:
    return settled([kind], [first], [second])[0]


def test_what_both_read_alike_is_sure() -> None:
    line = one(FieldType.DATE, Line("07/22/1983", 0.7), Line("07 /22/1983", 0.8))
    assert (line.text, line.confidence >= BOTH) == ("07 /22/1983", True)


@pytest.mark.parametrize("second", [Line("Bjorn", 0.99), Line("Bjom", 0.6)])
def test_what_they_read_differently_is_never_sure(second: Line) -> None:
    assert one(FieldType.NAME, Line("Björn", 0.99), second).confidence <= ONE


def test_a_reading_that_makes_sense_goes_before_one_that_does_not() -> None:
    assert one(FieldType.DATE, Line("07/22/1983", 0.5), Line("071221983 1", 0.9)).text == "07/22/1983"


def test_without_a_second_reader_the_first_ones_word_and_doubt_stay() -> None:
    assert one(FieldType.NAME, Line("Paula", 0.91), None) == Line("Paula", 0.91)


def test_nothing_is_sure_on_a_page_on_which_the_readers_seldom_agree() -> None:
    first = [Line(text, 0.96) for text in ("Paula", "Oregon", "Zeller", "Denver")]
    second = [Line(text, 0.99) for text in ("Paula", "Oreyon", "Zeiler", "Derver")]
    lines = settled([FieldType.NAME] * 4, first, second)
    assert max(line.confidence for line in lines) <= BY_HAND


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
