"""Takes the values out of a blank's fields, so that the blank can be drawn as nobody has filled it in."""

import re
from collections.abc import Iterable, Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from services.intake.reading.acroform import Widget, inherited

_WRITTEN = re.compile(rb"/Tx\s+BMC\b.*?\bEMC\b", re.S)
"""What a field's appearance shows of its value, between these marks by the standard."""
_TEXT = re.compile(rb"\bBT\b.*?\bET\b", re.S)
"""Its text, where a program left the marks out."""


def emptied(content: bytes, structure: PdfReader, widgets: Sequence[Widget]) -> bytes:
    """The blank without values and ticks; as it is where it has none. Frames and tints of fields stay."""
    if not any(widget.value or (widget.on and widget.kind == "/Btn") for widget in widgets):
        return content
    writer = PdfWriter(clone_from=structure)
    for place in _places(writer):
        kind = inherited(place, "/FT")
        if kind == "/Btn":
            place[NameObject("/AS")] = NameObject("/Off")
        elif kind in ("/Tx", "/Ch"):
            _clear_appearance(place)
    for held in writer._objects:
        node = held.get_object() if held is not None else None
        if isinstance(node, DictionaryObject) and inherited(node, "/FT") in ("/Tx", "/Ch", "/Btn"):
            for entry in ("/V", "/DV", "/RV", "/I"):
                node.pop(entry, None)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _places(writer: PdfWriter) -> Iterable[DictionaryObject]:
    objects = (held.get_object() for held in writer._objects if held is not None)
    return [held for held in objects if isinstance(held, DictionaryObject) and held.get("/Subtype") == "/Widget"]


def _clear_appearance(place: DictionaryObject) -> None:
    appearances = place.get("/AP")
    held = appearances.get_object() if appearances is not None else None
    shown = held.get("/N") if isinstance(held, DictionaryObject) else None
    stream = shown.get_object() if shown is not None else None
    if isinstance(stream, StreamObject):
        drawing, count = _WRITTEN.subn(b"/Tx BMC EMC", stream.get_data())
        stream.set_data(drawing if count else _TEXT.sub(b"", drawing))
