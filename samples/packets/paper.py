"""Puts values on paper: a filled packet as PDF bytes, fillable or flattened.

The blanks of a packet are merged once and kept; each packet is then that base plus one incremental update, which is
also how a PDF viewer saves a filled form, and takes a few milliseconds.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth

from samples.blanks.acroform import COMB, MULTILINE, RADIO, TEXT_SIZE, Rectangle, mark_drawing
from samples.packets.ink import scribble
from samples.packets.writing import Written

SMALLEST_TEXT = 6.0
INK = "0.05 0.05 0.25 rg"


class PaperError(Exception):
    """A value does not fit its field; the message names the field."""


@dataclass(frozen=True)
class _Place:
    """A field of the base as it is before filling."""

    name: str
    number: int
    """Object number of the widget."""
    body: bytes
    """The widget's entries without value and appearance state, unclosed."""
    parent: tuple[int, bytes] | None
    """Of a radio button: its group's object number and entries."""
    export: str
    page: int
    rectangle: Rectangle
    flags: int
    cells: int

    @property
    def is_comb(self) -> bool:
        return bool(self.flags & COMB)

    @property
    def is_multiline(self) -> bool:
        return bool(self.flags & MULTILINE)


@dataclass(frozen=True)
class Base:
    """Merged blanks, ready to be filled."""

    content: bytes
    size: int
    """One more than the highest object number."""
    start: int
    """Where the base's cross-reference table begins."""
    root: int
    font: int
    places: dict[str, _Place]
    pages: tuple[tuple[int, bytes, bytes], ...]
    """Per page: object number, entries without contents (unclosed), references of the contents."""


@lru_cache(maxsize=64)
def base(blanks: tuple[tuple[str, tuple[int, ...]], ...], flattened: bool) -> Base:
    """Merges blanks (path, pages from 0) into one document; flattened, it has no fields left."""
    writer = PdfWriter()
    for path, pages in blanks:
        writer.append(path, pages=list(pages), import_outline=False)
    writer.metadata = None
    fields = ArrayObject()
    for page in writer.pages:
        _gather_fields(page, fields)
        _add_font(writer, page)
    form = writer.root_object["/AcroForm"].get_object()
    assert isinstance(form, DictionaryObject)  # noqa: S101 - every blank has one
    form[NameObject("/Fields")] = fields
    filled = _written(writer)
    places = _places(filled)
    if not flattened:
        return _base(filled, places)
    for page in writer.pages:
        page.pop("/Annots", None)
    del writer.root_object["/AcroForm"]
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
    return _base(_written(writer), places)


def fill(base: Base, written: Written, flattened: bool) -> bytes:
    """The packet's bytes: the base with every value, tick and signature on it."""
    update = _Update(base)
    for name, place in base.places.items():
        if name in written.texts:
            drawing = _text_drawing(place, written.texts[name])
            if flattened:
                update.draw(place, drawing)
            else:
                update.write_text(place, written.texts[name], drawing)
        elif name in written.signed:
            update.ink(place, scribble(written.signed[name], place.rectangle))
        elif name in written.ticks:
            if flattened:
                left, bottom, right, top = place.rectangle
                mark = "radio" if place.flags & RADIO else "check"
                update.draw(place, mark_drawing(mark, right - left, top - bottom))
            else:
                update.tick(place)
    return update.finished()


class _Update:
    """The incremental update while it is being written."""

    def __init__(self, base: Base) -> None:
        self._base = base
        self._objects: dict[int, bytes] = {}
        self._next = base.size
        self._over: dict[int, list[bytes]] = {}

    def write_text(self, place: _Place, text: str, drawing: bytes) -> None:
        left, bottom, right, top = place.rectangle
        head = (
            f"<< /Type /XObject /Subtype /Form /BBox [0 0 {right - left:.2f} {top - bottom:.2f}] "
            f"/Resources << /Font << /Helv {self._base.font} 0 R >> >>"
        )
        stream = self._add_stream(head, b"/Tx BMC\n" + drawing + b"\nEMC")
        value = b" /V " + _text_object(text) + f" /AP << /N {stream} 0 R >> >>".encode()
        self._objects[place.number] = place.body + value

    def tick(self, place: _Place) -> None:
        state = f" /AS /{place.export}".encode()
        if place.parent is None:
            self._objects[place.number] = place.body + state + f" /V /{place.export} >>".encode()
        else:
            number, body = place.parent
            self._objects[place.number] = place.body + state + b" >>"
            self._objects[number] = body + f" /V /{place.export} >>".encode()

    def draw(self, place: _Place, drawing: bytes) -> None:
        """Into the page's content, at the field's place."""
        left, bottom, _, _ = place.rectangle
        self.ink(place, f"q 1 0 0 1 {left:.2f} {bottom:.2f} cm\n".encode() + drawing + b"\nQ")

    def ink(self, place: _Place, drawing: bytes) -> None:
        """Into the page's content, in page coordinates."""
        self._over.setdefault(place.page, []).append(drawing)

    def finished(self) -> bytes:
        for page, drawings in self._over.items():
            number, body, contents = self._base.pages[page]
            # The page's own content may leave a changed coordinate system behind: it is fenced in.
            before = self._add_stream("<<", b"q")
            after = self._add_stream("<<", b"Q\n" + b"\n".join(drawings))
            entry = f" /Contents [{before} 0 R ".encode() + contents + f" {after} 0 R] >>".encode()
            self._objects[number] = body + entry
        return self._base.content + self._trailing()

    def _add_stream(self, head: str, content: bytes) -> int:
        number, self._next = self._next, self._next + 1
        self._objects[number] = f"{head} /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"
        return number

    def _trailing(self) -> bytes:
        out, offsets = BytesIO(), {}
        out.write(b"\n")
        for number in sorted(self._objects):
            offsets[number] = len(self._base.content) + out.tell()
            out.write(f"{number} 0 obj\n".encode() + self._objects[number] + b"\nendobj\n")
        start = len(self._base.content) + out.tell()
        mark = hashlib.sha256(out.getvalue()).hexdigest()[:32]
        out.write(b"xref\n0 1\n0000000000 65535 f \n")
        for number, offset in offsets.items():
            out.write(f"{number} 1\n{offset:010} 00000 n \n".encode())
        out.write(
            f"trailer\n<< /Size {self._next} /Root {self._base.root} 0 R /Prev {self._base.start} "
            f"/ID [<{mark}> <{mark}>] >>\nstartxref\n{start}\n%%EOF\n".encode()
        )
        return out.getvalue()


def _text_drawing(place: _Place, text: str) -> bytes:
    """Content stream of a value in a field, in the field's own coordinates."""
    left, bottom, right, top = place.rectangle
    width, height = right - left, top - bottom
    if place.flags & COMB:
        return _comb_drawing(place, text.replace("-", ""), width, height)
    if place.flags & MULTILINE:
        lines = simpleSplit(text, "Helvetica", TEXT_SIZE, width - 6)
        if len(lines) * 11.5 > height + 1:
            raise PaperError(f"{place.name}: {text!r} needs {len(lines)} lines, too many for the field")
        shown = b" T* ".join(_literal(line) + b" Tj" for line in lines)
        return f"q BT {INK} /Helv {TEXT_SIZE} Tf 11.5 TL 2 {height - TEXT_SIZE - 1:.2f} Td ".encode() + shown + b" ET Q"
    size = min(TEXT_SIZE, TEXT_SIZE * (width - 4) / max(stringWidth(text, "Helvetica", TEXT_SIZE), 1))
    if size < SMALLEST_TEXT:
        raise PaperError(f"{place.name}: {text!r} is too long for the field")
    # Middle of a capital letter on the middle of the box.
    base_line = max((height - size * 0.718) / 2, 1.5)
    return f"q BT {INK} /Helv {size:.2f} Tf 2 {base_line:.2f} Td ".encode() + _literal(text) + b" Tj ET Q"


def _comb_drawing(place: _Place, text: str, width: float, height: float) -> bytes:
    if len(text) > place.cells:
        raise PaperError(f"{place.name}: {text!r} has more than {place.cells} characters")
    cell = width / place.cells
    base_line = (height - TEXT_SIZE * 0.718) / 2
    shown = b""
    for number, letter in enumerate(text):
        x = cell * (number + 0.5) - stringWidth(letter, "Helvetica", TEXT_SIZE) / 2
        shown += f"1 0 0 1 {x:.2f} {base_line:.2f} Tm ".encode() + _literal(letter) + b" Tj "
    return f"q BT {INK} /Helv {TEXT_SIZE} Tf ".encode() + shown + b"ET Q"


def _literal(text: str) -> bytes:
    escaped = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"(" + escaped + b")"


def _text_object(text: str) -> bytes:
    if text.isascii():
        return _literal(text)
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"


def _gather_fields(page: DictionaryObject, fields: ArrayObject) -> None:
    """Appends the top-level fields above a page's widgets: merging keeps the tree, not its root list."""
    for annotation in page.get("/Annots", ()):
        reference = annotation
        while "/Parent" in (node := reference.get_object()):
            reference = node.raw_get("/Parent")
        if reference not in fields:
            fields.append(reference)


def _add_font(writer: PdfWriter, page: DictionaryObject) -> None:
    """Makes the forms' own font known to the page, so that flattened values use the same."""
    form = writer.root_object["/AcroForm"]
    helvetica = form["/DR"]["/Font"].raw_get("/Helv")  # type: ignore[index]
    page["/Resources"]["/Font"][NameObject("/Helv")] = helvetica  # type: ignore[index]


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _base(content: bytes, places: dict[str, _Place]) -> Base:
    reader = PdfReader(BytesIO(content))
    pages = []
    for page in reader.pages:
        contents = page.raw_get("/Contents")
        held = contents if isinstance(contents, ArrayObject) else [contents]
        references = " ".join(f"{part.idnum} 0 R" for part in held).encode()
        pages.append((_number(page), _open_body(page, without=("/Contents",)), references))
    font = reader.pages[0]["/Resources"]["/Font"].raw_get("/Helv")  # type: ignore[index]
    return Base(
        content=content,
        size=int(str(reader.trailer["/Size"])),
        start=int(content[content.rindex(b"startxref") + 9 :].split()[0]),
        root=reader.trailer.raw_get("/Root").idnum,
        font=font.idnum,
        places=places,
        pages=tuple(pages),
    )


def _places(content: bytes) -> dict[str, _Place]:
    reader = PdfReader(BytesIO(content))
    places = {}
    for number, page in enumerate(reader.pages):
        for reference in page.get("/Annots", ()):
            place = _place(reference, number)
            places[place.name] = place
    return places


def _place(reference: IndirectObject, page: int) -> _Place:
    widget = reference.get_object()
    assert isinstance(widget, DictionaryObject)  # noqa: S101 - our own blanks
    field = widget if "/T" in widget else widget["/Parent"].get_object()
    assert isinstance(field, DictionaryObject)  # noqa: S101 - our own blanks
    is_radio = field is not widget
    name, export = _full_name(field), _on_state(widget)
    left, bottom, right, top = (float(edge) for edge in widget["/Rect"])  # type: ignore[attr-defined]
    parent = widget.raw_get("/Parent").idnum if is_radio else 0
    return _Place(
        name=f"{name}={export}" if is_radio else name,
        number=reference.idnum,
        body=_open_body(widget, without=("/V", "/AS")),
        parent=(parent, _open_body(field, without=("/V",))) if is_radio else None,
        export=export,
        page=page,
        rectangle=(left, bottom, right, top),
        flags=int(field.get("/Ff", 0)),
        cells=int(field.get("/MaxLen", 0)),
    )


def _on_state(widget: DictionaryObject) -> str:
    """What a button's state is called when it is marked; empty for fields of other kinds."""
    if "/AP" not in widget:
        return ""
    states: Iterable[str] = widget["/AP"]["/N"]  # type: ignore[index]
    return next(state[1:] for state in states if state != "/Off")


def _full_name(field: DictionaryObject) -> str:
    parts = [str(field["/T"])]
    while "/Parent" in field:
        parent = field["/Parent"].get_object()
        assert isinstance(parent, DictionaryObject)  # noqa: S101 - our own blanks
        field = parent
        parts.append(str(field["/T"]))
    return ".".join(reversed(parts))


def _open_body(entries: Mapping[str, PdfObject], without: Sequence[str]) -> bytes:
    """A dictionary's source, still open at the end so that entries can be added."""
    kept = DictionaryObject()
    assert isinstance(entries, DictionaryObject)  # noqa: S101 - every caller holds one
    for key in entries:
        if key not in without:
            kept[NameObject(key)] = entries.raw_get(key)
    out = BytesIO()
    kept.write_to_stream(out)
    return out.getvalue().rstrip().removesuffix(b">>").rstrip()


def _number(page: DictionaryObject) -> int:
    reference = page.indirect_reference
    assert reference is not None  # noqa: S101 - pages are always indirect
    return reference.idnum
