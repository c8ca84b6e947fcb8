"""Compares what was read on one page with what was written there, field by field."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from samples.packets.writing import Written
from schemas.carrier import FieldType
from schemas.codes import SignatureMark
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.cleaning import clean, untangled
from services.intake.reading.page_reading import ILLEGIBLE, PageReading


@dataclass(frozen=True)
class TextScore:
    """One field to write in."""

    zone: str
    type: FieldType
    truth: str
    read: str
    confidence: float

    @property
    def right(self) -> bool:
        """The same value once both are normalised by the field's type."""
        return normalised(self.type, self.read) == normalised(self.type, self.truth)

    @property
    def distance(self) -> int:
        return edits(_plain(self.read), _plain(self.truth))


@dataclass(frozen=True)
class BoxScore:
    zone: str
    ticked: bool
    read: bool
    confidence: float


@dataclass(frozen=True)
class SignatureScore:
    zone: str
    signed: bool
    read: SignatureMark


@dataclass(frozen=True)
class PageScore:
    """One page, read one way."""

    condition: str
    form_id: str
    form_page: int
    recognised: bool
    texts: tuple[TextScore, ...]
    boxes: tuple[BoxScore, ...]
    signatures: tuple[SignatureScore, ...]
    cpu: float
    """Seconds of processor time, of the programs started too."""
    packet: int = 0
    """The packet's seed."""

    @property
    def key(self) -> tuple[str, int, str, int]:
        """The same for every reader of the page."""
        return self.condition, self.packet, self.form_id, self.form_page


def scored(
    condition: str, blank: BlankPage, written: Written, reading: PageReading | None, cpu: float, packet: int = 0
) -> PageScore:
    """A page's score; where the page was not recognised every filled field counts as wrong, boxes do not count."""
    known = reading is not None and (reading.form_id, reading.form_page) == blank.key
    by_zone = {zone.zone: zone for zone in reading.zones} if reading is not None and known else {}
    texts, boxes, signatures = [], [], []
    for zone in blank.zones:
        said = by_zone.get(zone.name)
        if zone.type is FieldType.CHECKBOX:
            if said is not None:
                boxes.append(BoxScore(zone.name, zone.name in written.ticks, said.marked, said.confidence))
        elif zone.type is FieldType.SIGNATURE:
            if said is not None:
                mark = SignatureMark.DOUBTFUL if said.doubtful else SignatureMark.EMPTY
                mark = SignatureMark.PRESENT if said.marked else mark
                signatures.append(SignatureScore(zone.name, zone.name in written.signed, mark))
        else:
            raw = "" if said is None else said.raw.replace(ILLEGIBLE, "?")
            texts.append(_text(zone, written.texts, raw, said.confidence if said else 0.0))
    return PageScore(condition, *blank.key, known, tuple(texts), tuple(boxes), tuple(signatures), cpu, packet)


def scored_texts(
    condition: str, blank: BlankPage, written: Written, read: Mapping[str, str], cpu: float, packet: int = 0
) -> PageScore:
    """The score of a reader that gives texts by field, and knows no boxes."""
    texts = tuple(
        _text(zone, written.texts, read.get(zone.name, ""), 0.0)
        for zone in blank.zones
        if zone.type not in (FieldType.CHECKBOX, FieldType.SIGNATURE)
    )
    return PageScore(condition, *blank.key, True, texts, (), (), cpu, packet)


def _text(zone: Zone, texts: Mapping[str, str], raw: str, confidence: float) -> TextScore:
    return TextScore(zone.name, zone.type, texts.get(zone.name, ""), raw, confidence)


def normalised(kind: FieldType, raw: str) -> object:
    """A value as the application would hold it; text that is not understood as it was written."""
    said = clean(kind, untangled(kind, raw))
    return _plain(raw) if said is None else said


def _plain(text: str) -> str:
    return " ".join(text.split())


def edits(one: str, other: str) -> int:
    """Levenshtein's distance."""
    before = list(range(len(other) + 1))
    for row, here in enumerate(one, start=1):
        now = [row]
        for column, there in enumerate(other, start=1):
            now.append(min(before[column] + 1, now[-1] + 1, before[column - 1] + (here != there)))
        before = now
    return before[-1]


# --- figures over many pages -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What the table says of a set of pages; shares from 0 to 1, not a number where nothing was counted."""

    pages: int
    recognised: float
    fields: int
    exact: float
    character_errors: float
    blank_as_blank: float
    boxes: int
    box_errors: int
    signatures: int
    signature_errors: int
    signature_doubts: int
    cpu: float
    """Mean seconds a page."""


def figures(pages: Iterable[PageScore]) -> Figures:
    held = list(pages)
    texts = [text for page in held for text in page.texts]
    filled = [text for text in texts if text.truth]
    empty = [text for page in held if page.recognised for text in page.texts if not text.truth]
    boxes = [box for page in held for box in page.boxes]
    lines = [line for page in held for line in page.signatures]
    doubts = [line for line in lines if line.read is SignatureMark.DOUBTFUL]
    sure = [line for line in lines if line.read is not SignatureMark.DOUBTFUL]
    return Figures(
        pages=len(held),
        recognised=share(page.recognised for page in held),
        fields=len(filled),
        exact=share(text.right for text in filled),
        character_errors=_ratio(
            sum(min(text.distance, len(text.truth)) for text in filled), sum(len(text.truth) for text in filled)
        ),
        blank_as_blank=share(not text.read for text in empty),
        boxes=len(boxes),
        box_errors=sum(box.ticked is not box.read for box in boxes),
        signatures=len(lines),
        signature_errors=sum(line.signed is not (line.read is SignatureMark.PRESENT) for line in sure),
        signature_doubts=len(doubts),
        cpu=_ratio(sum(page.cpu for page in held), len(held)),
    )


def share(of: Iterable[bool]) -> float:
    held = list(of)
    return _ratio(sum(held), len(held))


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
