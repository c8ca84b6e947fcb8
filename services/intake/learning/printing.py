"""Reads what is printed on a blank page: runs of words with their place, size and weight."""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from schemas.application import Box
from services.intake.reading.page_space import moved_box, moved_point, upright

_MOST_CHARACTERS = 60_000
_BOLD = 600
_WORD_GAP = 0.18
_RUN_GAP = 0.75
"""Gaps, in font sizes, that part words and runs of words."""


@dataclass(frozen=True)
class Word:
    text: str
    box: Box
    size: float
    """Points."""
    bold: bool


@dataclass(frozen=True)
class Run:
    """Words of one line that stand together: a caption, a heading, a line of a paragraph."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        lefts, bottoms, rights, tops = zip(*(word.box for word in self.words), strict=True)
        return min(lefts), min(bottoms), max(rights), max(tops)

    @property
    def size(self) -> float:
        return max(word.size for word in self.words)

    @property
    def bold(self) -> bool:
        return all(word.bold for word in self.words)


@dataclass(frozen=True)
class _Sign:
    text: str
    box: Box
    baseline: float
    size: float
    bold: bool


def runs_of(sheet: Any) -> list[Run]:
    """Everything printed on the page as it is shown, line by line from the top."""
    words = sorted(_words(sheet), key=lambda pair: (-round(pair[0], 1), pair[1].box[0]))
    runs: list[Run] = []
    held: list[Word] = []
    line = 0.0
    for baseline, word in words:
        if held and (abs(baseline - line) > 1.5 or _apart(held[-1], word)):
            runs.append(Run(tuple(held)))
            held = []
        held.append(word)
        line = baseline
    return [*runs, *([Run(tuple(held))] if held else [])]


def _apart(one: Word, other: Word) -> bool:
    gap = other.box[0] - one.box[2]
    return gap > _RUN_GAP * max(one.size, other.size) or gap < -2 * other.size


def _words(sheet: Any) -> Iterator[tuple[float, Word]]:
    """Words with their baselines."""
    held: list[_Sign] = []
    for sign in (*_signs(sheet), None):
        if held and (sign is None or _breaks(held[-1], sign)):
            yield held[0].baseline, _word(held)
            held = []
        if sign is not None and sign.text != " ":
            held.append(sign)


def _breaks(one: _Sign, other: _Sign) -> bool:
    if other.text == " " or abs(one.baseline - other.baseline) > 1.5:
        return True
    gap = other.box[0] - one.box[2]
    return gap > _WORD_GAP * one.size + 1 or gap < -one.size


def _word(signs: Sequence[_Sign]) -> Word:
    lefts, bottoms, rights, tops = zip(*(sign.box for sign in signs), strict=True)
    box = (min(lefts), min(bottoms), max(rights), max(tops))
    return Word("".join(sign.text for sign in signs), box, max(s.size for s in signs), all(s.bold for s in signs))


def _signs(sheet: Any) -> Iterator[_Sign]:
    text_page, shown = sheet.get_textpage(), upright(sheet)
    left, right, bottom, top, x, y = (ctypes.c_double() for _ in range(6))
    raw = text_page.raw
    for index in range(min(text_page.count_chars(), _MOST_CHARACTERS)):
        text = chr(pdfium.FPDFText_GetUnicode(raw, index))
        if text.isspace() or not text.isprintable():
            yield _Sign(" ", (0, 0, 0, 0), 0, 0, False)
            continue
        pdfium.FPDFText_GetCharBox(raw, index, left, right, bottom, top)
        pdfium.FPDFText_GetCharOrigin(raw, index, x, y)
        size = max(pdfium.FPDFText_GetFontSize(raw, index), top.value - bottom.value)
        box = moved_box(shown, (left.value, bottom.value, right.value, top.value))
        _, baseline = moved_point(shown, x.value, y.value)
        yield _Sign(text, box, baseline, size, _is_bold(raw, index))


def _is_bold(raw: Any, index: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(raw, index) >= _BOLD:
        return True
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, index, name, 128, flags)
    return any(word in name.value.lower() for word in (b"bold", b"black", b"heavy"))
