"""Reads what was written in the zones of a page's picture: cleans each zone, and has them read all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from schemas.carrier import FieldType
from schemas.codes import Doubt, ReadingMethod
from services.intake.reading import ocr
from services.intake.reading.agreeing import Chosen, agreed, has_lost_accents, is_plain, settled
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.cleaning import clean, untangled
from services.intake.reading.handwriting import AGREED, CHECKED, UNREAD, by_hand
from services.intake.reading.languages import ENGLISH, Language
from services.intake.reading.page_reading import ILLEGIBLE, ZoneReading
from services.intake.reading.pictures import PIXELS, Mask, Picture, cut, ink
from services.intake.reading.second_reader import second_reader

FINE = 2
"""Zones are read at twice the resolution of the frame: 300 dpi."""
FINE_PIXELS = PIXELS * FINE

_PRINTED = 215
"""Grey below which the blank has a line, however light."""
_BLACK, _WHITE = 50, 200
_DUST = 10
"""Pixels at 300 dpi of a spot too small for a full stop."""
_LETTER, _NEAR = 45, 25
"""Pixels of a spot that may be a letter; a smaller one is part of the writing when one is half that many away."""
_FRAME = 8
"""Pixels along a zone's edges in which nothing but its frame lies whole: a fax widens lines, and moves them."""
_TWO_LINES = 80
"""Pixels at 300 dpi of writing from which on it is more than one line."""
_MARK_AREA, _MARK_HEIGHT, _MARK_GAP, _WIDER_THAN_I = 150, 18, 12, 12
"""Pixels of an accent, most between it and its letter, and width of a letter that has no dot of its own."""
_ACCENTED = "swe"
"""Tesseract's data that keeps the accents of names and reads English words as well."""
_LETTER_GAP = 5
"""Pixels at 300 dpi between the characters of a word."""


@dataclass(frozen=True)
class Recognised:
    """What each reader made of the zones of one page, in the zones' order."""

    kinds: list[FieldType]
    first: list[ocr.Line]
    second: list[ocr.Line | None]
    """``None`` where the second reader is not installed, or was not asked."""
    hands: list[bool]
    """Which are written by hand."""


def read_writing(fine: Picture, template: Picture, blank: BlankPage, zones: Sequence[Zone]) -> dict[str, ZoneReading]:
    """The text of zones that have ink in them, by zone name; ``fine`` is the page in the frame at 300 dpi."""
    seen = recognised(fine, template, blank, zones)
    lines = settled(seen.kinds, seen.first, seen.second, blank.language)
    alike = agreed(seen.kinds, seen.first, seen.second, blank.language)
    return {
        zone.name: _reading(zone, line, hand, same and other is not None, blank.language)
        for zone, line, hand, same, other in zip(zones, lines, seen.hands, alike, seen.second, strict=True)
    }


def recognised(fine: Picture, template: Picture, blank: BlankPage, zones: Sequence[Zone]) -> Recognised:
    """Both readers' words, before any choice between them; the second is asked where the first may be wrong."""
    pictures = [_writing(fine, template, blank, zone) for zone in zones]
    first = ocr.read_stacked(pictures, blank.language.tesseract)
    if blank.language is ENGLISH:
        first = _with_accents(pictures, first)
    kinds = [zone.type for zone in zones]
    asked = [not is_plain(kind, line, blank.language) for kind, line in zip(kinds, first, strict=True)]
    second = _second(pictures, asked)
    hands = by_hand(pictures, agreed(kinds, first, second, blank.language))
    again = _second(pictures, [hand and not before for hand, before in zip(hands, asked, strict=True)])
    return Recognised(kinds, first, [before or now for before, now in zip(second, again, strict=True)], hands)


def _reading(zone: Zone, line: Chosen, hand: bool, alike: bool, language: Language) -> ZoneReading:
    """What was read; ``alike`` where both readers read it, whom a hand needs to be trusted at all."""
    read = ZoneReading(zone=zone.name, raw=line.text or ILLEGIBLE, method=ReadingMethod.OCR, confidence=line.confidence)
    value = clean(zone.type, untangled(zone.type, line.text, language), language)
    if not hand or (alike and zone.type in CHECKED and value is not None):
        return read
    most = AGREED if alike else UNREAD
    return read.model_copy(
        update={"doubtful": not alike, "doubts": (Doubt.HANDWRITTEN,), "confidence": min(line.confidence, most)}
    )


def _with_accents(pictures: Sequence[Picture], lines: Sequence[ocr.Line]) -> list[ocr.Line]:
    """The lines, with accents where there are marks over letters: English data reads ``Björn`` as ``Bjorn``."""
    kept = list(lines)
    if not ocr.has_language(_ACCENTED):
        return kept
    marked = [number for number, picture in enumerate(pictures) if has_marks_over_letters(picture)]
    again = ocr.read_stacked([pictures[number] for number in marked], _ACCENTED)
    for number, line in zip(marked, again, strict=True):
        if has_lost_accents(lines[number].text, line.text):
            kept[number] = line
    return kept


def _second(pictures: Sequence[Picture], asked: Sequence[bool]) -> list[ocr.Line | None]:
    """The second reader's lines, where it is asked, is installed, and there is but one line to read."""
    reader = second_reader()
    return [
        reader.read([picture])[0] if reader and ask and _is_one_line(picture) else None
        for picture, ask in zip(pictures, asked, strict=True)
    ]


def _is_one_line(picture: Picture) -> bool:
    rows = np.flatnonzero(ink(picture).any(axis=1))
    return not rows.size or int(rows[-1] - rows[0]) < _TWO_LINES


def _writing(fine: Picture, template: Picture, blank: BlankPage, zone: Zone) -> Picture:
    """What was written in a zone, at 300 dpi on white, without the blank's own lines and without dust."""
    here = _contrasted(cut(fine, blank, zone.box, 1, FINE_PIXELS))
    printed = (cut(template, blank, zone.box, 1) < _PRINTED).astype(np.uint8)
    size = (here.shape[1], here.shape[0])
    covered = cv2.dilate(cv2.resize(printed, size, interpolation=cv2.INTER_NEAREST), np.ones((5, 5), np.uint8))
    here[covered.astype(bool)] = 255
    here[_dust(here)] = 255
    if zone.cells:
        return _drawn_together(here, zone.cells)
    columns = np.flatnonzero(ink(here).any(axis=0))
    return here[:, columns[0] : columns[-1] + 1] if columns.size else here


def has_marks_over_letters(picture: Picture) -> bool:
    """Whether there is a small mark over a letter that is wider than an i."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink(picture).astype(np.uint8), connectivity=8)
    left, top, width, height, area = stats[1:].T
    small = (area <= _MARK_AREA) & (height <= _MARK_HEIGHT)
    letters = (area > _MARK_AREA) & (width >= _WIDER_THAN_I)
    middle, bottom = left + width / 2, top + height
    over = (left[letters] <= middle[small][:, None]) & (middle[small][:, None] <= (left + width)[letters])
    gap = top[letters] - bottom[small][:, None]
    return bool((over & (gap > -_MARK_GAP / 2) & (gap <= _MARK_GAP)).any())


def _contrasted(picture: Picture) -> Picture:
    """Faint grey becomes white, dark grey black."""
    stretched = (picture.astype(np.float32) - _BLACK) * (255 / (_WHITE - _BLACK))
    clear: Picture = np.clip(stretched, 0, 255).astype(np.uint8)
    return clear


def _dust(picture: Picture) -> Mask:
    """Specks, what is left of the field's own frame, and small spots far from all letters."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((picture < 250).astype(np.uint8), connectivity=8)
    if count == 1:
        return np.zeros(picture.shape, bool)
    area = stats[:, cv2.CC_STAT_AREA]
    left, top = stats[:, cv2.CC_STAT_LEFT], stats[:, cv2.CC_STAT_TOP]
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH], top + stats[:, cv2.CC_STAT_HEIGHT]
    height, width = picture.shape
    framing = (bottom <= _FRAME) | (top >= height - _FRAME) | (right <= _FRAME) | (left >= width - _FRAME)
    letters = (area >= _LETTER) & ~framing
    letters[0] = False
    gone = (area < _DUST) | framing
    if letters.any():
        around = cv2.dilate(letters[labels].astype(np.uint8), np.ones((_NEAR, _NEAR), np.uint8)).astype(bool)
        near = np.zeros(count, bool)
        near[np.unique(labels[around])] = True
        gone |= (area < _LETTER) & ~near
    gone[0] = False
    specks: Mask = gone[labels]
    return specks


def _drawn_together(picture: Picture, cells: int) -> Picture:
    """Characters in cells of their own, moved together as in a word: Tesseract takes the gaps for words."""
    edges = np.linspace(0, picture.shape[1], cells + 1).round().astype(int)
    gap = np.full((picture.shape[0], _LETTER_GAP), 255, np.uint8)
    parts: list[Picture] = []
    for left, right in pairwise(edges):
        columns = np.flatnonzero(ink(picture[:, left:right]).any(axis=0))
        if columns.size:
            parts += [picture[:, left + columns[0] : left + columns[-1] + 1], gap]
    return np.hstack(parts) if parts else picture
