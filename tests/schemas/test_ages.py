"""Ages: last and nearest birthday, half-birthdays, leap days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.ages import age_last, age_nearest, age_on, next_age_change
from schemas.codes import AgeBasis

BIRTHS = st.dates(date(1905, 1, 1), date(2010, 12, 31))
LIVED = st.integers(min_value=0, max_value=110 * 365)
BASES = st.sampled_from(AgeBasis)


@pytest.mark.parametrize(
    ("born", "day", "last", "nearest"),
    [
        (date(1980, 6, 15), date(2026, 6, 14), 45, 46),
        (date(1980, 6, 15), date(2026, 6, 15), 46, 46),
        (date(1980, 6, 15), date(2026, 12, 14), 46, 46),
        (date(1980, 6, 15), date(2026, 12, 15), 46, 47),
        (date(1980, 2, 29), date(2026, 2, 28), 45, 46),
        (date(1980, 2, 29), date(2026, 3, 1), 46, 46),
        (date(1980, 2, 29), date(2028, 2, 29), 48, 48),
        (date(1980, 8, 31), date(2026, 2, 28), 45, 45),
        (date(1980, 8, 31), date(2026, 3, 1), 45, 46),
        (date(2026, 1, 10), date(2026, 1, 10), 0, 0),
    ],
)
def test_known_ages(born: date, day: date, last: int, nearest: int) -> None:
    assert (age_last(born, day), age_nearest(born, day)) == (last, nearest)


@given(BIRTHS, LIVED)
def test_nearest_is_the_last_birthdays_age_or_one_more(born: date, days: int) -> None:
    day = born + timedelta(days)
    assert age_nearest(born, day) - age_last(born, day) in (0, 1)


@given(BIRTHS, LIVED, BASES)
def test_the_age_changes_on_the_day_foretold_and_not_before(born: date, days: int, basis: AgeBasis) -> None:
    day = born + timedelta(days)
    change = next_age_change(basis, born, day)
    assert day < change <= day + timedelta(367)
    assert age_on(basis, born, change) == age_on(basis, born, day) + 1
    assert age_on(basis, born, change - timedelta(1)) == age_on(basis, born, day)


@given(BIRTHS.filter(lambda born: (born.month, born.day) != (2, 29)), st.integers(min_value=0, max_value=100))
def test_on_a_birthday_both_ways_of_counting_agree(born: date, years: int) -> None:
    birthday = born.replace(year=born.year + years)
    assert age_last(born, birthday) == age_nearest(born, birthday) == years
