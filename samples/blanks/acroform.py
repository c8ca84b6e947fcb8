"""Lays fillable fields over drawn pages: text, comb, checkbox, radio and signature fields in one tree."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
    TextStringObject,
)

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""

# Field flags, PDF 32000-1 tables 221, 226, 228.
REQUIRED = 1 << 1
MULTILINE = 1 << 12
NO_TOGGLE_TO_OFF = 1 << 14
RADIO = 1 << 15
DO_NOT_SPELL_CHECK = 1 << 22
COMB = 1 << 24

TEXT_SIZE = 9.5


@dataclass(frozen=True)
class Widget:
    """One field's place on the form."""

    name: str
    page: int
    """From 0."""
    rectangle: Rectangle
    kind: Literal["text", "check", "radio", "signature"]
    tooltip: str
    required: bool = False
    multiline: bool = False
    cells: int = 0
    export: str = "Yes"
    """The on-state of a checkbox or radio button."""


@dataclass
class _Node:
    """A name's place in the field tree, before it is written."""

    reference: IndirectObject
    entries: DictionaryObject
    kids: ArrayObject = field(default_factory=ArrayObject)


def with_fields(pages: bytes, widgets: Iterable[Widget], language: str = "en") -> bytes:
    """The drawn pages with an AcroForm over them; the same input gives the same bytes."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pages)))
    _FieldTree(writer).add_all(widgets, "en-US" if language == "en" else language)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


class _FieldTree:
    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._roots = ArrayObject()
        self._nodes: dict[str, _Node] = {}
        self._marks: dict[tuple[str, float, float], IndirectObject] = {}
        helvetica = _names(Type="Font", Subtype="Type1", BaseFont="Helvetica", Encoding="WinAnsiEncoding")
        fonts = DictionaryObject({NameObject("/Helv"): self._add(helvetica)})
        self._form = DictionaryObject(
            {
                NameObject("/Fields"): self._roots,
                NameObject("/DA"): TextStringObject(f"/Helv {TEXT_SIZE} Tf 0 g"),
                NameObject("/DR"): DictionaryObject({NameObject("/Font"): fonts}),
            }
        )

    def add_all(self, widgets: Iterable[Widget], language: str) -> None:
        for page in self._writer.pages:
            # Row order: a form is filled from left to right, line by line.
            page[NameObject("/Tabs")] = NameObject("/R")
            page[NameObject("/Annots")] = ArrayObject()
        for widget in widgets:
            self._add_widget(widget)
        root = self._writer.root_object
        root[NameObject("/AcroForm")] = self._add(self._form)
        root[NameObject("/Lang")] = TextStringObject(language)
        # Readers, screen readers too, then announce the form's title and not the file's name.
        root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})

    def _add(self, entries: PdfObject) -> IndirectObject:
        return self._writer._add_object(entries)

    def _parent_of(self, name: str) -> tuple[_Node | None, str]:
        """The node above a dotted name, made when it is not there yet, and the name's last part."""
        above, _, last = name.rpartition(".")
        if not above:
            return None, last
        if above not in self._nodes:
            self._nodes[above] = self._branch(above, DictionaryObject())
        return self._nodes[above], last

    def _branch(self, name: str, entries: DictionaryObject) -> _Node:
        node = _Node(reference=self._add(entries), entries=entries)
        entries[NameObject("/Kids")] = node.kids
        self._hang(name, node.reference, entries)
        return node

    def _hang(self, name: str, reference: IndirectObject, entries: DictionaryObject) -> None:
        parent, last = self._parent_of(name)
        entries[NameObject("/T")] = TextStringObject(last)
        if parent is None:
            self._roots.append(reference)
        else:
            entries[NameObject("/Parent")] = parent.reference
            parent.kids.append(reference)

    def _add_widget(self, widget: Widget) -> None:
        page = self._writer.pages[widget.page]
        entries = _names(Type="Annot", Subtype="Widget")
        entries[NameObject("/Rect")] = ArrayObject(FloatObject(round(edge, 2)) for edge in widget.rectangle)
        entries[NameObject("/F")] = NumberObject(4)
        entries[NameObject("/P")] = page.indirect_reference
        if widget.kind in ("check", "radio"):
            entries[NameObject("/AS")] = NameObject("/Off")
            entries[NameObject("/AP")] = self._appearances(widget)
        reference = self._add(entries)
        if widget.kind == "radio":
            group = self._radio_group(widget)
            entries[NameObject("/Parent")] = group.reference
            group.kids.append(reference)
        else:
            entries.update(_field_entries(widget))
            self._hang(widget.name, reference, entries)
        annotations = page["/Annots"]
        assert isinstance(annotations, ArrayObject)  # noqa: S101 - set in add_all
        annotations.append(reference)

    def _radio_group(self, widget: Widget) -> _Node:
        if widget.name not in self._nodes:
            entries = _field_entries(widget)
            entries[NameObject("/V")] = NameObject("/Off")
            self._nodes[widget.name] = self._branch(widget.name, entries)
        return self._nodes[widget.name]

    def _appearances(self, widget: Widget) -> DictionaryObject:
        left, bottom, right, top = widget.rectangle
        states = DictionaryObject()
        for state in (widget.export, "Off"):
            states[NameObject(f"/{state}")] = self._mark(
                widget.kind if state != "Off" else "off", round(right - left, 2), round(top - bottom, 2)
            )
        return DictionaryObject({NameObject("/N"): states})

    def _mark(self, kind: str, width: float, height: float) -> IndirectObject:
        key = (kind, width, height)
        if key not in self._marks:
            stream = DecodedStreamObject()
            stream.set_data(mark_drawing(kind, width, height))
            stream.update(_names(Type="XObject", Subtype="Form"))
            stream[NameObject("/BBox")] = ArrayObject(FloatObject(edge) for edge in (0, 0, width, height))
            stream[NameObject("/Resources")] = DictionaryObject()
            self._marks[key] = self._add(stream)
        return self._marks[key]


def mark_drawing(kind: str, width: float, height: float) -> bytes:
    """Content stream of a tick (``check``) or a dot (``radio``) in a box of that size; anything else is empty."""
    if kind == "check":
        low, high, left, right = height * 0.22, height * 0.78, width * 0.22, width * 0.78
        return (
            f"q 1.5 w 1 J 0 0 0.35 RG {left:.2f} {low:.2f} m {right:.2f} {high:.2f} l S "
            f"{left:.2f} {high:.2f} m {right:.2f} {low:.2f} l S Q"
        ).encode()
    if kind == "radio":
        # Four Bézier arcs make the dot; 0.5523 is the circle constant.
        x, y, r = width / 2, height / 2, min(width, height) * 0.27
        k = r * 0.5523
        return (
            f"q 0 0 0.35 rg {x + r:.2f} {y:.2f} m "
            f"{x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
            f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
            f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
            f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c f Q"
        ).encode()
    return b""


def _field_entries(widget: Widget) -> DictionaryObject:
    """What the field itself says, apart from its place."""
    kinds = {"text": "/Tx", "check": "/Btn", "radio": "/Btn", "signature": "/Sig"}
    entries = DictionaryObject({NameObject("/FT"): NameObject(kinds[widget.kind])})
    entries[NameObject("/TU")] = TextStringObject(widget.tooltip)
    flags = REQUIRED if widget.required else 0
    if widget.kind == "text":
        flags |= DO_NOT_SPELL_CHECK | (MULTILINE if widget.multiline else 0) | (COMB if widget.cells else 0)
        entries[NameObject("/DA")] = TextStringObject(f"/Helv {TEXT_SIZE} Tf 0 g")
        if widget.cells:
            entries[NameObject("/MaxLen")] = NumberObject(widget.cells)
    elif widget.kind == "check":
        entries[NameObject("/V")] = NameObject("/Off")
    elif widget.kind == "radio":
        flags |= RADIO | NO_TOGGLE_TO_OFF
    if flags:
        entries[NameObject("/Ff")] = NumberObject(flags)
    return entries


def _names(**entries: str) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): NameObject(f"/{name}") for key, name in entries.items()})
