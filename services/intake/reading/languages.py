"""The languages that forms are in: how each writes dates, numbers and page numbers; Tesseract's name for it."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class DayOrder(StrEnum):
    """How a date in figures is taken whose year stands last."""

    MONTH_FIRST = "month first"
    DAY_FIRST = "day first"
    UNSETTLED = "unsettled"
    """Readers differ: only a date that can be read in one way is one."""


@dataclass(frozen=True)
class Language:
    """What reading must know of a form's language."""

    code: str
    tesseract: str
    """Name of Tesseract's data."""
    page: str
    """How forms number their pages."""
    day_order: DayOrder
    months: dict[str, int]
    """By name and abbreviation in small letters without accents, the English ones too: no two contradict."""
    decimal_comma: bool = False
    """``1 250,50`` (thousands by blanks or points) and not ``1,250.50``."""
    year_first: bool = False
    """Eight figures are year, month, day."""

    def page_line(self, number: int, of: int) -> str:
        return self.page.format(number, of)


def without_accents(text: str) -> str:
    """Letters without what stands above or below them; all else as it is."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def accents_in(text: str) -> int:
    return sum(unicodedata.combining(sign) > 0 for sign in unicodedata.normalize("NFD", text))


def _months(*names: str) -> dict[str, int]:
    return {without_accents(name): month for month, line in enumerate(names, start=1) for name in line.split()}


_ENGLISH_MONTHS = _months(
    "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
    "september sept sep", "october oct", "november nov", "december dec",
)  # fmt: skip
_FRENCH_MONTHS = _months(
    "janvier janv", "février févr fév", "mars", "avril avr", "mai", "juin", "juillet juil", "août",
    "septembre", "octobre", "novembre", "décembre déc",
)  # fmt: skip
_SWEDISH_MONTHS = _months(
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti",
    "september", "oktober okt", "november", "december",
)  # fmt: skip
_MALAY_MONTHS = _months(
    "januari", "februari", "mac", "april", "mei", "jun", "julai", "ogos ogo",
    "september", "oktober okt", "november", "disember dis",
)  # fmt: skip

ENGLISH = Language("en", "eng", "Page {} of {}", DayOrder.MONTH_FIRST, _ENGLISH_MONTHS)
LANGUAGES = {
    language.code: language
    for language in (
        ENGLISH,
        Language(
            "fr", "fra", "Page {} de {}", DayOrder.DAY_FIRST, _ENGLISH_MONTHS | _FRENCH_MONTHS, decimal_comma=True
        ),
        Language(
            "sv",
            "swe",
            "Sida {} av {}",
            DayOrder.UNSETTLED,
            _ENGLISH_MONTHS | _SWEDISH_MONTHS,
            decimal_comma=True,
            year_first=True,
        ),
        Language("ms", "msa", "Halaman {} daripada {}", DayOrder.DAY_FIRST, _ENGLISH_MONTHS | _MALAY_MONTHS),
    )
}
"""By the code that ``form.yaml`` has as ``language``."""
