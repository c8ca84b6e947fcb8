"""Age arithmetic on dates: last and nearest birthday, and the day on which an age changes.

A birthday, or half-birthday, on a day that its month does not have (29 February, 31 August plus six months)
is reached on the first of the next month.
"""

from datetime import date

from schemas.codes import AgeBasis

_HALF_YEAR = 6
_YEAR = 12


def full_months(born: date, day: date) -> int:
    """Whole months from the birth to a day; negative before the birth."""
    return (day.year - born.year) * _YEAR + (day.month - born.month) - (day.day < born.day)


def age_last(born: date, day: date) -> int:
    """Age at the last birthday."""
    return full_months(born, day) // _YEAR


def age_nearest(born: date, day: date) -> int:
    """Age at the nearest birthday: it changes on the half-birthday, six months after a birthday."""
    return (full_months(born, day) + _HALF_YEAR) // _YEAR


def age_on(basis: AgeBasis, born: date, day: date) -> int:
    """Age on the basis that a carrier counts by."""
    return age_nearest(born, day) if basis is AgeBasis.NEAREST else age_last(born, day)


def next_age_change(basis: AgeBasis, born: date, day: date) -> date:
    """The first day after ``day`` on which the age on this basis is one higher."""
    months = (age_on(basis, born, day) + 1) * _YEAR
    if basis is AgeBasis.NEAREST:
        months -= _HALF_YEAR
    return _months_after(born, months)


def _months_after(born: date, months: int) -> date:
    year, month = divmod(born.year * _YEAR + born.month - 1 + months, _YEAR)
    try:
        return date(year, month + 1, born.day)
    except ValueError:
        year, month = divmod(year * _YEAR + month + 1, _YEAR)
        return date(year, month + 1, 1)
