"""The way of a packet from bytes to an application, from top to bottom."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import pypdfium2 as pdfium

from schemas.codes import RefusalCause
from services.intake.reading.acroform import Note, Widget, notes_of, widgets_of
from services.intake.reading.assembly import packet_from
from services.intake.reading.catalogue import Catalogue
from services.intake.reading.opening import (
    PYPDF_FAULTS,
    Limits,
    OpenDocument,
    RefusedError,
    damaged,
    opened,
)
from services.intake.reading.page_reading import PageReading, Reading, Refused, Survey
from services.intake.reading.pages import named_page, page_with_fields
from services.intake.reading.scans import read_scan
from services.intake.reading.templates import Templates
from services.intake.reading.values import DigitalPage, with_widgets

Progress = Callable[[int, int], None]
"""Told the number of pages read and of pages in all."""

_FEWEST_CHARACTERS = 40
"""A page with less text than its form line and a sentence is a picture with a stamp on it."""
_COVERS = 0.6
"""Share of the page that a picture must cover to be a scan, whatever text a scanner laid under it."""


class Hands(Protocol):
    """Those who open the bytes: this process in tests, child processes with limits in services."""

    def survey(self, content: bytes, document_id: str) -> Survey | Refused: ...

    def scan(self, content: bytes, document_id: str, pages: Iterable[int]) -> Iterator[PageReading | Refused]: ...


def read_packet(
    content: bytes, document_id: str, catalogue: Catalogue, hands: Hands, progress: Progress | None = None
) -> Reading | Refused:
    """One document, whole: its application with evidence, or why it cannot be read."""
    tell = progress or (lambda done, total: None)
    survey = hands.survey(content, document_id)
    if isinstance(survey, Refused):
        return survey
    pages = list(survey.pages)
    tell(len(pages), survey.page_count)
    for scanned in hands.scan(content, document_id, survey.to_scan):
        if isinstance(scanned, Refused):
            return scanned
        pages.append(scanned)
        tell(len(pages), survey.page_count)
    pages.sort(key=lambda page: page.page)
    if not any(page.form_id for page in pages):
        return no_known_form()
    return Reading(packet_from(pages, catalogue), tuple(pages))


def survey_document(content: bytes, document_id: str, templates: Templates, limits: Limits) -> Survey | Refused:
    """Reads what the document's own data tells and names the pages that are only pictures."""
    try:
        with opened(content, limits) as document:
            pages, to_scan = [], []
            for number in range(1, document.page_count + 1):
                reading = _digital_page(document, number, document_id, templates)
                if reading is None:
                    to_scan.append(number)
                else:
                    pages.append(reading)
            return Survey(page_count=document.page_count, pages=tuple(pages), to_scan=tuple(to_scan))
    except RefusedError as error:
        return error.refused


def scan_document_page(
    content: bytes, document_id: str, number: int, templates: Templates, limits: Limits
) -> PageReading | Refused:
    """Reads one page of the document from its picture."""
    try:
        with opened(content, limits) as document:
            found = read_scan(document.paper[number - 1], templates)
            widgets, _ = _laid_over(document, number)
    except RefusedError as error:
        return error.refused
    except pdfium.PdfiumError:
        return damaged()
    if found is None:
        return PageReading(document_id=document_id, page=number)
    return PageReading(
        document_id=document_id,
        page=number,
        form_id=found.blank.form_id,
        form_page=found.blank.number,
        zones=with_widgets(found.zones, widgets, found.blank),
    )


def no_known_form() -> Refused:
    return Refused(
        cause=RefusalCause.NO_KNOWN_FORM,
        message="No page of the file belongs to a form on file here. Check that this is the right file and the "
        "carrier's current form; if it is a scan, scan it again straight, whole and at 300 dpi.",
    )


def _digital_page(document: OpenDocument, number: int, document_id: str, templates: Templates) -> PageReading | None:
    """The page by its own data; ``None`` when only its picture can tell."""
    try:
        sheet = document.paper[number - 1]
        text = sheet.get_textpage().get_text_range()
    except pdfium.PdfiumError:
        return PageReading(document_id=document_id, page=number)
    widgets, notes = _laid_over(document, number)
    scanned = _is_scan(sheet)
    blank = None if scanned and not widgets else named_page(text, templates.catalogue)
    blank = blank or page_with_fields((w.name for w in widgets), text, templates.catalogue)
    if blank is not None:
        zones = DigitalPage(sheet, widgets, notes, blank, templates).read()
        return PageReading(
            document_id=document_id, page=number, form_id=blank.form_id, form_page=blank.number, zones=zones
        )
    if scanned or len(text.strip()) < _FEWEST_CHARACTERS:
        return None
    return PageReading(document_id=document_id, page=number)


def _laid_over(document: OpenDocument, number: int) -> tuple[list[Widget], list[Note]]:
    """The page's fields, and what else lies over it. Raises :class:`RefusedError` where they cannot be followed."""
    if document.structure is None:
        return [], []
    try:
        page = document.structure.pages[number - 1]
        return list(widgets_of(page)), list(notes_of(page))
    except PYPDF_FAULTS as error:
        raise RefusedError(damaged()) from error


def _is_scan(sheet: Any) -> bool:
    """Whether one picture covers most of the page."""
    width, height = sheet.get_size()
    images = sheet.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)
    for image in images:
        left, bottom, right, top = image.get_bounds()
        if (right - left) * (top - bottom) >= _COVERS * width * height:
            return True
    return False
