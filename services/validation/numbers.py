"""Numbers that can be checked by their own form: SSN, ITIN, ABA routing number, ZIP and state."""

import re

_ITIN_GROUPS = frozenset({*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)})
_ROUTING_WEIGHTS = (3, 7, 1) * 3
_ROUTING_DISTRICTS = frozenset({*range(1, 13), *range(21, 33), *range(61, 73), 80})


def _nine_digits(written: str) -> str | None:
    digits = re.sub(r"[\s-]", "", written)
    return digits if re.fullmatch(r"[0-9]{9}", digits) else None


def can_be_ssn(written: str) -> bool:
    """Nine digits; area not 000, 666 or 900-999; group not 00; serial not 0000 (the SSA's format)."""
    digits = _nine_digits(written)
    if digits is None:
        return False
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def can_be_itin(written: str) -> bool:
    """An individual taxpayer identification number: nine digits from 900 up with one of the IRS's groups."""
    digits = _nine_digits(written)
    return digits is not None and digits[0] == "9" and int(digits[3:5]) in _ITIN_GROUPS


def can_be_routing_number(written: str) -> bool:
    """Nine digits of a Federal Reserve district (or 80, traveler's checks) whose ABA check sum is right."""
    digits = _nine_digits(written)
    if digits is None or int(digits[:2]) not in _ROUTING_DISTRICTS:
        return False
    return sum(weight * int(digit) for weight, digit in zip(_ROUTING_WEIGHTS, digits, strict=True)) % 10 == 0


def is_post_office_box(street: str) -> bool:
    """``P.O. Box 12``, ``PO Box``, ``Post Office Box``, ``Box 12``; not a street that is called Box."""
    text = street.strip().casefold()
    return bool(
        re.search(r"\bp\s*\.?\s*o\s*\.?\s*box\b", text)
        or re.search(r"\bpost\s+office\s+box\b", text)
        or re.match(r"box\s+#?\s*\d+", text)
    )
