"""Reads all that a blank's AcroForm tells about each field: place, kind, tooltip, format, length, choices."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from schemas.application import Box
from schemas.carrier import FieldType
from services.intake.reading.acroform import widgets_of

_REQUIRED = 1 << 1
_DEEPEST = 32

_FORMATS = (
    (re.compile(r"AFDate_"), FieldType.DATE),
    (re.compile(r"AFSpecial_(?:Format|Keystroke)\(\s*[01]\s*\)"), FieldType.ZIP),
    (re.compile(r"AFSpecial_(?:Format|Keystroke)\(\s*2\s*\)"), FieldType.PHONE),
    (re.compile(r"AFSpecial_(?:Format|Keystroke)\(\s*3\s*\)"), FieldType.SSN),
    (re.compile(r"AFPercent_"), FieldType.PERCENT),
    (re.compile(r"AFNumber_\w+\([^)]*[$€£]"), FieldType.MONEY),
    (re.compile(r"AFNumber_\w+\(\s*0\s*,"), FieldType.INTEGER),
    (re.compile(r"AFNumber_"), FieldType.MONEY),
)
"""What the scripts of PDF editors say about a field's type."""


@dataclass(frozen=True)
class BlankField:
    """One field of a blank as its makers left it."""

    name: str
    """Full name; a radio button's ends in ``=ExportValue``."""
    page: int
    """From 1."""
    box: Box
    kind: str
    """``/Tx``, ``/Btn``, ``/Ch`` or ``/Sig``."""
    tooltip: str = ""
    required: bool = False
    cells: int = 0
    """Characters of a comb field; 0 = an ordinary field."""
    longest: int = 0
    """Most characters it takes; 0 = any number."""
    format: FieldType | None = None
    choices: tuple[str, ...] = ()
    value: str = ""
    """What the blank already holds: a blank should hold nothing."""

    @property
    def is_box(self) -> bool:
        return self.kind == "/Btn"


def fields_of(page: PageObject, number: int) -> Iterator[BlankField]:
    """The page's fields in the order in which they are stored."""
    extras = dict(_entries(page))
    for widget in widgets_of(page):
        entries = extras.get(_key(widget.box), {})
        flags, longest = entries.get("/Ff"), entries.get("/MaxLen")
        yield BlankField(
            name=widget.name,
            page=number,
            box=widget.box,
            kind=widget.kind,
            tooltip=_text(entries.get("/TU")),
            required=bool(int(flags) & _REQUIRED) if isinstance(flags, int) else False,
            cells=widget.cells,
            longest=int(longest) if isinstance(longest, int) else 0,
            format=_format(entries.get("/AA")),
            choices=tuple(_choices(entries.get("/Opt"))),
            value=widget.value or ("on" if widget.on else ""),
        )


def _entries(page: PageObject) -> Iterator[tuple[tuple[float, ...], dict[str, Any]]]:
    """Each field's entries, inherited ones included, by its place."""
    held = page.get("/Annots")
    held = held.get_object() if held is not None else None
    for reference in held if isinstance(held, ArrayObject) else ():
        annotation = reference.get_object()
        if not isinstance(annotation, DictionaryObject) or annotation.get("/Subtype") != "/Widget":
            continue
        rectangle = annotation.get("/Rect")
        if rectangle is None or len(rectangle.get_object()) != 4:
            continue
        x0, y0, x1, y1 = (float(edge.get_object()) for edge in rectangle.get_object())
        yield _key((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))), _merged(annotation)


def _key(box: Box) -> tuple[float, ...]:
    return tuple(round(edge, 2) for edge in box)


def _merged(annotation: DictionaryObject) -> dict[str, Any]:
    found: dict[str, Any] = {}
    node: Any = annotation
    for _ in range(_DEEPEST):
        if not isinstance(node, DictionaryObject):
            break
        for key in ("/TU", "/Ff", "/MaxLen", "/AA", "/Opt"):
            if key in node and key not in found:
                found[key] = node[key].get_object()
        parent = node.get("/Parent")
        node = parent.get_object() if parent is not None else None
    return found


def _format(actions: Any) -> FieldType | None:
    if not isinstance(actions, DictionaryObject):
        return None
    for event in ("/F", "/K"):
        action = actions.get(event)
        script = action.get_object().get("/JS") if action is not None else None
        said = _text(script.get_object()) if script is not None else ""
        for pattern, kind in _FORMATS:
            if pattern.search(said):
                return kind
    return None


def _choices(options: Any) -> Iterator[str]:
    for option in options if isinstance(options, ArrayObject) else ():
        shown = option.get_object()
        yield _text(shown[-1].get_object() if isinstance(shown, ArrayObject) and shown else shown)


def _text(value: Any) -> str:
    if isinstance(value, StreamObject):
        return value.get_data().decode("latin-1")
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return "" if value is None else " ".join(str(value).split())
