"""How findings put lists, dates and amounts into words."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal


def listed(words: Sequence[str], last: str = "and") -> str:
    """``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def in_words(day: date) -> str:
    """``March 3, 2026``."""
    return f"{day:%B} {day.day}, {day.year}"


def dollars(amount: Decimal) -> str:
    return f"${amount:,.0f}" if amount == amount.to_integral_value() else f"${amount:,.2f}"


def per_cent(share: Decimal) -> str:
    """``33.34 %``, without needless zeros."""
    return f"{share.normalize():f} %"


def days_left(days: int) -> str:
    """How long a clock still runs, in words that :func:`without_days_left` finds again."""
    return " (today is the last day)" if days == 0 else f" ({days} {'day' if days == 1 else 'days'} left)"


def without_days_left(said: str) -> str:
    """The same words tomorrow: what merely a day that passes changes is taken out."""
    return re.sub(r" \((?:today is the last day|\d+ days? left)\)", "", said)
