"""Reads a page that is only a picture: finds its blank, lays it on, and reads the zones with ink in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from schemas.application import Box
from schemas.carrier import FieldType
from schemas.codes import ReadingMethod
from services.intake.reading import marks, ocr
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.page_reading import ZoneReading
from services.intake.reading.pictures import (
    PIXELS,
    Mask,
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
from services.intake.reading.values import signature_reading

_SCAN_DPI = 300
_FINE = 2
"""Zones are read at twice the resolution of the frame: 300 dpi."""
_LONG_SIDE = 825
"""Pixels of a letter page's long side at 75 dpi, where features are taken."""
_EMPTY_PAGE = 0.0005
"""Share of ink below which a page is a separator."""
_LEGIBLE = 8
"""Letters and digits that a form line must have shown before it may speak against a form."""
_LIKE = 0.6
_PRINTED = 215
"""Grey below which the blank has a line, however light."""
_BLACK, _WHITE = 50, 200
_DUST = 10
"""Pixels at 300 dpi of a spot too small for a full stop."""
_LETTER_GAP = 5
"""Pixels at 300 dpi between the characters of a word."""
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
    page = evened(warped(picture, placed.to_frame, frame_size(blank)))
    fine = evened(_fine(picture, placed))
    readings = {}
    texts: list[Zone] = []
    for zone in blank.zones:
        if zone.type is FieldType.CHECKBOX:
            ticked, sure = marks.tick(page, template, blank, zone.box)
            readings[zone.name] = ZoneReading(zone=zone.name, marked=ticked, method=ReadingMethod.MARK, confidence=sure)
        elif zone.type is FieldType.SIGNATURE:
            readings[zone.name] = signature_reading(zone, marks.signature(page, template, blank, zone.box))
        elif marks.written(page, template, blank, zone.box):
            texts.append(zone)
        else:
            readings[zone.name] = ZoneReading(zone=zone.name, method=ReadingMethod.OCR, confidence=0.97)
    lines = ocr.read_stacked([_writing(fine, template, blank, zone) for zone in texts])
    for zone, line in zip(texts, lines, strict=True):
        readings[zone.name] = ZoneReading(
            zone=zone.name, raw=line.text, method=ReadingMethod.OCR, confidence=line.confidence
        )
    return tuple(readings[zone.name] for zone in blank.zones)


def _fine(picture: Picture, placed: Placed) -> Picture:
    matrix = np.diag((_FINE, _FINE, 1.0)) @ placed.to_frame
    return warped(picture, matrix, frame_size(placed.blank, PIXELS * _FINE))


def _writing(fine: Picture, template: Picture, blank: BlankPage, zone: Zone) -> Picture:
    """What was written in a zone, at 300 dpi on white, without the blank's own lines and without dust."""
    here = _contrasted(cut(fine, blank, zone.box, 1, PIXELS * _FINE))
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
    line = ocr.read_line(cut(evened(_fine(picture, candidate)), blank, strip, 0, PIXELS * _FINE))
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
