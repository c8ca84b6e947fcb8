"""Turns what was written into values, by the field's type and the form's language; what is not understood, or could
mean two things, becomes nothing, never a guess."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from schemas.carrier import FieldType
from services.intake.reading.languages import ENGLISH, DayOrder, Language, without_accents

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
_ORDINAL = r"(?:st|nd|rd|th|er|re|:a|:e)?"
_FIGURES_ONLY = re.compile(r"(\d{1,4})\s*[-/ ]\s*(\d{1,2})\s*[-/ ]\s*(\d{1,4})")
_DAY_MONTH = re.compile(rf"(?:(?:le|den|pada) )?(\d{{1,2}}){_ORDINAL}[-/ ]*([^\W\d_]+)[-/ ]*(\d{{4}})")
_MONTH_DAY = re.compile(rf"([^\W\d_]+)[-/ ]*(\d{{1,2}}){_ORDINAL}[-/ ]+(\d{{4}})")
_GROUPED = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_GROUPED_LOOSELY = r"(?:\d{1,3}(?: \d{3})+|\d{1,3}(?:\.\d{3})+|\d+)"
"""Thousands as in languages with a decimal comma."""
_DOLLARS = r"(?:USD|US ?\$|\$ ?US|\$)"
_UNITS = r"(?:lbs?\.?|pounds?|ft\.?|feet|in\.?|inches|yrs?\.?|years?|ans?|år|tahun|['\"])?"


def clean(kind: FieldType, raw: str, language: Language = ENGLISH) -> Value | None:
    """The value that was written, or ``None`` where nothing was or it cannot be understood."""
    text = " ".join(raw.split())
    return _CLEANERS.get(kind, _as_written)(text, language) if text else None


def untangled(kind: FieldType, raw: str, language: Language = ENGLISH) -> str:
    """Recognised text with the letters that can only be digits made digits, and without blanks in numbers.

    A field of figures has no letters, so an O in it is a zero. In words and names only an l that no word begins
    with, as in ``lvan`` or ``lowa``, is the I that looks the same in print; codes are left as they were read.
    """
    if kind in (FieldType.TEXT, FieldType.NAME):
        return re.sub(r"(?<![^\W_])[l|][^\W\d_]+", _with_capital_i, raw)
    if kind is FieldType.STATE and len(raw) == 2:
        return raw.translate(_LETTERS_FOR_SIGNS)
    if kind not in _FIGURES or re.search(r"[^\W\d_]", raw.translate(_DIGITS_FOR_SIGNS)):
        return raw
    figures = re.sub(r"\s+", "", raw.translate(_DIGITS_FOR_SIGNS))
    if kind is FieldType.MONEY and not language.decimal_comma:
        # Dollars have two decimals: a point before three figures is a comma that lost its tail.
        grouped = re.fullmatch(r"\$?\d{1,3}(?:[.,]\d{3})+(?:\.\d{2})?", figures)
        return re.sub(r"\.(?=\d{3})", ",", figures) if grouped else figures
    return figures


def _with_capital_i(word: re.Match[str]) -> str:
    said = f"I{word[0][1:]}"
    if said.casefold() in _STATES or re.match(r"I[bcdfgkmnpqrstvwxz][a-z]{2,}$", said) or said in _CODES:
        return said
    return word[0]


def clean_date(text: str, language: Language = ENGLISH) -> date | None:
    """Year first, in the language's own order, or with the month in words.

    The year always has four digits, for two do not say the century.
    """
    plain = " ".join(re.sub(r"[,.]", " ", text.casefold()).split())
    if re.fullmatch(r"\d{8}", plain):
        one, two = (4, 6) if language.year_first else (2, 4)
        plain = f"{plain[:one]} {plain[one:two]} {plain[two:]}"
    if match := _FIGURES_ONLY.fullmatch(plain):
        return _date_in_figures(match[1], match[2], match[3], language)
    if match := _DAY_MONTH.fullmatch(plain):
        day, name, year = match.groups()
    elif match := _MONTH_DAY.fullmatch(plain):
        name, day, year = match.groups()
    else:
        return None
    month = language.months.get(without_accents(name))
    return _day(int(year), month, int(day)) if month else None


def _date_in_figures(first: str, second: str, last: str, language: Language) -> date | None:
    if len(first) == 4 and len(last) <= 2:
        return _day(int(first), int(second), int(last))
    if len(first) > 2 or len(last) != 4:
        return None
    if language.day_order is DayOrder.MONTH_FIRST:
        return _day(int(last), int(first), int(second))
    if language.day_order is DayOrder.UNSETTLED and int(first) <= 12 and first != second:
        return None
    return _day(int(last), int(second), int(first))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def clean_money(text: str, language: Language = ENGLISH) -> Decimal | None:
    """US dollars, as an application holds no other: an amount that names another currency is none."""
    if language.decimal_comma:
        # Without groups a point before two figures can only be a decimal one, too.
        amount = rf"({_GROUPED_LOOSELY}(?:,\d{{2}})?|\d+\.\d{{2}})"
        match = re.fullmatch(rf"{_DOLLARS}?\s*{amount}\s*(?:{_DOLLARS}|dollars?)?(?: ?US)?", text, re.I)
        return _decimal(match[1], language) if match else None
    match = re.fullmatch(rf"{_DOLLARS}?\s*({_GROUPED}(?:\.\d{{2}})?)\s*(?:{_DOLLARS}|dollars)?(?:/?-)?", text, re.I)
    return _decimal(match[1], language) if match else None


def _decimal(figures: str, language: Language) -> Decimal:
    if not language.decimal_comma:
        return Decimal(figures.replace(",", ""))
    whole, _, rest = figures.rpartition(",") if "," in figures else (figures, "", "")
    if not rest and re.fullmatch(r"\d+\.\d{2}", whole):
        return Decimal(whole)
    return Decimal(re.sub(r"[ .]", "", whole) + (f".{rest}" if rest else ""))


def clean_percent(text: str, language: Language = ENGLISH) -> Decimal | None:
    point = "[.,]" if language.decimal_comma else r"\."
    match = re.fullmatch(rf"(\d{{1,3}}(?:{point}\d{{1,4}})?)\s*(?:%|per ?cent|pour ?cent|procent|peratus)?", text, re.I)
    return Decimal(match[1].replace(",", ".")) if match else None


def clean_integer(text: str, language: Language = ENGLISH) -> int | None:
    grouped = _GROUPED_LOOSELY if language.decimal_comma else _GROUPED
    match = re.fullmatch(rf"({grouped})\s*{_UNITS}", text, re.I)
    return int(re.sub(r"[ .,]", "", match[1])) if match else None


def clean_ssn(text: str, language: Language = ENGLISH) -> str:
    """``XXX-XX-XXXX`` for nine digits; anything else, an EIN say, as written: a rule judges it."""
    digits = re.sub(r"[\s.-]", "", text)
    if re.fullmatch(r"\d{9}", digits) and not re.fullmatch(r"\d{2}-\d{7}", text):
        return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
    return text


def clean_state(text: str, language: Language = ENGLISH) -> str | None:
    """The two letters of the US Postal Service, on a form of any language: other countries' parts are none."""
    if text.replace(".", "").upper() in _CODES:
        return text.replace(".", "").upper()
    return _STATES.get(text.casefold())


def clean_zip(text: str, language: Language = ENGLISH) -> str | None:
    """Five digits, or nine with a hyphen; elsewhere the country may stand before, and Swedes write ``114 55``."""
    if language is not ENGLISH:
        text = re.sub(r"^(?:[A-Z]{1,2}[- ])?(\d{3}) ?(\d{2})$", r"\1\2", text)
    match = re.fullmatch(r"(\d{5})(?:\s*-?\s*(\d{4}))?", text)
    if match is None:
        return None
    return f"{match[1]}-{match[2]}" if match[2] else match[1]


def clean_phone(text: str, language: Language = ENGLISH) -> str | None:
    """``(XXX) XXX-XXXX``, with ` x` and the extension where there is one; other countries' numbers as written."""
    match = re.fullmatch(r"([\d\s().+/-]+?)\s*(?:(?:x|ext\.?|extension)\s*(\d{1,6}))?", text, re.I)
    digits = re.sub(r"\D", "", match[1]) if match else ""
    is_abroad = re.match(r"\+[02-9]", text) or (language is not ENGLISH and digits.startswith("0"))
    if is_abroad and 8 <= len(digits) <= 15:
        return text
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if match is None or len(digits) != 10:
        return None
    number = f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    return f"{number} x{match[2]}" if match[2] else number


def clean_email(text: str, language: Language = ENGLISH) -> str | None:
    address = text.replace(" ", "")
    return address if re.fullmatch(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+", address) else None


def _as_written(text: str, language: Language) -> str:
    return text


_CLEANERS: dict[FieldType, Callable[[str, Language], Value | None]] = {
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
