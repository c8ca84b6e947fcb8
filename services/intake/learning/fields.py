"""Reads all that a blank's AcroForm tells about each field: place, kind, tooltip, format, length, choices."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from schemas.application import Box
from schemas.carrier import FieldType
from services.intake.reading.acroform import fields_with_entries, inherited
from services.intake.reading.page_space import moved_box, on_page, upright

_REQUIRED = 1 << 1

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


def fields_of(page: PageObject, number: int, sheet: Any) -> Iterator[BlankField]:
    """The page's fields in the order in which they are stored, placed on the page as ``sheet`` shows it.

    Left out: what lies beside the page, and what is hidden under a field that is shown.
    """
    shown, size = upright(sheet), sheet.get_size()
    held = [
        (entry, widget, box)
        for entry, widget in fields_with_entries(page)
        if (box := on_page(moved_box(shown, widget.box), *size)) is not None
    ]
    visible = [box for _, widget, box in held if not widget.hidden]
    for entry, widget, box in held:
        if widget.hidden and any(_overlap(box, other) for other in visible):
            continue
        flags, longest = inherited(entry, "/Ff"), inherited(entry, "/MaxLen")
        yield BlankField(
            name=widget.name,
            page=number,
            box=box,
            kind=widget.kind,
            tooltip=_text(inherited(entry, "/TU")),
            required=bool(int(flags) & _REQUIRED) if isinstance(flags, int) else False,
            cells=widget.cells,
            longest=int(longest) if isinstance(longest, int) else 0,
            format=_format(inherited(entry, "/AA")),
            choices=tuple(_choices(inherited(entry, "/Opt"))),
            value=widget.value or ("on" if widget.on else ""),
        )


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _format(actions: Any) -> FieldType | None:
    if not isinstance(actions, DictionaryObject):
        return None
    for event in ("/F", "/K"):
        action = actions.get(event)
        held = action.get_object() if action is not None else None
        script = held.get("/JS") if isinstance(held, DictionaryObject) else None
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
