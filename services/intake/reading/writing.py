"""Reads what was written in the zones of a page's picture: cleans each zone, and has them read all at once."""

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np

from schemas.codes import Doubt, ReadingMethod
from services.intake.reading import ocr
from services.intake.reading.agreeing import agreed, is_plain, settled
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.cleaning import clean, untangled
from services.intake.reading.handwriting import AGREED, CHECKED, UNREAD, by_hand
from services.intake.reading.languages import Language
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
_TWO_LINES = 130
"""Pixels at 300 dpi of a zone from which on it holds more than one line."""
_LETTER_GAP = 5
"""Pixels at 300 dpi between the characters of a word."""


def read_writing(fine: Picture, template: Picture, blank: BlankPage, zones: Sequence[Zone]) -> dict[str, ZoneReading]:
    """The text of zones that have ink in them, by zone name; ``fine`` is the page in the frame at 300 dpi."""
    pictures = [_writing(fine, template, blank, zone) for zone in zones]
    first = ocr.read_stacked(pictures, blank.language.tesseract)
    kinds = [zone.type for zone in zones]
    asked = [not is_plain(kind, line, blank.language) for kind, line in zip(kinds, first, strict=True)]
    second = _second(pictures, asked)
    hands = by_hand(pictures, agreed(kinds, first, second, blank.language))
    again = _second(pictures, [hand and not before for hand, before in zip(hands, asked, strict=True)])
    second = [before or now for before, now in zip(second, again, strict=True)]
    lines = settled(kinds, first, second, blank.language)
    alike = agreed(kinds, first, second, blank.language)
    return {
        zone.name: _reading(zone, line, hand, same and other is not None, blank.language)
        for zone, line, hand, same, other in zip(zones, lines, hands, alike, second, strict=True)
    }


def _reading(zone: Zone, line: ocr.Line, hand: bool, alike: bool, language: Language) -> ZoneReading:
    """What was read; ``alike`` where both readers read it, whom a hand needs to be trusted at all."""
    read = ZoneReading(zone=zone.name, raw=line.text or ILLEGIBLE, method=ReadingMethod.OCR, confidence=line.confidence)
    value = clean(zone.type, untangled(zone.type, line.text, language), language)
    if not hand or (alike and zone.type in CHECKED and value is not None):
        return read
    most = AGREED if alike else UNREAD
    return read.model_copy(
        update={"doubtful": not alike, "doubts": (Doubt.HANDWRITTEN,), "confidence": min(line.confidence, most)}
    )


def _second(pictures: Sequence[Picture], asked: Sequence[bool]) -> list[ocr.Line | None]:
    """The second reader's lines, where it is asked, is installed, and there is but one line to read."""
    reader = second_reader()
    return [
        reader.read([picture])[0] if reader and ask and picture.shape[0] < _TWO_LINES else None
        for picture, ask in zip(pictures, asked, strict=True)
    ]


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


def _contrasted(picture: Picture) -> Picture:
    """Faint grey becomes white, dark grey black."""
    stretched = (picture.astype(np.float32) - _BLACK) * (255 / (_WHITE - _BLACK))
    clear: Picture = np.clip(stretched, 0, 255).astype(np.uint8)
    return clear


def _dust(picture: Picture) -> Mask:
    count, labels, stats, _ = cv2.connectedComponentsWithStats((picture < 250).astype(np.uint8), connectivity=8)
    small = stats[:, cv2.CC_STAT_AREA] < _DUST
    small[0] = False
    specks: Mask = small[labels] if count > 1 else np.zeros(picture.shape, bool)
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
