"""What agents write becomes values, and what cannot be understood becomes nothing."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.carrier import FieldType
from services.intake.reading.cleaning import clean, untangled

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


@given(DAYS)
def test_a_date_is_understood_however_it_is_usually_written(day: date) -> None:
    for form in ("%m/%d/%Y", "%Y-%m-%d", "%m-%d-%Y", "%b %d, %Y", "%B %d %Y", "%d %B %Y", "%m%d%Y", "%m. %d. %Y"):
        assert clean(FieldType.DATE, day.strftime(form)) == day, form
    assert clean(FieldType.DATE, f" {day.month}/{day.day}/{day.year} ") == day


@pytest.mark.parametrize("raw", ["3/4/26", "13/13/2026", "02/30/2026", "soon", "2026", "1/2/3/2026", "00000000", "n/a"])
def test_a_date_that_does_not_say_one_day_is_no_date(raw: str) -> None:
    assert clean(FieldType.DATE, raw) is None


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_money_is_understood_with_and_without_signs_and_groups(dollars: int, cents: int) -> None:
    amount = Decimal(f"{dollars}.{cents:02}")
    for raw in (f"${dollars:,}.{cents:02}", f"{dollars}.{cents:02}", f"$ {dollars:,}.{cents:02} USD"):
        assert clean(FieldType.MONEY, raw) == amount
    assert clean(FieldType.MONEY, f"{dollars:,}") == dollars


@pytest.mark.parametrize("raw", ["1,00", "12.5", "250.000", "-5", "about 5000", "1,0000", "$", "5-6"])
def test_money_that_could_mean_two_amounts_is_none(raw: str) -> None:
    assert clean(FieldType.MONEY, raw) is None


@given(st.decimals(0, 100, places=2))
def test_a_share_is_understood(share: Decimal) -> None:
    for raw in (f"{share}", f"{share}%", f"{share} %", f"{share} percent"):
        assert clean(FieldType.PERCENT, raw) == share


def test_a_fraction_is_not_taken_for_a_share() -> None:
    assert clean(FieldType.PERCENT, "1/3") is None


@given(st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_nine_digits_are_an_ssn_however_they_are_spaced(digits: str) -> None:
    formatted = f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    for raw in (digits, formatted, " ".join(digits), f"{digits[:3]} {digits[3:5]} {digits[5:]}"):
        assert clean(FieldType.SSN, raw) == formatted


@pytest.mark.parametrize("raw", ["12-3456789", "1234", "applied for"])
def test_what_is_no_ssn_stays_as_written_for_the_rule_to_judge(raw: str) -> None:
    assert clean(FieldType.SSN, raw) == raw


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (FieldType.STATE, "Illinois", "IL"),
        (FieldType.STATE, "il", "IL"),
        (FieldType.STATE, "new  york", "NY"),
        (FieldType.STATE, "D.C.", "DC"),
        (FieldType.STATE, "XX", None),
        (FieldType.ZIP, "60601", "60601"),
        (FieldType.ZIP, "60601 1234", "60601-1234"),
        (FieldType.ZIP, "6060", None),
        (FieldType.PHONE, "312.555.0123", "(312) 555-0123"),
        (FieldType.PHONE, "+1 (312) 555-0123 ext. 7", "(312) 555-0123 x7"),
        (FieldType.PHONE, "555-0123", None),
        (FieldType.EMAIL, "a.b @example.com", "a.b@example.com"),
        (FieldType.EMAIL, "a.b at example.com", None),
        (FieldType.INTEGER, "180 lbs", 180),
        (FieldType.INTEGER, "1,200", 1200),
        (FieldType.INTEGER, "5'", 5),
        (FieldType.INTEGER, "five", None),
        (FieldType.NAME, "  Ann \n  Lee ", "Ann Lee"),
        (FieldType.TEXT, "   ", None),
    ],
)
def test_common_spellings(kind: FieldType, raw: str, value: object) -> None:
    assert clean(kind, raw) == value


@given(st.sampled_from(sorted(FieldType)), st.text())
def test_nothing_that_is_written_breaks_the_reader(kind: FieldType, raw: str) -> None:
    clean(kind, untangled(kind, raw))


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (FieldType.DATE, "11/1 8/2O26", date(2026, 11, 18)),
        (FieldType.SSN, "8O0-l2-34S6", "800-12-3456"),
        (FieldType.STATE, "lA", "IA"),
        (FieldType.STATE, "LA", "LA"),
        (FieldType.MONEY, "1OO,OOO", Decimal(100000)),
    ],
)
def test_letters_that_can_only_be_digits_are_taken_for_them_in_scans(kind: FieldType, raw: str, value: object) -> None:
    assert clean(kind, untangled(kind, raw)) == value


def test_words_keep_their_letters_in_scans() -> None:
    assert untangled(FieldType.NAME, "Isla Bo") == "Isla Bo"
    assert untangled(FieldType.DATE, "Oct 3, 2026") == "Oct 3, 2026"
