"""Draws a form's zones onto its blank, so that a person can check them: colour for type, name and meaning beside."""

from collections.abc import Iterable, Sequence

import pypdfium2 as pdfium
from PIL import Image, ImageDraw, ImageFont

from schemas.carrier import FieldType
from services.intake.reading.catalogue import Blank, BlankPage, Zone

_SCALE = 2.6
"""Pixels a point: small enough to send, large enough to read a name in a cell."""
_LEGEND = 46
_SMALL, _LARGE = 13, 17
_LONGEST_TAG = 170
"""Pixels."""
_COLOURS: dict[FieldType, tuple[int, int, int]] = {
    FieldType.TEXT: (90, 90, 90),
    FieldType.NAME: (20, 90, 170),
    FieldType.DATE: (150, 60, 160),
    FieldType.INTEGER: (0, 120, 110),
    FieldType.MONEY: (20, 120, 40),
    FieldType.PERCENT: (90, 130, 0),
    FieldType.SSN: (170, 30, 60),
    FieldType.STATE: (0, 110, 150),
    FieldType.ZIP: (60, 100, 130),
    FieldType.PHONE: (110, 80, 30),
    FieldType.EMAIL: (80, 60, 190),
    FieldType.CHECKBOX: (205, 95, 0),
    FieldType.SIGNATURE: (200, 0, 0),
}
_UNCONFIRMED = (255, 236, 130)
"""Behind zones whose meaning nobody has confirmed."""


def zone_pictures(blank: Blank) -> Iterable[Image.Image]:
    """One picture a page of the form."""
    unconfirmed = frozenset(blank.form.confirm)
    for page in blank.pages:
        yield _picture(page, unconfirmed)


def _picture(page: BlankPage, unconfirmed: frozenset[str]) -> Image.Image:
    picture = Image.new("RGB", (round(page.width * _SCALE), round(page.height * _SCALE) + _LEGEND), "white")
    picture.paste(_paper(page), (0, _LEGEND))
    shades = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    pen = ImageDraw.Draw(shades)
    for zone in page.zones:
        fill = _UNCONFIRMED if zone.name in unconfirmed else _COLOURS[zone.type]
        pen.rectangle(_corners(page, zone), fill=(*fill, 120 if zone.name in unconfirmed else 40))
    picture.paste(shades, mask=shades)
    pen = ImageDraw.Draw(picture)
    for zone in page.zones:
        pen.rectangle(_corners(page, zone), outline=_COLOURS[zone.type], width=2)
    for zone in page.zones:
        _write(pen, page, zone)
    _write_legend(pen, page, unconfirmed)
    return picture


def _paper(page: BlankPage) -> Image.Image:
    """The blank itself, paler, so that what is written on it stands out."""
    document = pdfium.PdfDocument(page.content)
    try:
        document.init_forms()
        drawn = document[page.number - 1].render(scale=_SCALE, may_draw_forms=True).to_pil().convert("RGB")
    finally:
        document.close()
    return Image.blend(drawn, Image.new("RGB", drawn.size, "white"), 0.35)


def _corners(page: BlankPage, zone: Zone) -> tuple[float, float, float, float]:
    left, bottom, right, top = zone.box
    return (
        left * _SCALE,
        (page.height - top) * _SCALE + _LEGEND,
        right * _SCALE,
        (page.height - bottom) * _SCALE + _LEGEND,
    )


def _write(pen: ImageDraw.ImageDraw, page: BlankPage, zone: Zone) -> None:
    """Name over meaning inside a zone; under a box to tick, what a mark means."""
    left, top, right, bottom = _corners(page, zone)
    colour, font = _COLOURS[zone.type], ImageFont.load_default(_SMALL)
    if zone.type is FieldType.CHECKBOX:
        room = min(_to_next(page, zone) - 6, _LONGEST_TAG)
        text = _cut(pen, f"{zone.means.rpartition('.')[2]}={zone.value}", font, room)
        pen.rectangle(pen.textbbox((left, bottom + 1), text, font), fill=(255, 255, 255))
        pen.text((left, bottom + 1), text, colour, font)
        return
    room = right - left - 8
    lines = [zone.name, zone.means] if bottom - top >= 2 * _SMALL + 6 else [f"{zone.name}  {zone.means}"]
    if len(lines) == 1 and pen.textlength(lines[0], font) > room:
        lines = [zone.means]
    for number, line in enumerate(lines):
        pen.text((left + 4, top + 2 + number * (_SMALL + 2)), _cut(pen, line, font, room), colour, font)


def _to_next(page: BlankPage, zone: Zone) -> float:
    """Pixels from the left edge of a zone to that of the next one on its line."""
    left, bottom, _, top = zone.box
    following = [
        other.box[0] - left
        for other in page.zones
        if other.box[0] > left and other.box[1] < top and other.box[3] > bottom
    ]
    return min(following, default=page.width) * _SCALE


def _cut(pen: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, room: float) -> str:
    """The end of a path says more than its beginning."""
    if pen.textlength(text, font) <= room:
        return text
    while len(text) > 3 and pen.textlength(f"…{text}", font) > room:
        text = text[1:]
    return f"…{text}"


def _write_legend(pen: ImageDraw.ImageDraw, page: BlankPage, unconfirmed: frozenset[str]) -> None:
    font = ImageFont.load_default(_LARGE)
    waiting = sum(zone.name in unconfirmed for zone in page.zones)
    said = f"{page.form_id}  page {page.number} of {page.of}:  {len(page.zones)} zones, {waiting} to confirm"
    pen.rectangle((0, 0, page.width * _SCALE, _LEGEND - 2), fill=(245, 245, 245))
    pen.text((10, 3), said, (0, 0, 0), font)
    place = 10.0
    for kind in _types_on(page.zones):
        small = ImageFont.load_default(_SMALL)
        pen.rectangle((place, 28, place + 12, 40), fill=_COLOURS[kind])
        pen.text((place + 16, 26), str(kind), (0, 0, 0), small)
        place += 30 + pen.textlength(str(kind), small)


def _types_on(zones: Sequence[Zone]) -> list[FieldType]:
    present = {zone.type for zone in zones}
    return [kind for kind in _COLOURS if kind in present]
