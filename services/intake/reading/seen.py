"""Tells what kind of file a document is, beside what its pages say: mended, unlocked, with programs or files in it."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from schemas.codes import SealState
from schemas.file_events import DocumentSeen
from services.intake.reading.acroform import Widget
from services.intake.reading.opening import PYPDF_FAULTS, OpenDocument
from services.intake.reading.seals import Seals

_JAVASCRIPT = b"/JavaScript"
_DEEPEST, _MOST = 8, 1000
"""Levels and leaves of a tree of names that are followed; a loop in a hostile file ends here."""


class Look(Protocol):
    """A page as far as the kind of file goes."""

    @property
    def has_words(self) -> bool: ...

    @property
    def has_pictures(self) -> bool: ...

    @property
    def widgets(self) -> Sequence[Widget]: ...


def seen_of(document: OpenDocument, content: bytes, looks: Sequence[Look], seals: Seals) -> DocumentSeen:
    """``looks``: those of its pages that were looked at."""
    widgets = [widget for look in looks for widget in look.widgets]
    structure = document.structure
    return DocumentSeen(
        repaired=document.repaired,
        unlocked=document.unlocked,
        javascript=_JAVASCRIPT in content or _has_programs(structure),
        embedded_files=_embedded(structure),
        xfa=_has_xfa(structure),
        pages=document.page_count,
        text_pages=sum(look.has_words for look in looks),
        picture_pages=sum(look.has_pictures for look in looks),
        fields=len(widgets),
        filled_fields=sum(widget.kind != "/Sig" and bool(widget.value or widget.on) for widget in widgets),
        seals=_states(seals),
        unsigned_fields=sum(widget.kind == "/Sig" and not widget.on for widget in widgets),
    )


def is_placeholder(document: OpenDocument, looks: Sequence[Look]) -> bool:
    """Whether the pages only say to wait: a form for Adobe's programs, without the fields that all others read."""
    return _has_xfa(document.structure) and not any(look.widgets for look in looks)


def says_portfolio(document: OpenDocument) -> bool:
    """Whether it is a cover for the files in it."""
    return _below(_root(document.structure), "/Collection") is not None


def _states(seals: Seals) -> tuple[SealState, ...]:
    return tuple(checked.seal.state for checked in seals.by_field.values())


def _has_xfa(structure: PdfReader | None) -> bool:
    return _below(_root(structure), "/AcroForm", "/XFA") is not None


def _has_programs(structure: PdfReader | None) -> bool:
    root = _root(structure)
    if _below(root, "/Names", "/JavaScript") is not None or _below(root, "/AA") is not None:
        return True
    return _below(root, "/OpenAction", "/JS") is not None


def _embedded(structure: PdfReader | None) -> int:
    return sum(1 for _ in _leaves(_below(_root(structure), "/Names", "/EmbeddedFiles")))


def _leaves(tree: Any) -> Iterator[object]:
    """Every name of a tree of names."""
    waiting, left = [(tree, 0)], _MOST
    while waiting and left:
        node, depth = waiting.pop()
        left -= 1
        if not isinstance(node, DictionaryObject) or depth > _DEEPEST:
            continue
        names = _below(node, "/Names")
        yield from names[::2] if isinstance(names, ArrayObject) else ()
        kids = _below(node, "/Kids")
        below = kids if isinstance(kids, ArrayObject) else ()
        waiting.extend((_followed(kid), depth + 1) for kid in below)


def _root(structure: PdfReader | None) -> Any:
    try:
        return structure.root_object if structure is not None else None
    except PYPDF_FAULTS:
        return None


def _below(node: Any, *keys: str) -> Any:
    """What stands under these keys, one below the other; ``None`` where nothing does or it cannot be followed."""
    for key in keys:
        if not isinstance(node, DictionaryObject) or key not in node:
            return None
        node = _followed(node.raw_get(key))
    return node


def _followed(reference: Any) -> Any:
    try:
        return reference.get_object()
    except PYPDF_FAULTS:
        return None
