"""The way of a packet from bytes to an application, from top to bottom."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import pypdfium2 as pdfium

from schemas.codes import PageFault, RefusalCause
from schemas.file_events import DocumentSeen
from services.intake.reading.acroform import Note, Widget, notes_of, widgets_of
from services.intake.reading.applicants import by_applicant
from services.intake.reading.assembly import packet_from
from services.intake.reading.catalogue import BlankPage, Catalogue
from services.intake.reading.cover_sheet import Cover, cover_on
from services.intake.reading.evidence_pictures import with_pictures
from services.intake.reading.opening import (
    PYPDF_FAULTS,
    Limits,
    OpenDocument,
    TooManyPixelsError,
    check_pictures,
    opened,
)
from services.intake.reading.page_reading import PageRead, PageReading, Reading, Refused, Survey, Unpacked
from services.intake.reading.pages import PrintedLike, named_page, page_with_fields, printed_like
from services.intake.reading.photos import PHOTO_FAULTS, is_photo, opened_photo
from services.intake.reading.refusing import RefusedError, refusal
from services.intake.reading.scans import ScannedPage, drawn_scan, read_scan
from services.intake.reading.seals import Seals
from services.intake.reading.seen import is_placeholder, says_portfolio, seen_of
from services.intake.reading.templates import Templates
from services.intake.reading.text_layer import shown_characters, words_of
from services.intake.reading.unpacking import files_of_portfolio, files_of_zip, is_zip
from services.intake.reading.values import DigitalPage, with_widgets, without_defaults

Progress = Callable[[int, int], None]
"""Told the number of pages read and of pages in all."""

_FEWEST_CHARACTERS = 40
"""A page with less text than its form line and a sentence is a picture with a stamp on it."""
_COVERS = 0.6
"""Share of the page that a picture must cover to be a scan, whatever text a scanner laid under it."""


class Hands(Protocol):
    """Those who open the bytes: this process in tests, child processes with limits in services."""

    def survey(self, content: bytes, document_id: str) -> Survey | Refused | Unpacked: ...

    def scan(self, content: bytes, document_id: str, pages: Iterable[int]) -> Iterator[PageReading | Refused]: ...


def read_packet(
    content: bytes, document_id: str, catalogue: Catalogue, hands: Hands, progress: Progress | None = None
) -> Reading | Refused | Unpacked:
    """One document, whole: its application with evidence, the files in it, or why it cannot be read."""
    tell = progress or (lambda done, total: None)
    survey = hands.survey(content, document_id)
    if not isinstance(survey, Survey):
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
        covers = tuple(page for page in pages if page.cover)
        return _no_form({page.fault for page in pages}).model_copy(update={"seen": survey.seen, "covers": covers})
    parts = tuple(tuple(part) for part in by_applicant(pages, catalogue))
    return Reading(tuple(packet_from(part, catalogue) for part in parts), parts, survey.seen)


def survey_document(
    content: bytes, document_id: str, templates: Templates, limits: Limits, only: Iterable[int] | None = None
) -> Survey | Refused | Unpacked:
    """Reads what the document's own data tells and names the pages that are only pictures; ``only``: of these pages."""
    try:
        if is_zip(content):
            return files_of_zip(content, limits)
        if is_photo(content):
            with opened_photo(content, limits) as photo:
                count = len(photo)
                seen = DocumentSeen(pages=count, picture_pages=count)
                return Survey(page_count=count, pages=(), to_scan=tuple(range(1, count + 1)), seen=seen)
        with opened(content, limits) as document:
            if says_portfolio(document) and (files := files_of_portfolio(content, limits)):
                return files
            return _surveyed(document, content, document_id, templates, only)
    except RefusedError as error:
        return error.refused


def _surveyed(
    document: OpenDocument, content: bytes, document_id: str, templates: Templates, only: Iterable[int] | None
) -> Survey:
    """Raises :class:`RefusedError` for a form that says only to wait."""
    numbers = range(1, document.page_count + 1) if only is None else only
    seen = [_looked_at(document, number, templates) for number in numbers]
    at_hand = {look.likely[0].form_id for look in seen if len(look.likely) == 1}
    pages, to_scan, seals = [], [], Seals(content)
    for look in seen:
        blank = _chosen(look.likely, at_hand)
        if look.is_picture:
            to_scan.append(look.number)
        elif blank is None:
            pages.append(PageReading(document_id=document_id, page=look.number, fault=look.fault))
        else:
            pages.append(_read_page(document, look, blank, document_id, templates, seals))
    if only is None and not any(page.form_id for page in pages) and is_placeholder(document, seen):
        raise RefusedError(refusal(RefusalCause.XFA_FORM))
    kind = seen_of(document, content, seen, seals)
    return Survey(page_count=document.page_count, pages=tuple(pages), to_scan=tuple(to_scan), seen=kind)


def scan_document_page(
    content: bytes, document_id: str, number: int, templates: Templates, limits: Limits
) -> PageReading | Refused:
    """Reads one page of the document from its picture."""
    read = scan_and_picture(content, document_id, number, templates, limits, None)
    return read.reading if isinstance(read, PageRead) else read


def scan_and_picture(
    content: bytes, document_id: str, number: int, templates: Templates, limits: Limits, archive: str | None
) -> PageRead | Refused:
    """Reads one page from its picture, and takes the pictures to be kept in the bucket ``archive`` if one is given."""
    page = PageReading(document_id=document_id, page=number)
    try:
        found, widgets, cover = _scanned(content, number, templates, limits)
    except RefusedError as error:
        return error.refused
    except TooManyPixelsError:
        return PageRead(page.model_copy(update={"fault": PageFault.TOO_LARGE}), {})
    except (pdfium.PdfiumError, _UnsoundPhotoError):
        return PageRead(page.model_copy(update={"fault": PageFault.DAMAGED}), {})
    if found is None:
        return PageRead(page.model_copy(update={"cover": cover}), {})
    page = PageReading(
        document_id=document_id,
        page=number,
        form_id=found.blank.form_id,
        form_page=found.blank.number,
        zones=tuple(without_defaults(with_widgets(found.zones, widgets, found.blank, Seals(content)), found.blank)),
    )
    return with_pictures(page, found.blank, lambda: found.fine, archive) if archive else PageRead(page, {})


def _scanned(
    content: bytes, number: int, templates: Templates, limits: Limits
) -> tuple[ScannedPage | None, list[Widget], Cover | None]:
    """The page, what lies over it, and what it says when it is of no form but a cover sheet."""
    if is_photo(content):
        with opened_photo(content, limits) as photo:
            try:
                sheet = photo[number - 1]
            except PHOTO_FAULTS as error:
                raise _UnsoundPhotoError from error
            found = read_scan(sheet, templates)
            return found, [], None if found else cover_on(drawn_scan(sheet))
    with opened(content, limits) as document:
        page = document.paper[number - 1]
        check_pictures(page)
        found = read_scan(page, templates)
        return found, _laid_over(document, number)[0], None if found else cover_on(drawn_scan(page))


class _UnsoundPhotoError(Exception):
    """A picture of the file cannot be decoded."""


def _no_form(faults: set[PageFault | None]) -> Refused:
    """No form was found, which is the file's fault where pages of it could not be read."""
    if PageFault.TOO_LARGE in faults:
        return refusal(RefusalCause.PICTURE_TOO_LARGE)
    if PageFault.TOO_DEMANDING in faults:
        return refusal(RefusalCause.TOO_DEMANDING)
    return refusal(RefusalCause.DAMAGED_PDF if PageFault.DAMAGED in faults else RefusalCause.NO_KNOWN_FORM)


@dataclass(frozen=True)
class _Look:
    """What a page's own data says about it."""

    number: int
    likely: tuple[BlankPage, ...] = ()
    """The blank it is; several where they are printed alike."""
    is_picture: bool = False
    """Only its picture can tell what it is."""
    widgets: tuple[Widget, ...] = ()
    notes: tuple[Note, ...] = ()
    fault: PageFault | None = None
    has_words: bool = False
    has_pictures: bool = False


def _looked_at(document: OpenDocument, number: int, templates: Templates) -> _Look:
    try:
        sheet = document.paper[number - 1]
        text = sheet.get_textpage().get_text_range()
        widgets, notes = _laid_over(document, number)
    except (pdfium.PdfiumError, RefusedError):
        return _Look(number, fault=PageFault.DAMAGED)
    pictures = list(sheet.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    scanned, catalogue = _is_scan(sheet, pictures), templates.catalogue
    blank = None if scanned and not widgets else named_page(text, catalogue)
    like = PrintedLike((), is_strange=True)
    if blank is None and not scanned:
        like = printed_like(list(words_of(shown_characters(sheet))), catalogue)
    blank = blank or (None if like.pages else page_with_fields((w.name for w in widgets), text, catalogue))
    likely = (blank,) if blank else like.pages
    unclear = scanned or like.is_strange or len(text.strip()) < _FEWEST_CHARACTERS
    return _Look(
        number,
        likely,
        not likely and unclear,
        tuple(widgets),
        tuple(notes),
        has_words=bool(text.strip()),
        has_pictures=bool(pictures),
    )


def _chosen(likely: Sequence[BlankPage], at_hand: Container[str]) -> BlankPage | None:
    """Of pages that are printed alike the one whose form is in the packet; none where that does not settle it."""
    there = [page for page in likely if page.form_id in at_hand] if len(likely) > 1 else likely
    return there[0] if len(there) == 1 else None


def _read_page(
    document: OpenDocument, look: _Look, blank: BlankPage, document_id: str, templates: Templates, seals: Seals
) -> PageReading:
    page = DigitalPage(document.paper[look.number - 1], look.widgets, look.notes, blank, templates, seals)
    return PageReading(
        document_id=document_id,
        page=look.number,
        form_id=blank.form_id,
        form_page=blank.number,
        zones=tuple(without_defaults(page.read(), blank)),
    )


def _laid_over(document: OpenDocument, number: int) -> tuple[list[Widget], list[Note]]:
    """The page's fields, and what else lies over it. Raises :class:`RefusedError` where they cannot be followed."""
    if document.structure is None:
        return [], []
    try:
        page = document.structure.pages[number - 1]
        return list(widgets_of(page)), list(notes_of(page))
    except PYPDF_FAULTS as error:
        raise RefusedError(refusal(RefusalCause.DAMAGED_PDF)) from error


def _is_scan(sheet: Any, pictures: Iterable[Any]) -> bool:
    """Whether one picture covers most of the page."""
    width, height = sheet.get_size()
    for picture in pictures:
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) >= _COVERS * width * height:
            return True
    return False
