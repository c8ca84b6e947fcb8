"""Reads a page that is only a picture: finds its blank, lays it on, and reads the zones with ink in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import numpy as np

from schemas.application import Box
from schemas.carrier import FieldType
from schemas.codes import ReadingMethod
from services.intake.reading import ocr
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.marks import Compared, box_reading, signature_reading
from services.intake.reading.page_reading import ZoneReading
from services.intake.reading.pictures import (
    Picture,
    cut,
    drawn,
    evened,
    frame_size,
    ink,
    warped,
)
from services.intake.reading.registration import Placed, place
from services.intake.reading.templates import Templates, features_of
from services.intake.reading.writing import FINE, FINE_PIXELS, read_writing

_SCAN_DPI = 300
_LONG_SIDE = 825
"""Pixels of a letter page's long side at 75 dpi, where features are taken."""
_BLANK_SEEN_BLANK = 0.97
"""Blank fields of degraded pages that were found blank: 96 to 99 of a hundred."""
_EMPTY_PAGE = 0.0005
"""Share of ink below which a page is a separator."""
_LEGIBLE = 8
"""Letters and digits that a form line must have shown before it may speak against a form."""
_LIKE = 0.6
_SURE = 0.9
"""Confidence from which on a number read in the form line may speak against a form."""


@dataclass(frozen=True)
class ScannedPage:
    """What a page's picture says."""

    blank: BlankPage
    zones: tuple[ZoneReading, ...]


def read_scan(sheet: Any, templates: Templates) -> ScannedPage | None:
    """Form, page and values of a scanned page; ``None`` for a page of no form on file."""
    picture, _ = drawn(sheet, _SCAN_DPI)
    if ink(picture).mean() < _EMPTY_PAGE:
        return None
    scale = _LONG_SIDE / max(picture.shape)
    placed = _same_edition(picture, place(picture, features_of(picture, scale), scale, templates))
    if placed is None:
        return None
    return ScannedPage(placed.blank, _read_zones(picture, placed, templates.picture(placed.blank)))


def _read_zones(picture: Picture, placed: Placed, template: Picture) -> tuple[ZoneReading, ...]:
    blank = placed.blank
    compared = Compared(evened(warped(picture, placed.to_frame, frame_size(blank))), template, blank)
    readings = {zone.name: _seen(zone, compared) for zone in blank.zones}
    texts = [zone for zone in blank.zones if zone.type not in (FieldType.CHECKBOX, FieldType.SIGNATURE)]
    written = [zone for zone in texts if compared.written(zone.box)]
    readings.update(read_writing(evened(_fine(picture, placed)), template, blank, written))
    return tuple(readings.values())


def _seen(zone: Zone, compared: Compared) -> ZoneReading:
    """A zone's mark; a text zone is empty until its writing is read."""
    if zone.type is FieldType.CHECKBOX:
        return box_reading(zone, compared)
    if zone.type is FieldType.SIGNATURE:
        return signature_reading(zone, compared)
    return ZoneReading(zone=zone.name, method=ReadingMethod.OCR, confidence=_BLANK_SEEN_BLANK)


def _fine(picture: Picture, placed: Placed) -> Picture:
    matrix = np.diag((FINE, FINE, 1.0)) @ placed.to_frame
    return warped(picture, matrix, frame_size(placed.blank, FINE_PIXELS))


def _same_edition(picture: Picture, candidates: Sequence[Placed]) -> Placed | None:
    """The candidate whose form line is the one printed on the page: editions and twins differ in little else."""
    scores: list[tuple[float, Placed]] = []
    for candidate in candidates:
        likeness = _form_line_likeness(picture, candidate)
        if likeness == 1:
            return candidate
        if likeness is not None:
            scores.append((round(likeness, 2), candidate))
    return max(scores, key=lambda scored: (scored[0], scored[1].agreement), default=(0, None))[1]


def _form_line_likeness(picture: Picture, candidate: Placed) -> float | None:
    """How like the candidate's form line the page's is, 0 to 1; ``None`` when it clearly names another form."""
    blank = candidate.blank
    strip = _form_line_box(blank)
    if strip is None:
        return 0.0
    line = ocr.read_line(cut(evened(_fine(picture, candidate)), blank, strip, 0, FINE_PIXELS))
    said = _letters(line.text)
    if len(said) < _LEGIBLE:
        return 0.0
    parts = (_letters(blank.printed), _letters(f"Page {blank.number} of {blank.of}"))
    likeness = min(_found_in(said, part) for part in parts)
    if line.confidence >= _SURE and likeness < _LIKE:
        return None
    return None if _another_number(line, blank.printed) else likeness


def _found_in(said: str, expected: str) -> float:
    """Likeness of the part of a line that is most like what is expected."""
    if expected in said:
        return 1.0
    windows = (said[start : start + len(expected)] for start in range(max(len(said) - len(expected), 0) + 1))
    return max(SequenceMatcher(None, expected, window, autojunk=False).ratio() for window in windows)


def _another_number(line: ocr.Line, printed: str) -> bool:
    """Whether a number or date of the form line was read clearly, and is not this form's."""
    sure = [_letters(text) for text, confidence in line.words if confidence >= _SURE]
    for part in (_letters(word) for word in printed.split()):
        if not any(sign.isdigit() for sign in part) or part in _letters(line.text):
            continue
        if any(len(word) == len(part) and SequenceMatcher(None, word, part).ratio() > _LIKE for word in sure):
            return True
    return False


def _form_line_box(blank: BlankPage) -> Box | None:
    """The strip of the page where its form line stands."""
    first, *rest = blank.printed.split()
    for word in blank.words:
        beside = [other.text for other in blank.words if abs(other.y - word.y) < 3]
        if word.text == first and all(part in beside for part in rest):
            return 0.0, word.y - 7, blank.width, word.y + 7
    return None


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())
