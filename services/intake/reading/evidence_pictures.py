"""Takes the pictures of a scanned page that a person may have to judge by: doubtful places, signatures, the page."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO

from PIL import Image

from schemas.base import StoredObject
from schemas.carrier import FieldType
from schemas.codes import ReadingMethod
from services.intake.drop import archive_key
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.page_reading import ILLEGIBLE, PageRead, PageReading, ZoneReading
from services.intake.reading.pictures import Picture, cut
from services.intake.reading.writing import FINE, FINE_PIXELS

DOUBTFUL = 0.95
"""Confidence below which a value is looked at by a person."""
_AROUND = 6.0
"""Points around a zone: a signature seldom keeps to its line, and the printed words beside it help."""
_QUALITY = 60
"""Of a page's JPEG: at 150 dpi a letter page takes 150 to 250 kB, and is read with ease."""


def with_pictures(reading: PageReading, blank: BlankPage, fine: Callable[[], Picture], bucket: str) -> PageRead:
    """The page with the places of its pictures in ``bucket``.

    ``fine`` draws the page in the blank's frame at 300 dpi: most pages have nothing of which a picture is kept.
    """
    album = _Album(bucket, reading.document_id)
    zones = tuple(
        zone_reading.model_copy(update={"crop": album.add_crop(fine(), blank, zone)})
        if _is_worth_a_look(zone := blank.by_name[zone_reading.zone], zone_reading)
        else zone_reading
        for zone_reading in reading.zones
    )
    doubtful = any(_is_doubtful(zone_reading) for zone_reading in zones)
    picture = album.add_page(fine()) if doubtful else None
    return PageRead(reading.model_copy(update={"zones": zones, "picture": picture}), album.pictures)


def _is_worth_a_look(zone: Zone, reading: ZoneReading) -> bool:
    """What a form field says needs no picture; on paper every signature line does, signed or not."""
    if reading.method is ReadingMethod.ACROFORM:
        return False
    return zone.type is FieldType.SIGNATURE or _is_doubtful(reading)


def _is_doubtful(reading: ZoneReading) -> bool:
    if reading.method is ReadingMethod.ACROFORM:
        return False
    if reading.doubtful or reading.doubts or reading.raw == ILLEGIBLE:
        return True
    said = bool(reading.raw) or reading.method is ReadingMethod.MARK
    return said and reading.confidence < DOUBTFUL


@dataclass(frozen=True)
class _Album:
    """Pictures beside a document in the archive, each under the hash of its bytes: repeated, it is the same one."""

    bucket: str
    document_id: str
    pictures: dict[str, bytes] = field(default_factory=dict)

    def add_crop(self, fine: Picture, blank: BlankPage, zone: Zone) -> StoredObject:
        return self._add(_coded(cut(fine, blank, zone.box, _AROUND, FINE_PIXELS), "PNG"), "png")

    def add_page(self, fine: Picture) -> StoredObject:
        return self._add(_coded(fine[::FINE, ::FINE], "JPEG"), "jpg")

    def _add(self, picture: bytes, ending: str) -> StoredObject:
        key = f"{archive_key(self.document_id)}.pictures/{hashlib.sha256(picture).hexdigest()}.{ending}"
        self.pictures[key] = picture
        return StoredObject(bucket=self.bucket, key=key)


def _coded(picture: Picture, coding: str) -> bytes:
    out = BytesIO()
    Image.fromarray(picture).save(out, coding, quality=_QUALITY)
    return out.getvalue()
