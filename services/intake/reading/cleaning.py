"""Turns what was written into values, by the field's type; what is not understood becomes nothing, never a guess."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from schemas.carrier import FieldType

Value = str | int | Decimal | date

_STATES = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "district of columbia": "DC", "florida": "FL", "georgia": "GA",
    "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS",
    "kentucky": "KY", "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI",
    "minnesota": "MN", "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV",
    "new hampshire": "NH", "new jersey": "NJ", "new mexico": "NM", "new york": "NY", "north carolina": "NC",
    "north dakota": "ND", "ohio": "OH", "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA",
    "rhode island": "RI", "south carolina": "SC", "south dakota": "SD", "tennessee": "TN", "texas": "TX",
    "utah": "UT", "vermont": "VT", "virginia": "VA", "washington": "WA", "west virginia": "WV",
    "wisconsin": "WI", "wyoming": "WY", "puerto rico": "PR", "guam": "GU", "virgin islands": "VI",
    "american samoa": "AS", "northern mariana islands": "MP",
}  # fmt: skip
_CODES = frozenset(_STATES.values())
_FIGURES = frozenset(
    {
        FieldType.DATE, FieldType.INTEGER, FieldType.MONEY, FieldType.PERCENT,
        FieldType.SSN, FieldType.ZIP, FieldType.PHONE,
    }
)  # fmt: skip
_DIGITS_FOR_SIGNS = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1", "|": "1", "S": "5", "B": "8"})
_LETTERS_FOR_SIGNS = str.maketrans({"0": "O", "l": "I", "1": "I", "|": "I"})
_DATE_FORMS = ("%m/%d/%Y", "%Y/%m/%d", "%b %d %Y", "%B %d %Y", "%d %b %Y", "%d %B %Y")
_GROUPED = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_UNITS = r"(?:lbs?\.?|pounds?|ft\.?|feet|in\.?|inches|yrs?\.?|years?|['\"])?"


def clean(kind: FieldType, raw: str) -> Value | None:
    """The value that was written, or ``None`` where nothing was or it cannot be understood."""
    text = " ".join(raw.split())
    return _CLEANERS.get(kind, _as_written)(text) if text else None


def untangled(kind: FieldType, raw: str) -> str:
    """Recognised text with the letters that can only be digits made digits, and without blanks in numbers.

    A field of figures has no letters, so an O in it is a zero. In words and names only an l that no word begins
    with, as in ``lvan`` or ``lowa``, is the I that looks the same in print; codes are left as they were read.
    """
    if kind in (FieldType.TEXT, FieldType.NAME):
        return re.sub(r"(?<![^\W_])[l|][^\W\d_]+", _with_capital_i, raw)
    if kind is FieldType.STATE and len(raw) == 2:
        return raw.translate(_LETTERS_FOR_SIGNS)
    if kind not in _FIGURES or re.search(r"[A-Za-z]", raw.translate(_DIGITS_FOR_SIGNS)):
        return raw
    figures = re.sub(r"\s+", "", raw.translate(_DIGITS_FOR_SIGNS))
    if kind is FieldType.MONEY and re.fullmatch(r"\$?\d{1,3}(?:[.,]\d{3})+(?:\.\d{2})?", figures):
        # Dollars have two decimals: a point before three figures is a comma that lost its tail.
        return re.sub(r"\.(?=\d{3})", ",", figures)
    return figures


def _with_capital_i(word: re.Match[str]) -> str:
    said = f"I{word[0][1:]}"
    if said.casefold() in _STATES or re.match(r"I[bcdfgkmnpqrstvwxz][a-z]{2,}$", said) or said in _CODES:
        return said
    return word[0]


def clean_date(text: str) -> date | None:
    """US order, ISO, or the month in words; the year always with four digits, for two do not say the century."""
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text.replace(",", " ").replace(".", " "), flags=re.I)
    if re.fullmatch(r"\d{8}", plain.strip()):
        plain = f"{plain[:2]}/{plain[2:4]}/{plain[4:]}"
    parts = re.sub(r"\s*[-/]\s*", "/", " ".join(plain.split()))
    if not re.search(r"(?<!\d)\d{4}(?!\d)", parts):
        return None
    for form in _DATE_FORMS:
        for candidate in (parts, parts.replace(" ", "/"), parts.replace("/", " ")):
            try:
                return datetime.strptime(candidate, form).date()  # noqa: DTZ007 - a date has no zone
            except ValueError:
                continue
    return None


def clean_money(text: str) -> Decimal | None:
    """US dollars; thousands by commas, cents after a point."""
    match = re.fullmatch(rf"(?:USD|US\$|\$)?\s*({_GROUPED}(?:\.\d{{2}})?)\s*(?:USD|dollars)?(?:/?-)?", text, re.I)
    return Decimal(match[1].replace(",", "")) if match else None


def clean_percent(text: str) -> Decimal | None:
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,4})?)\s*(?:%|per ?cent)?", text, re.I)
    return Decimal(match[1]) if match else None


def clean_integer(text: str) -> int | None:
    match = re.fullmatch(rf"({_GROUPED})\s*{_UNITS}", text, re.I)
    return int(match[1].replace(",", "")) if match else None


def clean_ssn(text: str) -> str:
    """``XXX-XX-XXXX`` for nine digits; anything else, an EIN say, as written: a rule judges it."""
    digits = re.sub(r"[\s.-]", "", text)
    if re.fullmatch(r"\d{9}", digits) and not re.fullmatch(r"\d{2}-\d{7}", text):
        return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    return text


def clean_state(text: str) -> str | None:
    """The two letters of the US Postal Service."""
    if text.replace(".", "").upper() in _CODES:
        return text.replace(".", "").upper()
    return _STATES.get(text.casefold())


def clean_zip(text: str) -> str | None:
    match = re.fullmatch(r"(\d{5})(?:\s*-?\s*(\d{4}))?", text)
    if match is None:
        return None
    return f"{match[1]}-{match[2]}" if match[2] else match[1]


def clean_phone(text: str) -> str | None:
    """``(XXX) XXX-XXXX``, with ` x` and the extension where there is one."""
    match = re.fullmatch(r"([\d\s().+/-]+?)\s*(?:(?:x|ext\.?|extension)\s*(\d{1,6}))?", text, re.I)
    digits = re.sub(r"\D", "", match[1]) if match else ""
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if match is None or len(digits) != 10:
        return None
    number = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return f"{number} x{match[2]}" if match[2] else number


def clean_email(text: str) -> str | None:
    address = text.replace(" ", "")
    return address if re.fullmatch(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+", address) else None


def _as_written(text: str) -> str:
    return text


_CLEANERS: dict[FieldType, Callable[[str], Value | None]] = {
    FieldType.DATE: clean_date,
    FieldType.MONEY: clean_money,
    FieldType.PERCENT: clean_percent,
    FieldType.INTEGER: clean_integer,
    FieldType.SSN: clean_ssn,
    FieldType.STATE: clean_state,
    FieldType.ZIP: clean_zip,
    FieldType.PHONE: clean_phone,
    FieldType.EMAIL: clean_email,
}
