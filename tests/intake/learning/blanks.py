"""The sample carriers' blanks, made poorer: without tooltips, without telling names, without fields."""

from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from services.intake.reading.acroform import widgets_of


def without_tooltips(blank: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(blank)))
    for node in _nodes(writer):
        node.pop("/TU", None)
    return _written(writer)


def without_names(blank: bytes) -> bytes:
    """Fields are merely numbered, as some drawing programs leave them, and have no tooltips."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(blank)))
    for number, node in enumerate(_nodes(writer)):
        node.pop("/TU", None)
        node[NameObject("/T")] = TextStringObject(f"f{number}")
    return _written(writer)


def without_fields(blank: bytes) -> bytes:
    """The page as it is printed."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(blank)))
    for page in writer.pages:
        page.pop("/Annots", None)
    writer.root_object.pop("/AcroForm", None)
    return _written(writer)


def names_in(blank: bytes) -> list[str]:
    """The fields' names in the order of their places in the file, which no change here moves."""
    return [widget.name for page in PdfReader(BytesIO(blank)).pages for widget in widgets_of(page)]


def _nodes(writer: PdfWriter) -> list[DictionaryObject]:
    """Every named node of the field tree, once."""
    objects = (held.get_object() for held in writer._objects if held is not None)
    return [held for held in objects if isinstance(held, DictionaryObject) and "/T" in held]


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
