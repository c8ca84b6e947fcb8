"""How findings put lists, dates and amounts into words."""

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
