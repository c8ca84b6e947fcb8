"""Loads what reading needs of every form on file: the zones and the printed words of each blank page."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO

import pypdfium2 as pdfium
from pypdf import PdfReader

from schemas.application import Box
from schemas.carrier import CarrierDataError, CarrierForm, Carriers, FieldType, Form
from services.intake.reading.acroform import Widget, widgets_of
from services.intake.reading.emptying import emptied
from services.intake.reading.languages import LANGUAGES, Language
from services.intake.reading.page_space import moved_box, on_page, upright
from services.intake.reading.text_layer import Word, shown_characters, words_of


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
    """Of the page as it is shown, in points."""
    zones: tuple[Zone, ...]
    words: tuple[Word, ...]
    object_count: int
    """Drawn objects of the page: a filled page with as many had nothing drawn over it."""
    content: bytes
    """The whole blank's bytes without any value in its fields, to draw the page from."""
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

    @cached_property
    def counted(self) -> Counter[str]:
        """How often each word is printed."""
        return Counter(word.text for word in self.words)


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

    def name_of(self, form_id: str) -> str:
        """A form as people call it: ``Application for Term Life Insurance (ALD-TL-101)``."""
        form = self.blanks[form_id].form
        return f"{form.title} ({form.number})"


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
    return blank_from(held, held.blank.read_bytes())


def blank_from(held: CarrierForm, content: bytes) -> Blank:
    """As :func:`load_blank`, of a blank that need not be filed yet."""
    form = held.form
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
    content = emptied(content, structure, [widget for page in widgets.values() for widget in page])
    paper = pdfium.PdfDocument(content)
    try:
        pages = tuple(_blank_page(held, content, number, paper[number - 1], widgets[number]) for number in widgets)
    finally:
        paper.close()
    return Blank(held.carrier, form, pages)


def _blank_page(
    held: CarrierForm, content: bytes, number: int, sheet: pdfium.PdfPage, widgets: list[Widget]
) -> BlankPage:
    width, height = sheet.get_size()
    words = words_of(shown_characters(sheet))
    zones = (*_zones_of_fields(held.form, number, sheet, widgets), *_zones_on_paper(held.form, number))
    return BlankPage(
        form_id=held.form.id,
        printed=held.form.printed,
        number=number,
        of=held.form.page_count,
        width=width,
        height=height,
        zones=zones,
        words=tuple(words),
        object_count=pdfium.raw.FPDFPage_CountObjects(sheet.raw),
        content=content,
        language=LANGUAGES[held.form.language],
    )


def _zones_of_fields(form: Form, number: int, sheet: pdfium.PdfPage, widgets: list[Widget]) -> Iterator[Zone]:
    """Zones where the blank has fillable fields; a field shown in several places of a page has the first of them."""
    shown, seen = upright(sheet), set[str]()
    for widget in widgets:
        field, box = form.fields.get(widget.name), on_page(moved_box(shown, widget.box), *sheet.get_size())
        if field is None or field.box is not None or box is None or widget.name in seen:
            continue
        seen.add(widget.name)
        yield Zone(
            name=widget.name,
            page=number,
            box=box,
            type=field.type,
            means=field.means,
            label=field.label,
            value=field.value,
            default=widget.value or widget.default,
            cells=widget.cells,
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
