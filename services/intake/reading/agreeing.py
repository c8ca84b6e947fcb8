"""Decides between two readings of the same writing, and how sure the outcome is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from schemas.carrier import FieldType
from services.intake.reading.calibration import Grounds, Print, Support, confidence_of, step_of
from services.intake.reading.cleaning import clean, untangled
from services.intake.reading.languages import ENGLISH, Language, accents_in, without_accents
from services.intake.reading.ocr import Line

BY_HAND = 0.7
"""Most confidence of a page that the two read differently in most places: handwriting, or a picture too poor.
A rule and not a measurement: the handwriting that is measured is kinder than life."""

_CLEAR, _MOSTLY = 0.85, 0.6
"""Shares of a page's values from which on the readers agree about the page: nearly always, and mostly."""
_CLEAR_ALONE, _MOSTLY_ALONE = 0.9, 0.75
"""Mean confidence of a page that Tesseract reads alone, for the same."""
_VERY_SURE, _SURE = 0.97, 0.9
_UNSURE = 0.95

_PLAIN, _EACH_WORD = 0.95, 0.85
"""Tesseract's confidence, and that of the least sure word, from which on there is nothing to doubt."""
_FIGURES = frozenset(
    {
        FieldType.DATE, FieldType.MONEY, FieldType.ZIP, FieldType.PHONE, FieldType.SSN, FieldType.STATE,
        FieldType.INTEGER, FieldType.PERCENT,
    }
)  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """What was made of a zone's readings, and what speaks for it."""

    text: str
    grounds: Grounds

    @property
    def confidence(self) -> float:
        most = BY_HAND if self.grounds.page is Print.POOR else 1.0
        return min(confidence_of(self.grounds), most)


def is_plain(kind: FieldType, line: Line, language: Language = ENGLISH) -> bool:
    """Whether Tesseract alone is right about it in more than 99 of 100 cases."""
    if line.confidence < _PLAIN or min((sure for _, sure in line.words), default=1.0) < _EACH_WORD:
        return False
    return _understood(kind, line, language) is not None


def settled(
    kinds: Sequence[FieldType], first: Sequence[Line], second: Sequence[Line | None], language: Language = ENGLISH
) -> list[Chosen]:
    """One outcome each, from Tesseract's lines (``first``) and the second reader's where it read."""
    page = _print(kinds, first, second, language)
    return [_chosen(kind, one, other, page, language) for kind, one, other in zip(kinds, first, second, strict=True)]


def _print(
    kinds: Sequence[FieldType], first: Sequence[Line], second: Sequence[Line | None], language: Language
) -> Print:
    """Plain values count as agreed: the second reader was not asked because it would have said the same."""
    if not any(second):
        share, clear, mostly = fmean([line.confidence for line in first] or [1.0]), _CLEAR_ALONE, _MOSTLY_ALONE
    else:
        alike = [
            is_plain(kind, one, language) if other is None else _same(kind, one, other, language)
            for kind, one, other in zip(kinds, first, second, strict=True)
            if other is not None or is_plain(kind, one, language)
        ]
        share, clear, mostly = (sum(alike) + 1) / (len(alike) + 1), _CLEAR, _MOSTLY
    return Print.CLEAR if share >= clear else Print.MIXED if share >= mostly else Print.POOR


def _chosen(kind: FieldType, one: Line, other: Line | None, page: Print, language: Language) -> Chosen:
    if other is None:
        line, support = one, Support.ONLY_FIRST
    elif _same(kind, one, other, language):
        line, support = Line(other.text, max(one.confidence, other.confidence)), Support.BOTH
    else:
        line = _better(kind, one, other, language)
        support = Support.FIRST if line is one else Support.SECOND
    return Chosen(line.text, Grounds(support, step_of(line.confidence), page, kind in _FIGURES))


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


def _better(kind: FieldType, one: Line, other: Line, language: Language) -> Line:
    """The second reader's, unless it is unsure where the first is not, or only the first can be understood.

    The second takes commas for points, and Tesseract's English drops accents: neither puts in what is not there.
    """
    if re.sub(r"[.,]", "", one.text) == re.sub(r"[.,]", "", other.text):
        return one
    if has_lost_accents(one.text, other.text) or has_lost_accents(other.text, one.text):
        return other if has_lost_accents(one.text, other.text) else one
    if not other.text or (other.confidence < _UNSURE and one.confidence >= _SURE):
        return one
    if other.confidence < _VERY_SURE and _understood(kind, other, language) is None:
        return one if _understood(kind, one, language) is not None else other
    return other


def has_lost_accents(text: str, whole: str) -> bool:
    """The same letters with fewer accents: a poor scan loses some, and seldom shows any that are not there."""
    return without_accents(text) == without_accents(whole) and accents_in(text) < accents_in(whole)


def _meant(kind: FieldType, line: Line, language: Language) -> object:
    meant = _understood(kind, line, language)
    return " ".join(untangled(kind, line.text, language).split()) if meant is None else meant


def _understood(kind: FieldType, line: Line, language: Language) -> object:
    return clean(kind, untangled(kind, line.text, language), language)
