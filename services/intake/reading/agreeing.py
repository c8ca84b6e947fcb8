"""Decides between two readings of the same writing, and how sure the outcome is."""

from collections.abc import Sequence

from schemas.carrier import FieldType
from services.intake.reading.cleaning import clean, untangled
from services.intake.reading.languages import ENGLISH, Language, accents_in, without_accents
from services.intake.reading.ocr import Line

BOTH = 0.97
"""Least confidence of what two readers read alike: 992 of 1,000 such values are right on all kinds of print."""
ONE = 0.9
"""Most confidence of what only one of them read."""
BY_HAND = 0.7
"""Most confidence of a page that the two read differently in most places: handwriting, or a picture too poor."""

_MOSTLY = 0.6
"""Share of a page's values from which on the readers agree about the page."""
_VERY_SURE, _SURE = 0.97, 0.9
_UNSURE = 0.95


_PLAIN = 0.95
"""Tesseract's confidence from which on a number that makes sense needs no second reader."""
_NUMBERS = (FieldType.DATE, FieldType.MONEY, FieldType.ZIP, FieldType.PHONE, FieldType.SSN, FieldType.STATE)


def is_plain(kind: FieldType, line: Line, language: Language = ENGLISH) -> bool:
    """Whether Tesseract alone is right about it in more than 99 of 100 cases."""
    return kind in _NUMBERS and line.confidence >= _PLAIN and _understood(kind, line, language) is not None


def settled(
    kinds: Sequence[FieldType], first: Sequence[Line], second: Sequence[Line | None], language: Language = ENGLISH
) -> list[Line]:
    """One line each, from Tesseract's (``first``) and the second reader's where it read.

    Confidence: what both read alike is sure, save on a page where they seldom agree, which handwriting is.
    """
    alike = [
        None if other is None else _same(kind, one, other, language)
        for kind, one, other in zip(kinds, first, second, strict=True)
    ]
    known = [same for same in alike if same is not None]
    most = 1.0 if not known or (sum(known) + 1) / (len(known) + 1) >= _MOSTLY else BY_HAND
    lines = []
    for kind, one, other, same in zip(kinds, first, second, alike, strict=True):
        chosen = one if other is None else _together(one, other) if same else _better(kind, one, other, language)
        lines.append(Line(chosen.text, round(min(chosen.confidence, most), 3)))
    return lines


def agreed(
    kinds: Sequence[FieldType], first: Sequence[Line], second: Sequence[Line | None], language: Language = ENGLISH
) -> list[bool]:
    """Which lines both readers read alike; where the second was not asked, those that the first is sure of."""
    alone = not any(second)
    return [
        _same(kind, one, other, language)
        if other is not None
        else is_plain(kind, one, language) or (alone and one.confidence >= _SURE)
        for kind, one, other in zip(kinds, first, second, strict=True)
    ]


def _same(kind: FieldType, one: Line, other: Line, language: Language) -> bool:
    return bool(one.text) and bool(other.text) and _meant(kind, one, language) == _meant(kind, other, language)


def _together(one: Line, other: Line) -> Line:
    return Line(other.text, max(BOTH, one.confidence, other.confidence))


def _better(kind: FieldType, one: Line, other: Line, language: Language) -> Line:
    """The second reader's, unless it is unsure where the first is not, or only the first can be understood."""
    is_surer = other.confidence < _UNSURE and one.confidence >= _SURE and not _lost_accents(one.text, other.text)
    if not other.text or is_surer or _lost_accents(other.text, one.text):
        better = one
    elif other.confidence < _VERY_SURE and _understood(kind, other, language) is None:
        better = one if _understood(kind, one, language) is not None else other
    else:
        better = other
    sure = ONE if better.confidence >= _VERY_SURE else better.confidence * 0.8
    return Line(better.text, min(sure, ONE))


def _lost_accents(text: str, whole: str) -> bool:
    """The same letters with fewer accents: a poor scan loses some, and seldom shows any that are not there."""
    return without_accents(text) == without_accents(whole) and accents_in(text) < accents_in(whole)


def _meant(kind: FieldType, line: Line, language: Language) -> object:
    meant = _understood(kind, line, language)
    return " ".join(untangled(kind, line.text, language).split()) if meant is None else meant


def _understood(kind: FieldType, line: Line, language: Language) -> object:
    return clean(kind, untangled(kind, line.text, language), language)
