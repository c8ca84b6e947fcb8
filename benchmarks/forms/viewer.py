"""Fills in any fillable PDF as a person does in a viewer: pdfium's form filling types, ticks and chooses."""

import ctypes
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from schemas.application import Box
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.page_space import moved_box, upright

_BOXES = (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON)
_LISTS = (raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX)
_HIDDEN, _PRINT = 2, 4
_HIGHEST = 2000
"""Thousandths of a font's size."""
_DEEPEST = 16
"""Levels of drawing that a page may leave open; one too many closed does no harm."""
_SAME = 1.5
"""Points that a zone may lie off its field."""


@dataclass
class Filled:
    """What the viewer made of it."""

    content: bytes = b""
    texts: dict[str, str] = field(default_factory=dict)
    """As the viewer holds it in the end, which is what it prints."""
    ticks: set[str] = field(default_factory=set)
    signed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Place:
    """A field on a page of the open document, and the zone that it is."""

    page: Any
    annotation: Any
    kind: int
    zone: Zone
    rectangle: Box


def filled(blank: bytes, pages: tuple[BlankPage, ...], values: Mapping[str, str], seed: int) -> Filled:
    """The form with those values typed and chosen, some boxes ticked, and ink on every other line to sign."""
    document, random, result = pdfium.PdfDocument(_with_sane_fonts(blank)), Random(seed), Filled()
    document.init_forms()
    handle = document.formenv.raw if document.formenv else None
    if handle is None:
        raise pdfium.PdfiumError("the viewer finds no form to fill in")
    # Held on to: pdfium's form filling needs its pages open until the end.
    sheets = [document[page.number - 1] for page in pages]
    places = [place for sheet, page in zip(sheets, pages, strict=True) for place in _places(handle, sheet, page)]
    done: set[str] = set()
    for place in places:
        if place.zone.name not in done:
            done.add(place.zone.name)
            _put(handle, place, values.get(place.zone.name, ""), random)
    for place in places:
        if place.kind in _BOXES:
            if raw.FPDFAnnot_IsChecked(handle, place.annotation):
                result.ticks.add(place.zone.name)
        elif place.kind != raw.FPDF_FORMFIELD_SIGNATURE:
            said = _text_of(raw.FPDFAnnot_GetFormFieldValue, handle, place.annotation).strip()
            if said and said != place.zone.default:
                result.texts[place.zone.name] = said.replace("\r", " ").replace("\n", " ")
    out = BytesIO()
    document.save(out)
    result.content = out.getvalue()
    return result


def printed(content: bytes) -> bytes:
    """The document as its viewer prints it: fields become part of the page, hidden ones do not."""
    document, out = pdfium.PdfDocument(_kept_apart(content)), BytesIO()
    for number in range(len(document)):
        sheet = document[number]
        if raw.FPDFPage_Flatten(sheet.raw, raw.FLAT_PRINT) == raw.FLATTEN_FAIL:
            raise pdfium.PdfiumError(f"page {number + 1} cannot be flattened")
    document.save(out)
    return out.getvalue()


def _with_sane_fonts(blank: bytes) -> bytes:
    """The form with fonts whose height is possible: pdfium would set the text outside its field by the others."""
    writer, changed = PdfWriter(clone_from=PdfReader(BytesIO(blank))), False
    for held in writer._objects:
        font = held.get_object() if held is not None else None
        if isinstance(font, DictionaryObject) and abs(float(font.get("/Ascent", 0))) > _HIGHEST:
            changed = True
            font |= {NameObject("/Ascent"): NumberObject(905), NameObject("/Descent"): NumberObject(-212)}
    if not changed:
        return blank
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _kept_apart(content: bytes) -> bytes:
    """The document with what each page draws closed in: pdfium lays fields under whatever scale a page leaves set."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    for page in writer.pages:
        held = page.get("/Contents")
        drawn = held.get_object() if held is not None else None
        parts = list(drawn) if isinstance(drawn, ArrayObject) else [page.raw_get("/Contents")] if drawn else []
        opening, closing = (DecodedStreamObject() for _ in range(2))
        opening.set_data(b"q\n")
        closing.set_data(b"\n" + b"Q " * _DEEPEST)
        page[NameObject("/Contents")] = ArrayObject([writer._add_object(opening), *parts, writer._add_object(closing)])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _places(form: Any, sheet: Any, page: BlankPage) -> Iterator[_Place]:
    shown = upright(sheet)
    for index in range(raw.FPDFPage_GetAnnotCount(sheet.raw)):
        annotation = raw.FPDFPage_GetAnnot(sheet.raw, index)
        if raw.FPDFAnnot_GetSubtype(annotation) != raw.FPDF_ANNOT_WIDGET:
            continue
        kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
        edges = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(annotation, edges)
        box = (edges.left, edges.bottom, edges.right, edges.top)
        flags = raw.FPDFAnnot_GetFlags(annotation)
        zone = next((zone for zone in page.zones if _same(zone.box, moved_box(shown, box))), None)
        if zone is not None and flags & _PRINT and not flags & _HIDDEN:
            yield _Place(sheet, annotation, kind, zone, box)


def _put(form: Any, place: _Place, value: str, random: Random) -> None:
    """One field, as by mouse and keyboard; what cannot be changed stays as it is."""
    page, annotation = place.page.raw, place.annotation
    if place.kind in _BOXES:
        # Of a group of buttons the one chosen last counts, as for a person who clicks through them.
        if random.random() < 0.4:
            left, bottom, right, top = place.rectangle
            x, y = (left + right) / 2, (bottom + top) / 2
            raw.FORM_OnMouseMove(form, page, 0, x, y)
            raw.FORM_OnLButtonDown(form, page, 0, x, y)
            raw.FORM_OnLButtonUp(form, page, 0, x, y)
    elif place.kind in _LISTS:
        count = raw.FPDFAnnot_GetOptionCount(form, annotation)
        if count > 0 and random.random() < 0.8:
            raw.FORM_SetFocusedAnnot(form, annotation)
            raw.FORM_SetIndexSelected(form, page, random.randrange(count), True)
    elif place.kind == raw.FPDF_FORMFIELD_TEXTFIELD and value:
        raw.FORM_SetFocusedAnnot(form, annotation)
        raw.FORM_SelectAllText(form, page)
        raw.FORM_ReplaceSelection(form, page, _wide(value))
    raw.FORM_ForceToKillFocus(form)


def _same(one: Box, other: Box) -> bool:
    return all(abs(here - there) < _SAME for here, there in zip(one, other, strict=True))


def _wide(text: str) -> Any:
    return ctypes.cast(ctypes.create_string_buffer(f"{text}\0".encode("utf-16-le")), raw.FPDF_WIDESTRING)


def _text_of(function: Any, *of: Any) -> str:
    size = function(*of, None, 0)
    held = ctypes.create_string_buffer(size)
    function(*of, ctypes.cast(held, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return held.raw[: max(size - 2, 0)].decode("utf-16-le", errors="replace")
