"""Decides what a signature line of a PDF holds: a digital signature, a typed name, a picture, a stamp, or ink."""

from collections.abc import Iterable, Sequence
from typing import Any

import pypdfium2 as pdfium

from schemas.application import Box, Seal
from schemas.codes import ReadingMethod, SealState, SignatureKind
from services.intake.reading.acroform import Note, Widget
from services.intake.reading.catalogue import Zone
from services.intake.reading.page_reading import ZoneReading
from services.intake.reading.seals import Seals

_FEWEST_LETTERS = 2
_OVERLAPS = 0.3
"""Share of a picture, or of the line's zone, that must lie over the other to be the line's signature."""
_WHOLE_PAGE = 0.6
"""Share of the page from which on a picture is its background, not something laid on a line."""


def signed_field(zone: Zone, widget: Widget, seals: Seals) -> ZoneReading | None:
    """What a fillable field on the line says; ``None`` for one that was left alone."""
    if widget.kind == "/Sig":
        return _sealed(zone, seals.of(widget.name)) if widget.on else None
    if widget.value in ("", zone.default):
        return None
    return _typed(zone, widget.value, ReadingMethod.ACROFORM)


def signed_line(
    zone: Zone, ink: ZoneReading, typed: str, notes: Sequence[Note], pictures: Iterable[Box]
) -> ZoneReading:
    """What was laid on the line otherwise; ``ink`` is what its picture shows."""
    laid = [note for note in notes if _middle_in(note.box, zone.box)]
    if any(_overlap(picture, zone.box) for picture in pictures) and (ink.marked or ink.doubtful):
        return _as(ink, SignatureKind.IMAGE)
    stamps = [note for note in laid if note.kind == "/Stamp"]
    if stamps:
        # Programs keep a signature drawn on the screen as a stamp without words, too.
        return _as(ink, SignatureKind.STAMP) if any(note.worded for note in stamps) else _as(ink, SignatureKind.IMAGE)
    if sum(sign.isalpha() for sign in typed) >= _FEWEST_LETTERS:
        return _typed(zone, typed, ReadingMethod.TEXT_LAYER)
    return ink


def under_seal(reading: ZoneReading, seal: Seal | None) -> ZoneReading:
    """A signature of another kind in a document that bears digital ones: it stands no firmer than they do."""
    if seal is None or reading.seal is not None or not (reading.marked or reading.doubtful):
        return reading
    if seal.state is SealState.HOLDS:
        return reading.model_copy(update={"seal": seal})
    return reading.model_copy(update={"seal": seal, "marked": False, "doubtful": True})


def pictures_on(sheet: Any) -> list[Box]:
    """Where pictures lie on the page, in its own space; a scan of the whole page is none of them."""
    width, height = sheet.get_size()
    boxes: list[Box] = [image.get_bounds() for image in sheet.get_objects([pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)]
    return [box for box in boxes if _area(box) < _WHOLE_PAGE * width * height]


def _sealed(zone: Zone, seal: Seal) -> ZoneReading:
    holds = seal.state is SealState.HOLDS
    return ZoneReading(
        zone=zone.name,
        raw=seal.signer or "",
        marked=holds,
        doubtful=not holds,
        kind=SignatureKind.DIGITAL,
        seal=seal,
        method=ReadingMethod.ACROFORM,
        confidence=1,
    )


def _typed(zone: Zone, name: str, method: ReadingMethod) -> ZoneReading:
    """A typed name is surely there, and surely no signature by itself: others decide what it is worth."""
    return ZoneReading(
        zone=zone.name, raw=name, doubtful=True, kind=SignatureKind.TYPED_NAME, method=method, confidence=1
    )


def _as(ink: ZoneReading, kind: SignatureKind) -> ZoneReading:
    stamped = kind is SignatureKind.STAMP
    changes = {"kind": kind, "marked": not stamped, "doubtful": stamped}
    return ink.model_copy(update=changes) if ink.marked or ink.doubtful else ink


def _middle_in(inner: Box, outer: Box) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _overlap(picture: Box, zone: Box) -> bool:
    common = (
        max(picture[0], zone[0]),
        max(picture[1], zone[1]),
        min(picture[2], zone[2]),
        min(picture[3], zone[3]),
    )
    if common[0] >= common[2] or common[1] >= common[3]:
        return False
    return _area(common) >= _OVERLAPS * min(_area(picture), _area(zone))


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
