"""Which pages to show beside findings or values, and where on them the boxes lie: in points of the blank page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from schemas.application import Application, Box, FormFound
from schemas.document_events import DocumentFiled

_LETTER = (612.0, 792.0)


@dataclass(frozen=True)
class Spot:
    """One box on a page."""

    anchor: str
    """Of the finding or value that it belongs to."""
    label: str
    kind: str
    """``fix``, ``hint``, ``value``: how it is drawn."""
    x: float
    y: float
    """Of its upper left corner, from the top left."""
    width: float
    height: float

    @classmethod
    def around(cls, anchor: str, label: str, kind: str, box: Box, page_height: float) -> "Spot":
        """The box, a little larger, counted from the page's top."""
        left, bottom, right, top = box
        width, height = max(right - left, 6) + 4, max(top - bottom, 6) + 4
        return cls(anchor, label, kind, left - 2, page_height - top - 2, width, height)


@dataclass
class Sheet:
    """One page with its boxes."""

    document: DocumentFiled
    page: int
    width: float
    height: float
    form: str
    """What the page is, in words."""
    spots: list[Spot] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        return f"page-{self.document.document_id[:8]}-{self.page}"


@dataclass(frozen=True)
class Mark:
    """Something to be marked on a page."""

    anchor: str
    label: str
    kind: str
    document_id: str | None
    page: int | None
    box: Box | None


def sheets(
    application: Application, documents: Iterable[DocumentFiled], marks: Iterable[Mark], carriers: Path
) -> tuple[Sheet, ...]:
    """The pages that have a mark, in the order of documents and pages."""
    held = {document.document_id: document for document in documents}
    order = list(held)
    found: dict[tuple[int, int], Sheet] = {}
    for mark in marks:
        if mark.document_id not in held or mark.page is None:
            continue
        key = (order.index(mark.document_id), mark.page)
        sheet = found.setdefault(key, sheet_of(application, held[mark.document_id], mark.page, carriers))
        if mark.box:
            spot = Spot.around(mark.anchor, mark.label, mark.kind, mark.box, sheet.height)
            sheet.spots.append(spot)
    return tuple(found[key] for key in sorted(found))


def sheet_of(application: Application, document: DocumentFiled, page: int, carriers: Path) -> Sheet:
    """A page of a document without marks."""
    form, form_page = form_on(application, document.document_id, page)
    if form is None:
        return Sheet(document, page, *_LETTER, form="no form on file")
    width, height = page_size(carriers, form.carrier, form.form_id, form_page)
    return Sheet(document, page, width, height, f"{form.number}, page {form_page} of {form.page_count}")


def form_on(application: Application, document_id: str, page: int) -> tuple[FormFound | None, int]:
    for form in application.forms:
        for place in form.pages:
            if (place.document_id, place.page) == (document_id, page):
                return form, place.form_page
    return None, 0


def page_size(carriers: Path, carrier: str, form_id: str, form_page: int) -> tuple[float, float]:
    """Width and height of a form's page, in points."""
    return _size(carriers / carrier / "forms" / form_id / "blank.pdf", form_page)


@lru_cache(maxsize=2048)
def _size(blank: Path, page: int) -> tuple[float, float]:
    """Of a blank page as it is shown, in points."""
    from pypdf import PdfReader  # only the first look at a form needs it

    if not blank.is_file():
        return _LETTER
    pages = PdfReader(blank).pages
    if page > len(pages):
        return _LETTER
    box, turned = pages[page - 1].cropbox, pages[page - 1].rotation % 180
    width, height = float(box.width), float(box.height)
    return (height, width) if turned else (width, height)
