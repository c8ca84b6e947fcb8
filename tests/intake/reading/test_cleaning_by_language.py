"""What is written on forms in French, Swedish and Malay, and what could be read in two ways and so is nothing."""

from datetime import date
from decimal import Decimal

import pytest

from schemas.carrier import FieldType
from services.intake.reading.cleaning import clean, untangled
from services.intake.reading.languages import LANGUAGES

DAY, THIRD = date(2026, 11, 21), date(2026, 4, 3)


@pytest.mark.parametrize(
    ("code", "raw", "day"),
    [
        ("fr", "21/11/2026", DAY),
        ("fr", "21 novembre 2026", DAY),
        ("fr", "le 21 Nov. 2026", DAY),
        ("fr", "2026-11-21", DAY),
        ("fr", "21112026", DAY),
        ("fr", "1er août 2026", date(2026, 8, 1)),
        ("fr", "1 aout 2026", date(2026, 8, 1)),
        ("fr", "03/04/2026", THIRD),
        ("fr", "11/21/2026", None),
        ("fr", "21/11/26", None),
        ("sv", "2026-11-21", DAY),
        ("sv", "20261121", DAY),
        ("sv", "den 21 november 2026", DAY),
        ("sv", "3 maj 2026", date(2026, 5, 3)),
        ("sv", "21/11 2026", DAY),
        ("sv", "03/04/2026", None),
        ("sv", "11/21/2026", None),
        ("ms", "21 Nov 2026", DAY),
        ("ms", "21/11/2026", DAY),
        ("ms", "3 Ogos 2026", date(2026, 8, 3)),
        ("ms", "31 Disember 2026", date(2026, 12, 31)),
        ("ms", "11/21/2026", None),
        ("en", "21/11/2026", None),
        ("en", "21 novembre 2026", None),
    ],
)
def test_dates(code: str, raw: str, day: date | None) -> None:
    assert clean(FieldType.DATE, raw, LANGUAGES[code]) == day


@pytest.mark.parametrize(
    ("code", "raw", "amount"),
    [
        ("fr", "250 000", "250000"),
        ("fr", "250\u202f000,00 $ US", "250000.00"),
        ("fr", "1.250,50", "1250.50"),
        ("fr", "1250.50", "1250.50"),
        ("fr", "250,000", None),
        ("fr", "250 000 €", None),
        ("sv", "250 000 USD", "250000"),
        ("sv", "250 000 kr", None),
        ("sv", "12,5", None),
        ("ms", "USD250,000.00", "250000.00"),
        ("ms", "RM250,000", None),
        ("ms", "250.000", None),
    ],
)
def test_amounts_are_us_dollars_in_the_languages_own_writing(code: str, raw: str, amount: str | None) -> None:
    read = clean(FieldType.MONEY, raw, LANGUAGES[code])
    assert read == (amount and Decimal(amount))


@pytest.mark.parametrize(
    ("code", "kind", "raw", "value"),
    [
        ("fr", FieldType.PERCENT, "33,34 %", Decimal("33.34")),
        ("sv", FieldType.PERCENT, "50 procent", Decimal(50)),
        ("en", FieldType.PERCENT, "33,34 %", None),
        ("fr", FieldType.INTEGER, "1 200", 1200),
        ("sv", FieldType.INTEGER, "7 år", 7),
        ("sv", FieldType.ZIP, "SE-114 55", "11455"),
        ("fr", FieldType.ZIP, "F-75011", "75011"),
        ("en", FieldType.ZIP, "114 55", None),
        ("fr", FieldType.PHONE, "+33 1 55 50 10 01", "+33 1 55 50 10 01"),
        ("sv", FieldType.PHONE, "08-555 010 01", "08-555 010 01"),
        ("fr", FieldType.PHONE, "(207) 555-0123", "(207) 555-0123"),
        ("fr", FieldType.STATE, "Maine", "ME"),
        ("ms", FieldType.STATE, "Selangor", None),
        ("sv", FieldType.NAME, "Åsa  Öström-Lefèvre", "Åsa Öström-Lefèvre"),
    ],
)
def test_other_values(code: str, kind: FieldType, raw: str, value: object) -> None:
    assert clean(kind, raw, LANGUAGES[code]) == value


def test_scanned_figures_lose_their_blanks_but_no_decimal_comma() -> None:
    french = LANGUAGES["fr"]
    for raw in ("25O 000,00", "250 0OO , 00"):
        assert clean(FieldType.MONEY, untangled(FieldType.MONEY, raw, french), french) == 250_000
    assert untangled(FieldType.DATE, "21 août 2026", french) == "21 août 2026"
