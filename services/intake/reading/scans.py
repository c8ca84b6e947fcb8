"""Reads a page that is only a picture: finds its blank, lays it on, and reads the zones with ink in them."""

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import hypot
from typing import Any

import pypdfium2 as pdfium

from schemas.carrier import FieldType
from schemas.codes import ReadingMethod
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.fine_frame import fine_boxes, fine_page
from services.intake.reading.form_line import same_edition
from services.intake.reading.marks import Compared, box_reading, signature_reading, with_corrections
from services.intake.reading.page_reading import ZoneReading
from services.intake.reading.pictures import (
    Picture,
    drawn,
    evened,
    frame_size,
    ink,
    warped,
)
from services.intake.reading.registration import Placed, place
from services.intake.reading.templates import Features, Templates, features_of
from services.intake.reading.writing import read_writing

_MOST_DPI, _LEAST_DPI = 300, 200
"""Resolution in which a scan is drawn: that of its own picture where the page holds nothing else."""
_COARSE_DPI = 150
"""Below it, in one direction at least, letters are too small to refuse a page by at the first look."""
_LONG_SIDE = 825
"""Pixels of a letter page's long side at 75 dpi, where features are taken."""
_BLANK_SEEN_BLANK = 0.97
"""Blank fields of degraded pages that were found blank: 96 to 99 of a hundred."""
_EMPTY_PAGE = 0.0005
"""Share of ink below which a page is a separator."""


@dataclass(frozen=True)
class ScannedPage:
    """What a page's picture says."""

    zones: tuple[ZoneReading, ...]
    picture: Picture
    placed: Placed

    @property
    def blank(self) -> BlankPage:
        return self.placed.blank

    @cached_property
    def fine(self) -> Picture:
        """The page in the blank's frame at 300 dpi, its paper white; drawn when it is asked for."""
        return fine_page(self.picture, self.placed)


def read_scan(sheet: Any, templates: Templates) -> ScannedPage | None:
    """Form, page and values of a scanned page; ``None`` for a page of no form on file."""
    picture = drawn_scan(sheet)
    if ink(picture).mean() < _EMPTY_PAGE:
        return None
    placed = _placed(picture, templates)
    if placed is None:
        if min(_own_dpi(sheet) or (_MOST_DPI,)) >= _COARSE_DPI:
            return None
        # The form line of a standard fax may be read only where it is drawn larger.
        larger, _ = drawn(sheet, _MOST_DPI)
        if larger.shape == picture.shape or (placed := _placed(larger, templates)) is None:
            return None
        picture = larger
    return ScannedPage(_read_zones(picture, placed, templates.picture(placed.blank)), picture, placed)


def _placed(picture: Picture, templates: Templates) -> Placed | None:
    features, scale = scan_features(picture)
    return same_edition(picture, place(picture, features, scale, templates), templates)


def drawn_scan(sheet: Any) -> Picture:
    """The page as shown, with no more pixels than were scanned."""
    picture, _ = drawn(sheet, min(max(*(_own_dpi(sheet) or (_MOST_DPI,)), _LEAST_DPI), _MOST_DPI))
    return picture


def _own_dpi(sheet: Any) -> tuple[float, float] | None:
    """Resolution, across and down, of the one picture that a page consists of; ``None`` where there is more on it, or
    nothing, or a photo's file."""
    if not isinstance(sheet, pdfium.PdfPage) or pdfium.raw.FPDFPage_GetAnnotCount(sheet):
        return None
    match list(islice(sheet.get_objects(max_depth=1), 2)):
        case [pdfium.PdfImage() as only]:
            a, b, c, d, *_ = only.get_matrix().get()
            across, down = hypot(a, b), hypot(c, d)
            width, height = only.get_px_size()
            return (72 * width / across, 72 * height / down) if across > 1 and down > 1 else None
    return None


def scan_features(picture: Picture) -> tuple[Features, float]:
    """What stands out in a scan's picture, and the scale at which it was looked at."""
    scale = _LONG_SIDE / max(picture.shape)
    return features_of(picture, scale), scale


def _read_zones(picture: Picture, placed: Placed, template: Picture) -> tuple[ZoneReading, ...]:
    blank = placed.blank
    frame = warped(picture, placed.to_frame, frame_size(blank))
    compared = Compared(evened(frame), template, blank)
    readings = {zone.name: _seen(zone, compared) for zone in blank.zones}
    texts = [zone for zone in blank.zones if zone.type not in (FieldType.CHECKBOX, FieldType.SIGNATURE)]
    written = [zone for zone in texts if compared.written(zone.box)]
    fine = fine_boxes(picture, placed, frame, (zone.box for zone in written))
    read = read_writing(fine, template, blank, written)
    readings.update((reading.zone, reading) for reading in with_corrections(read.values(), compared))
    return tuple(readings.values())


def _seen(zone: Zone, compared: Compared) -> ZoneReading:
    """A zone's mark; a text zone is empty until its writing is read."""
    if zone.type is FieldType.CHECKBOX:
        return box_reading(zone, compared)
    if zone.type is FieldType.SIGNATURE:
        return signature_reading(zone, compared)
    return ZoneReading(zone=zone.name, method=ReadingMethod.OCR, confidence=_BLANK_SEEN_BLANK)
