"""Which pages of a case's documents count: the newest that was sent of each, and nothing that a newer form replaced."""

from collections.abc import Iterable, Sequence

from schemas.codes import FormKind
from services.intake.reading.catalogue import Catalogue
from services.intake.reading.page_reading import PageReading


def current_pages(documents: Iterable[Sequence[PageReading]], catalogue: Catalogue, carrier: str) -> list[PageReading]:
    """Of the documents' pages, the newest document first, those that the application is read from, in that order.

    A page of a form counts until it is sent again. A whole form takes the place of another edition of it, a whole
    application that of any other application, and the carrier's own form that of another carrier's of its kind. A page
    that could not be read counts until anything newer is there: it was asked for again.
    """
    counted: list[PageReading] = []
    for pages in documents:
        newer = list(counted)
        counted += [page for page in pages if not _is_replaced(page, newer, catalogue, carrier)]
    return counted


class FormGone(Exception):
    """Pages were read by a form that is not on file any more; the message names it."""


def as_on_file(pages: Iterable[PageReading], catalogue: Catalogue) -> list[PageReading]:
    """Pages that were kept, by the forms as they are described now: what a form no longer asks for is left out.

    Raises :class:`FormGone`.
    """
    found = []
    for page in pages:
        if page.form_id is None or page.form_page is None:
            found.append(page)
            continue
        blank = catalogue.blanks.get(page.form_id)
        if blank is None or page.form_page > len(blank.pages):
            raise FormGone(page.form_id)
        asked = blank.pages[page.form_page - 1].by_name
        found.append(page.model_copy(update={"zones": tuple(zone for zone in page.zones if zone.zone in asked)}))
    return found


def whole_forms(pages: Iterable[PageReading], catalogue: Catalogue) -> frozenset[str]:
    """Ids of the forms of which every page is there."""
    found: dict[str, set[int]] = {}
    for page in pages:
        if page.form_id and page.form_page:
            found.setdefault(page.form_id, set()).add(page.form_page)
    return frozenset(form for form, held in found.items() if len(held) == catalogue.blanks[form].form.page_count)


def _is_replaced(page: PageReading, newer: Sequence[PageReading], catalogue: Catalogue, carrier: str) -> bool:
    if page.form_id is None:
        return page.fault is not None and any(each.form_id for each in newer)
    if any((each.form_id, each.form_page) == (page.form_id, page.form_page) for each in newer):
        return True
    blank = catalogue.blanks[page.form_id]
    for other in (catalogue.blanks[form] for form in whole_forms(newer, catalogue)):
        if other.form.kind is not blank.form.kind:
            continue
        if other.form.kind is FormKind.APPLICATION or other.form.number == blank.form.number:
            return True
        if other.carrier == carrier != blank.carrier:
            return True
    return False
