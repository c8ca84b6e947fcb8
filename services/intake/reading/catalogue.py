"""Loads what reading needs of every form on file: the zones and the printed words of each blank page."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import pypdfium2 as pdfium
from pypdf import PageObject, PdfReader

from schemas.application import Box
from schemas.carrier import CarrierDataError, CarrierForm, Carriers, FieldType, Form
from services.intake.reading.acroform import Widget, widgets_of
from services.intake.reading.languages import LANGUAGES, Language
from services.intake.reading.text_layer import Word, characters_of, words_of


@dataclass(frozen=True)
class Zone:
    """One field's place on a blank page, with what it means."""

    name: str
    """As in the form's ``fields``; a radio button's ends in ``=ExportValue``."""
    page: int
    box: Box
    type: FieldType
    means: str
    label: str
    value: str | None
    """Boxes: what a mark means."""
    default: str
    """What the blank itself holds there: no answer."""
    cells: int
    """Characters of a comb field, each in a cell of its own; 0 = an ordinary field."""


@dataclass(frozen=True, eq=False)
class BlankPage:
    """One page of a blank form: the template that a filled page is read by."""

    form_id: str
    printed: str
    number: int
    """From 1."""
    of: int
    width: float
    height: float
    """Points."""
    zones: tuple[Zone, ...]
    words: tuple[Word, ...]
    object_count: int
    """Drawn objects of the page: a filled page with as many had nothing drawn over it."""
    content: bytes
    """The whole blank's bytes, to draw the page from."""
    language: Language

    @property
    def page_line(self) -> str:
        """How the form itself says which of its pages this is."""
        return self.language.page_line(self.number, self.of)

    @property
    def key(self) -> tuple[str, int]:
        return self.form_id, self.number

    @cached_property
    def by_name(self) -> dict[str, Zone]:
        return {zone.name: zone for zone in self.zones}


@dataclass(frozen=True)
class Blank:
    """A form with its pages as drawn."""

    carrier: str
    form: Form
    pages: tuple[BlankPage, ...]


@dataclass(frozen=True)
class Catalogue:
    """Every form on file, by form id."""

    blanks: dict[str, Blank]

    @property
    def pages(self) -> Iterator[BlankPage]:
        return (page for blank in self.blanks.values() for page in blank.pages)

    def page(self, form_id: str, number: int) -> BlankPage:
        return self.blanks[form_id].pages[number - 1]


def load_catalogue(carriers: Carriers) -> Catalogue:
    """All forms of all carriers; picklable. Raises :class:`CarrierDataError` naming the form and the fault."""
    blanks: dict[str, Blank] = {}
    for carrier in carriers.values():
        for held in carrier.forms:
            if held.form.id in blanks:
                raise CarrierDataError(f"{held.blank}: another form on file has the id {held.form.id}")
            blanks[held.form.id] = load_blank(held)
    return Catalogue(blanks)


def load_blank(held: CarrierForm) -> Blank:
    """One form with its pages. Raises :class:`CarrierDataError` naming the form and the fault."""
    content, form = held.blank.read_bytes(), held.form
    structure = PdfReader(BytesIO(content))
    if form.language not in LANGUAGES:
        raise CarrierDataError(
            f"{held.blank.with_name('form.yaml')}: `language` is {form.language!r}; "
            f"forms can be read in {', '.join(LANGUAGES)}"
        )
    if len(structure.pages) != form.page_count:
        raise CarrierDataError(f"{held.blank}: {len(structure.pages)} pages, form.yaml says {form.page_count}")
    _check_rows_have_a_class(held)
    widgets = {n: list(widgets_of(page)) for n, page in enumerate(structure.pages, start=1)}
    placed = {name for name, field in form.fields.items() if field.box is not None}
    unplaced = set(form.fields) - placed - {widget.name for page in widgets.values() for widget in page}
    if unplaced:
        raise CarrierDataError(f"{held.blank}: no field {', '.join(sorted(unplaced))}, which form.yaml describes")
    paper = pdfium.PdfDocument(content)
    try:
        pages = tuple(
            _blank_page(held, content, number, structure.pages[number - 1], paper[number - 1], widgets[number])
            for number in widgets
        )
    finally:
        paper.close()
    return Blank(held.carrier, form, pages)


def _blank_page(
    held: CarrierForm,
    content: bytes,
    number: int,
    page: PageObject,
    sheet: pdfium.PdfPage,
    widgets: list[Widget],
) -> BlankPage:
    left, bottom, right, top = sheet.get_cropbox()
    if page.rotation or (left, bottom) != (0, 0):
        raise CarrierDataError(
            f"{held.blank}, page {number}: a blank must be upright with its lower left corner at 0, 0; "
            "print it anew to PDF"
        )
    characters = characters_of(sheet.get_textpage())
    described = ((widget, held.form.fields.get(widget.name)) for widget in widgets)
    filled_in = tuple(
        Zone(
            name=widget.name,
            page=number,
            box=widget.box,
            type=field.type,
            means=field.means,
            label=field.label,
            value=field.value,
            default=widget.value or widget.default,
            cells=widget.cells,
        )
        for widget, field in described
        if field is not None and field.box is None
    )
    zones = (*filled_in, *_zones_on_paper(held.form, number))
    return BlankPage(
        form_id=held.form.id,
        printed=held.form.printed,
        number=number,
        of=held.form.page_count,
        width=right,
        height=top,
        zones=zones,
        words=tuple(words_of(characters)),
        object_count=pdfium.raw.FPDFPage_CountObjects(sheet.raw),
        content=content,
        language=LANGUAGES[held.form.language],
    )


def _zones_on_paper(form: Form, number: int) -> Iterator[Zone]:
    """Zones of a page that its blank has no fillable fields for."""
    for name, field in form.fields.items():
        if field.box is not None and field.page == number:
            yield Zone(
                name=name,
                page=number,
                box=field.box,
                type=field.type,
                means=field.means,
                label=field.label,
                value=field.value,
                default="",
                cells=0,
            )


def _check_rows_have_a_class(held: CarrierForm) -> None:
    """A beneficiary without a class is none: the form must say it, by its layout or by a box."""
    said: dict[str, set[str]] = defaultdict(set)
    for path in (*(field.means for field in held.form.fields.values()), *held.form.implied):
        root, _, rest = path.partition(".")
        if root == "beneficiaries":
            row, _, attribute = rest.partition(".")
            said[row].add(attribute)
    for row, attributes in said.items():
        if f"beneficiaries.{row}.beneficiary_class" not in held.form.implied:
            raise CarrierDataError(
                f"{held.blank.with_name('form.yaml')}: `implied` must say the class of beneficiary row {row} "
                f"(fields {', '.join(sorted(attributes))})"
            )
