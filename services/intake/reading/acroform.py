"""Reads what lies over a page: its fillable fields with name, place and value, and the notes beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pypdf import PageObject
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NumberObject, StreamObject

from schemas.application import Box

_COMB = 1 << 24
_PUSHBUTTON = 1 << 16
_RADIO = 1 << 15
_STANDARD_STAMPS = frozenset(
    (
        "/Approved", "/AsIs", "/Confidential", "/Departmental", "/Draft", "/Experimental", "/Expired", "/Final",
        "/ForComment", "/ForPublicRelease", "/NotApproved", "/NotForPublicRelease", "/Sold", "/TopSecret",
    )
)  # fmt: skip
_SHOWS_TEXT = re.compile(rb"\bT[jJ]\b")
_HIDDEN, _PRINT, _NO_VIEW = 1 << 1, 1 << 2, 1 << 5
"""Bits of a field's flags, and of its place's."""
_KINDS = ("/Tx", "/Btn", "/Ch", "/Sig")
_MOST_CELLS = 100
"""A comb of more cells is a text field whose maker meant no comb."""
DEEPEST_FIELD_TREE = 32
"""More levels than any real form has; a loop in the tree of a hostile file ends here."""


@dataclass(frozen=True)
class Widget:
    """One field's place on a page."""

    name: str
    """Full name; that of a radio button, or of one of several boxes that share a field, ends in ``=ExportValue``."""
    box: Box
    """In the page's own (unrotated) space."""
    kind: str
    """``/Tx``, ``/Btn``, ``/Ch`` or ``/Sig``."""
    value: str
    """Text and choice fields: what is written."""
    default: str
    on: bool
    """Boxes: ticked. Signature fields: signed."""
    cells: int
    """Characters of a comb field, each in a cell of its own; 0 = an ordinary field."""
    hidden: bool = False
    """Shown neither on the screen nor on paper: whatever it holds, nobody wrote it."""


@dataclass(frozen=True)
class Note:
    """A typed note, stamp or pen stroke laid over a page."""

    text: str
    """What a typed note says; empty for what can only be seen."""
    box: Box
    kind: str = ""
    """``/FreeText``, ``/Stamp``, ``/Ink`` and so on."""
    worded: bool = False
    """A stamp that says something, or is one of those that every program has ("Approved")."""


def widgets_of(page: PageObject) -> Iterator[Widget]:
    """The page's fillable fields; broken ones are left out."""
    return (widget for _, widget in fields_with_entries(page))


def fields_with_entries(page: PageObject) -> Iterator[tuple[DictionaryObject, Widget]]:
    """The page's fillable fields, each with what the file says of its place."""
    for annotation in _annotations_of(page):
        if annotation.get("/Subtype") == "/Widget" and (widget := _widget(annotation)):
            yield annotation, widget


def notes_of(page: PageObject) -> Iterator[Note]:
    """Everything that lies over the page, save fields, links and the pop-ups of other notes."""
    for annotation in _annotations_of(page):
        kind, box = annotation.get("/Subtype"), _box(annotation.get("/Rect"))
        if kind not in ("/Widget", "/Link", "/Popup") and box is not None:
            text = _text(annotation.get("/Contents")) if kind == "/FreeText" else ""
            yield Note(text, box, str(kind), kind == "/Stamp" and _has_words(annotation))


def _annotations_of(page: PageObject) -> Iterator[DictionaryObject]:
    """Whatever can be followed."""
    held = page.get("/Annots")
    held = held.get_object() if held is not None else None
    for reference in held if isinstance(held, ArrayObject) else ():
        annotation = reference.get_object()
        if isinstance(annotation, DictionaryObject):
            yield annotation


def _has_words(stamp: DictionaryObject) -> bool:
    if stamp.get("/Name") in _STANDARD_STAMPS:
        return True
    appearances = stamp.get("/AP")
    normal = appearances.get_object().get("/N") if appearances is not None else None
    shown = normal.get_object() if normal is not None else None
    return isinstance(shown, StreamObject) and _SHOWS_TEXT.search(shown.get_data()) is not None


def _widget(annotation: DictionaryObject) -> Widget | None:
    kind, box, name = inherited(annotation, "/FT"), _box(annotation.get("/Rect")), _full_name(annotation)
    flags, shown = _whole(inherited(annotation, "/Ff")), _whole(annotation.get("/F"))
    if kind not in _KINDS or box is None or not name or (kind == "/Btn" and flags & _PUSHBUTTON):
        return None
    hidden = bool(shown & _HIDDEN) or shown & (_NO_VIEW | _PRINT) == _NO_VIEW
    value = inherited(annotation, "/V")
    if kind == "/Btn":
        state = _on_state(annotation)
        # Fillers that set only the field's value leave the shown state stale, and the other way round.
        on = _shown(annotation) or value == f"/{state}" or (state is None and value not in (None, "", "/Off"))
        full_name = f"{name}={state}" if flags & _RADIO or _is_one_of_several(annotation) else name
        return Widget(full_name, box, kind, "", "", on, cells=0, hidden=hidden)
    if kind == "/Sig":
        return Widget(name, box, kind, "", "", isinstance(value, DictionaryObject), cells=0, hidden=hidden)
    default = _text(inherited(annotation, "/DV"))
    said = _shown_choice(annotation, value) if kind == "/Ch" else _text(value)
    longest = _whole(inherited(annotation, "/MaxLen"))
    cells = longest if flags & _COMB and 0 < longest <= _MOST_CELLS else 0
    return Widget(name, box, str(kind), said, default, on=False, cells=cells, hidden=hidden)


def _is_one_of_several(annotation: DictionaryObject) -> bool:
    """Whether the box shares its field with boxes that mean something else: Yes and No under one name."""
    parent = annotation.get("/Parent")
    field = parent.get_object() if parent is not None and "/T" not in annotation else None
    held = field.get("/Kids") if isinstance(field, DictionaryObject) else None
    kids = held.get_object() if held is not None else None
    if not isinstance(kids, ArrayObject):
        return False
    below = (kid.get_object() for kid in kids)
    return len({_on_state(kid) for kid in below if isinstance(kid, DictionaryObject)}) > 1


def _shown_choice(annotation: DictionaryObject, value: Any) -> str:
    """What a list shows for its value: an option may be exported under another name than it is shown by."""
    options = inherited(annotation, "/Opt")
    shown = {}
    for option in options if isinstance(options, ArrayObject) else ():
        pair = option.get_object()
        if isinstance(pair, ArrayObject) and len(pair) > 1:
            shown[_text(pair[0].get_object())] = _text(pair[1].get_object())
    chosen = [_text(one.get_object()) for one in value] if isinstance(value, ArrayObject) else [_text(value)]
    return ", ".join(shown.get(one, one) for one in chosen)


def _shown(annotation: DictionaryObject) -> bool:
    return annotation.get("/AS") not in (None, "/Off")


def _on_state(annotation: DictionaryObject) -> str | None:
    """The appearance that means ticked."""
    appearances = annotation.get("/AP")
    normal = appearances.get_object().get("/N") if appearances is not None else None
    states = normal.get_object() if normal is not None else None
    if isinstance(states, DictionaryObject) and not isinstance(states, StreamObject):
        return next((str(key)[1:] for key in states if key != "/Off"), None)
    return None


def inherited(annotation: DictionaryObject, key: str) -> Any:
    """An entry of the field, or of the nearest field above it."""
    for node in _with_parents(annotation):
        found = node.get(key)
        if found is not None:
            return found.get_object()
    return None


def _full_name(annotation: DictionaryObject) -> str:
    parts = [_text(node["/T"]) for node in _with_parents(annotation) if "/T" in node]
    return ".".join(reversed(parts))


def _with_parents(annotation: DictionaryObject) -> Iterator[DictionaryObject]:
    node: Any = annotation
    for _ in range(DEEPEST_FIELD_TREE):
        if not isinstance(node, DictionaryObject):
            return
        yield node
        parent = node.get("/Parent")
        node = parent.get_object() if parent is not None else None


def _whole(value: Any) -> int:
    """A whole number; 0 for what is none."""
    number = value.get_object() if value is not None else None
    return int(number) if isinstance(number, int) else 0


def _text(value: Any) -> str:
    if isinstance(value, StreamObject):
        return value.get_data().decode("latin-1").strip()
    if isinstance(value, ArrayObject):
        return ", ".join(_text(part.get_object()) for part in value)
    if isinstance(value, bytes):
        return value.decode("latin-1").strip()
    # Choice fields and badly made text fields hold a name; its slash is no part of the value.
    return "" if value is None else str(value).strip().removeprefix("/")


def _box(rectangle: Any) -> Box | None:
    edges = rectangle.get_object() if rectangle is not None else None
    if not isinstance(edges, ArrayObject) or len(edges) != 4:
        return None
    numbers = [edge.get_object() for edge in edges]
    if not all(isinstance(number, NumberObject | FloatObject) for number in numbers):
        return None
    x0, y0, x1, y1 = map(float, numbers)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
