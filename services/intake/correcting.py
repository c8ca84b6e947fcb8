"""What a person saw on a page takes the place of what was read there: pages in, pages out."""

from collections.abc import Iterable, Sequence

from schemas.carrier import FieldType
from schemas.codes import ReadingMethod, SignatureKind, SignatureMark
from schemas.document_events import SeenPlace
from services.intake.reading.catalogue import Catalogue, Zone
from services.intake.reading.page_reading import PageReading, ZoneReading


class NoSuchPlace(ValueError):
    """The message names the place that is not on the page, and holds nothing of what was seen."""


def as_seen(pages: Sequence[PageReading], places: Iterable[SeenPlace], catalogue: Catalogue) -> tuple[PageReading, ...]:
    """The pages of one document with what a person saw on them. Raises :class:`NoSuchPlace`."""
    changed = {page.page: page for page in pages}
    for place in places:
        page = changed.get(place.page)
        if page is None or page.form_id != place.form_id:
            raise NoSuchPlace(f"page {place.page} is not of form {place.form_id}")
        changed[place.page] = _with(page, place, catalogue)
    return tuple(changed[page.page] for page in pages)


def _with(page: PageReading, place: SeenPlace, catalogue: Catalogue) -> PageReading:
    zones = catalogue.page(page.form_id or "", page.form_page or 1).by_name
    meant = zones.get(place.field)
    if meant is None:
        raise NoSuchPlace(f"page {place.page} has no field {place.field}")
    # A value that is chosen from several boxes is seen on all of them.
    together = {name for name, zone in zones.items() if zone.means == meant.means and zone.type is meant.type}
    if meant.type is not FieldType.CHECKBOX:
        together = {place.field}
    found = {reading.zone for reading in page.zones}
    if not together & found:
        raise NoSuchPlace(f"nothing was read of field {place.field} on page {place.page}")
    readings = [_seen(reading, zones[reading.zone], place.text) if reading.zone in together else reading
                for reading in page.zones]  # fmt: skip
    return page.model_copy(update={"zones": tuple(readings)})


def _seen(reading: ZoneReading, zone: Zone, text: str) -> ZoneReading:
    said = text.strip()
    seen = {"method": ReadingMethod.PERSON, "confidence": 1.0, "doubtful": False, "doubts": ()}
    if zone.type is FieldType.CHECKBOX:
        ticked = {part.strip() for part in said.split(",")}
        return reading.model_copy(update=seen | {"marked": (zone.value or "yes") in ticked})
    if zone.type is FieldType.SIGNATURE:
        signed = said == SignatureMark.PRESENT
        kind = (reading.kind or SignatureKind.INK) if signed else None
        return reading.model_copy(update=seen | {"marked": signed, "kind": kind, "raw": ""})
    return reading.model_copy(update=seen | {"raw": said})
