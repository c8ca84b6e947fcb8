"""Puts the values read from pages together into one application, with evidence for each of them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from schemas.application import Application, Box, Evidence, FormFound, FormPage, UnknownPage
from schemas.carrier import FieldType, Form
from schemas.codes import Doubt, FormKind, ReadingMethod, SignatureKind, SignatureMark, SignerRole
from services.intake.reading.catalogue import Catalogue, Zone
from services.intake.reading.cleaning import clean, untangled
from services.intake.reading.languages import Language
from services.intake.reading.page_reading import ILLEGIBLE, PageReading, ZoneReading

_ROWS = re.compile(r"^(beneficiaries|existing\.policies|details)\.(\d+)\.(.+)$")
"""Paths in tables: what is there row by row, and may be empty."""


@dataclass(frozen=True)
class _Answer:
    """One path's value with its evidence."""

    value: object
    evidence: Evidence
    beside: Mapping[str, object] = field(default_factory=dict)
    """Of a signature's mark: what else is said of the signature."""

    @property
    def is_empty(self) -> bool:
        return not self.evidence.raw


def packet_from(pages: Sequence[PageReading], catalogue: Catalogue) -> Application:
    """The application that these pages, of one document or of several, make. At least one has a form.

    Where a page or a path comes twice, the first that says something counts: put first what shall win.
    """
    known = [(page, catalogue.blanks[page.form_id]) for page in pages if page.form_id]
    forms = {blank.form.id: blank for _, blank in known}
    main = next((b for b in forms.values() if b.form.kind is FormKind.APPLICATION), next(iter(forms.values())))
    answers = _answers(pages, catalogue)
    implied = {path: value for blank in forms.values() for path, value in blank.form.implied.items()}
    answers, implied = _renumbered(answers, implied)
    tree = _tree(_values(answers, implied))
    for kind, questions in (("medical", main.form.medical), ("lifestyle", main.form.lifestyle)):
        tree[kind] = {**dict.fromkeys(questions), **tree.get(kind, {})}
    tree["signatures"] = _signatures(tree.get("signatures", {}))
    return Application.model_validate(
        {
            **tree,
            "carrier": main.carrier,
            "forms": [
                _form_found(blank.carrier, blank.form, [page for page, of in known if of is blank])
                for blank in forms.values()
            ],
            "unknown_pages": [
                UnknownPage(document_id=page.document_id, page=page.page, fault=page.fault)
                for page in pages
                if not page.form_id and page.cover is None
            ],
            "evidence": {path: answer.evidence for path, answer in answers.items()},
        }
    )


def _form_found(carrier: str, form: Form, pages: Iterable[PageReading]) -> FormFound:
    return FormFound(
        form_id=form.id,
        carrier=carrier,
        kind=form.kind,
        number=form.number,
        edition=form.edition,
        page_count=form.page_count,
        pages=tuple(
            FormPage(document_id=page.document_id, page=page.page, form_page=page.form_page)
            for page in pages
            if page.form_page
        ),
    )


# --- values by path ---------------------------------------------------------------------------------------


def _answers(pages: Iterable[PageReading], catalogue: Catalogue) -> dict[str, _Answer]:
    """Every path that a zone of the pages found stands for; the application form's word comes first."""
    found: dict[str, _Answer] = {}
    known = [page for page in pages if page.form_id and page.form_page]
    known.sort(key=lambda page: catalogue.blanks[page.form_id or ""].form.kind is not FormKind.APPLICATION)
    for page in known:
        blank = catalogue.page(page.form_id or "", page.form_page or 1)
        by_path: dict[str, list[tuple[Zone, ZoneReading]]] = defaultdict(list)
        for reading in page.zones:
            zone = blank.by_name[reading.zone]
            by_path[zone.means].append((zone, reading))
        for path, held in by_path.items():
            if path not in found or found[path].is_empty:
                found[path] = _answer(path, held, page, blank.language)
    return found


def _answer(path: str, held: Sequence[tuple[Zone, ZoneReading]], page: PageReading, language: Language) -> _Answer:
    kind = held[0][0].type
    if kind is FieldType.CHECKBOX:
        return _ticked(path, held, page)
    zone, reading = next((pair for pair in held if pair[1].raw), held[0])
    if kind is FieldType.SIGNATURE:
        return _signed(zone, reading, page)
    if reading.raw == ILLEGIBLE or reading.doubtful:
        return _Answer(None, _evidence([zone], [reading], page, reading.raw))
    text = untangled(kind, reading.raw, language) if reading.method is ReadingMethod.OCR else reading.raw
    return _Answer(_fitted(path, clean(kind, text, language)), _evidence([zone], [reading], page, reading.raw))


def _ticked(path: str, held: Sequence[tuple[Zone, ZoneReading]], page: PageReading) -> _Answer:
    """One box ticked is an answer; none and several are none, unless the path holds a list."""
    ticked = [(zone, reading) for zone, reading in held if reading.marked]
    said = [zone.value or "yes" for zone, _ in ticked]
    place = ticked if len(ticked) == 1 else held
    readings = [reading for _, reading in held]
    if ticked:
        # A tick's tail in the next box is no second answer, nor a doubt about the first.
        readings = [reading for reading in readings if reading.doubts != (Doubt.FAINT,)]
    raw = ", ".join(said) or (ILLEGIBLE if any(reading.doubtful for reading in readings) else "")
    evidence = _evidence([zone for zone, _ in place], readings, page, raw)
    if _holds_list(path):
        return _Answer(tuple(said), evidence)
    if len(said) > 1:
        evidence = evidence.model_copy(update={"doubts": (*evidence.doubts, Doubt.SEVERAL_MARKED)})
    return _Answer(_fitted(path, said[0]) if len(said) == 1 else None, evidence)


def _signed(zone: Zone, reading: ZoneReading, page: PageReading) -> _Answer:
    mark = SignatureMark.DOUBTFUL if reading.doubtful else SignatureMark.EMPTY
    mark = SignatureMark.PRESENT if reading.marked else mark
    if mark is SignatureMark.EMPTY:
        return _Answer(mark, _evidence([zone], [reading], page, ""))
    evidence = _evidence([zone], [reading], page, reading.raw or (reading.kind or SignatureKind.INK).value)
    return _Answer(mark, evidence, {"kind": reading.kind, "seal": reading.seal})


def _evidence(zones: Sequence[Zone], readings: Sequence[ZoneReading], page: PageReading, raw: str) -> Evidence:
    surest = min(readings, key=lambda reading: reading.confidence)
    return Evidence(
        document_id=page.document_id,
        page=page.page,
        box=_around([zone.box for zone in zones]),
        form_id=page.form_id or "",
        field=zones[0].name,
        label=_label(zones),
        raw=raw,
        method=surest.method,
        doubts=tuple(dict.fromkeys(doubt for reading in readings for doubt in reading.doubts)),
        confidence=surest.confidence,
        crop=next((reading.crop for reading in readings if reading.crop), None),
    )


def _label(zones: Sequence[Zone]) -> str:
    """The zone's label; for several boxes of one question what their labels begin with."""
    question = zones[0].label.rpartition(": ")[0]
    if len(zones) > 1 and question and all(zone.label.startswith(question) for zone in zones):
        return question
    return zones[0].label


def _around(boxes: Sequence[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


# --- rows of tables ---------------------------------------------------------------------------------------


def _renumbered(
    answers: Mapping[str, _Answer], implied: Mapping[str, str]
) -> tuple[dict[str, _Answer], dict[str, str]]:
    """Rows with something in them first, in their order; empty ones after them, as evidence of the empty place."""
    filled: dict[str, set[int]] = defaultdict(set)
    rows: dict[str, set[int]] = defaultdict(set)
    for path, answer in answers.items():
        if match := _ROWS.match(path):
            rows[match[1]].add(int(match[2]))
            if not answer.is_empty:
                filled[match[1]].add(int(match[2]))
    place = {
        (table, row): new
        for table, numbers in rows.items()
        for new, row in enumerate(sorted(numbers, key=lambda number: (number not in filled[table], number)))
    }

    def moved(path: str) -> str:
        match = _ROWS.match(path)
        if match is None or (match[1], int(match[2])) not in place:
            return path
        return f"{match[1]}.{place[match[1], int(match[2])]}.{match[3]}"

    return (
        {moved(path): answer for path, answer in answers.items()},
        {moved(path): value for path, value in implied.items()},
    )


def _values(answers: Mapping[str, _Answer], implied: Mapping[str, str]) -> dict[str, object]:
    """Every path's value, what the layout says included, without the rows of tables that nobody filled."""
    filled = {_row(path) for path, answer in answers.items() if not answer.is_empty}
    said = {path: _fitted(path, value) for path, value in implied.items()}
    read = {path: answer.value for path, answer in answers.items()}
    for path, answer in answers.items():
        read |= {f"{path.rpartition('.')[0]}.{name}": value for name, value in answer.beside.items()}
    return {path: value for path, value in {**said, **read}.items() if not _row(path) or _row(path) in filled}


def _row(path: str) -> tuple[str, ...]:
    """Table and row of a path; empty for a path in no table."""
    match = _ROWS.match(path)
    return match.group(1, 2) if match else ()


def _tree(values: Mapping[str, object]) -> dict[str, Any]:
    """Nested mappings by path; tables become lists."""
    root: dict[str, Any] = {}
    for path, value in values.items():
        *branches, leaf = path.split(".")
        node = root
        for branch in branches:
            node = node.setdefault(branch, {})
        if value is not None:
            node[leaf] = value
    return {name: _with_lists(node) for name, node in root.items()}


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    below = {name: _with_lists(child) for name, child in node.items()}
    if below and all(name.isdigit() for name in below):
        return [below[name] for name in sorted(below, key=int)]
    return below


def _signatures(read: Mapping[str, Any]) -> dict[FormKind, dict[SignerRole, Any]]:
    return {FormKind(kind): {SignerRole(role): lines for role, lines in roles.items()} for kind, roles in read.items()}


# --- the type that a path has in the application ----------------------------------------------------------


def _fitted(path: str, value: object) -> object:
    """The value in the path's own type, or nothing when it does not fit there."""
    if value is None:
        return None
    try:
        return _leaf(path).validate_python(value)
    except ValidationError:
        return None


def _holds_list(path: str) -> bool:
    return get_origin(_type_of(path)) is tuple


@cache
def _leaf(path: str) -> TypeAdapter[Any]:
    return TypeAdapter(_type_of(path))


def _type_of(path: str) -> Any:
    """The annotation at a path of :class:`Application`. Raises ``KeyError`` for a path that is none."""
    kind: Any = Application
    for part in path.split("."):
        kind = _without_none(kind)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[part].annotation
        else:
            # A table's row type comes first, a mapping's value type last.
            kind = get_args(kind)[0 if get_origin(kind) is tuple else 1]
    return kind


def _without_none(kind: Any) -> Any:
    parts = [part for part in get_args(kind) if part is not NoneType]
    return parts[0] if NoneType in get_args(kind) and len(parts) == 1 else kind
