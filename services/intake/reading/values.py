"""Reads the zones of a page that carries its own data: fields, text layer, and ink drawn over them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from schemas.application import Box
from schemas.carrier import FieldType
from schemas.codes import ReadingMethod
from services.intake.reading.acroform import Note, Widget
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.marks import Compared, box_reading, signature_reading, with_corrections
from services.intake.reading.page_reading import ZoneReading
from services.intake.reading.page_space import Matrix, moved_box, upright
from services.intake.reading.pictures import DPI, Picture, in_frame
from services.intake.reading.registration import fit_words
from services.intake.reading.seals import Seals
from services.intake.reading.signature_zones import pictures_on, signed_field, signed_line, under_seal
from services.intake.reading.templates import Templates
from services.intake.reading.text_layer import (
    Character,
    Word,
    characters_inside,
    characters_of,
    moved_characters,
    words_of,
)
from services.intake.reading.writing import FINE, read_writing

MARKS = (FieldType.CHECKBOX, FieldType.SIGNATURE)
"""Zones in which nothing is written."""
TEXT_LAYER_CONFIDENCE = 0.99
_SAME_PLACE = 2.0
"""Points between a word of the page and the same word of the blank."""


@dataclass(frozen=True, eq=False)
class DigitalPage:
    """A page of a PDF that was made, not scanned, and the blank page it is."""

    sheet: Any
    """The page in pdfium."""
    widgets: Sequence[Widget]
    notes: Sequence[Note]
    """What else lies over the page: typed notes, stamps, ink."""
    blank: BlankPage
    templates: Templates
    seals: Seals
    """The document's digital signatures."""

    def read(self) -> tuple[ZoneReading, ...]:
        readings = {zone.name: self._read_zone(zone) for zone in self.blank.zones}
        if self._drawn_over:
            unread = [
                zone
                for zone in self.blank.zones
                if zone.type not in MARKS and not readings[zone.name].raw and self._compared.written(zone.box)
            ]
            # A note laid over the page or a pen's stroke shows something that no text layer holds.
            readings.update(read_writing(self._fine, self._compared.template, self.blank, unread))
            texts = [reading for name, reading in readings.items() if self.blank.by_name[name].type not in MARKS]
            readings.update((reading.zone, reading) for reading in with_corrections(texts, self._compared))
        return tuple(readings.values())

    def _read_zone(self, zone: Zone) -> ZoneReading:
        widget = self._by_name.get(zone.name) or self._at_place(zone)
        if widget is not None and (said := widget_reading(zone, widget, self.seals)):
            return said
        if zone.type not in MARKS:
            return self._text(zone)
        if not self._drawn_over:
            return ZoneReading(zone=zone.name, method=ReadingMethod.ACROFORM, confidence=1)
        if zone.type is FieldType.CHECKBOX:
            return box_reading(zone, self._compared)
        ink = signature_reading(zone, self._compared)
        return under_seal(
            signed_line(zone, ink, self._text_inside(zone), self._notes, self._pictures), self.seals.document
        )

    def _text(self, zone: Zone) -> ZoneReading:
        if not self._drawn_over:
            return ZoneReading(zone=zone.name, method=ReadingMethod.ACROFORM, confidence=1)
        return ZoneReading(
            zone=zone.name,
            raw=self._text_inside(zone),
            method=ReadingMethod.TEXT_LAYER,
            confidence=TEXT_LAYER_CONFIDENCE,
        )

    def _text_inside(self, zone: Zone) -> str:
        inside = characters_inside(self._characters, zone.box)
        if zone.cells:
            # Readers guess the order of characters that stand far apart; the cells say it.
            inside = sorted((one for one in inside if one.sign != " "), key=lambda one: one.x)
        return " ".join(word.text for word in words_of(inside))

    def _is_printed(self, word: Word) -> bool:
        """Whether the blank has the same word there."""
        return any(
            printed.text == word.text
            and abs(printed.x - word.x) < _SAME_PLACE
            and abs(printed.y - word.y) < _SAME_PLACE
            for printed in self.blank.words
        )

    @cached_property
    def _by_name(self) -> dict[str, Widget]:
        return {widget.name: widget for widget in self.widgets}

    def _at_place(self, zone: Zone) -> Widget | None:
        """Programs that merge PDFs rename fields; their places stay."""
        kinds = {FieldType.SIGNATURE: ("/Sig",), FieldType.CHECKBOX: ("/Btn",)}.get(zone.type, ("/Tx", "/Ch"))
        return next(
            (
                widget
                for widget in self.widgets
                if widget.kind in kinds
                and widget.name not in self.blank.by_name
                and _same(moved_box(self._to_blank, widget.box), zone.box)
            ),
            None,
        )

    @cached_property
    def _drawn_over(self) -> bool:
        """Whether the page shows anything that the blank and its fields do not: then its picture must be looked at."""
        count = pdfium.raw.FPDFPage_CountObjects(self.sheet.raw)
        return bool(self.notes) or not self.widgets or bool(count != self.blank.object_count)

    @cached_property
    def _to_blank(self) -> Matrix:
        """From the page's own space to the blank's."""
        shown = upright(self.sheet)
        words = words_of(moved_characters(self._own_characters, shown))
        return fit_words(words, self.blank) @ shown

    @cached_property
    def _own_characters(self) -> list[Character]:
        return characters_of(self.sheet.get_textpage())

    @cached_property
    def _characters(self) -> list[Character]:
        typed = (one for note in self.notes for one in _characters_of_note(note))
        return list(self._without_print(moved_characters((*self._own_characters, *typed), self._to_blank)))

    def _without_print(self, characters: Iterable[Character]) -> Iterator[Character]:
        """What the blank does not print: a caption may reach into a zone with some of its letters."""
        held: list[Character] = []
        for character in (*characters, Character(" ", 0, 0)):
            if character.sign != " ":
                held.append(character)
                continue
            if not any(map(self._is_printed, words_of(held))):
                yield from held
            yield character
            held = []

    @cached_property
    def _notes(self) -> list[Note]:
        return [replace(note, box=moved_box(self._to_blank, note.box)) for note in self.notes]

    @cached_property
    def _pictures(self) -> list[Box]:
        return [moved_box(self._to_blank, box) for box in pictures_on(self.sheet)]

    @cached_property
    def _compared(self) -> Compared:
        return Compared(self._picture(DPI), self.templates.picture(self.blank), self.blank)

    @property
    def _fine(self) -> Picture:
        return self._picture(DPI * FINE)

    def _picture(self, dots_per_inch: int) -> Picture:
        to_blank = self._to_blank @ np.linalg.inv(upright(self.sheet))
        return in_frame(self.sheet, to_blank, self.blank, dots_per_inch)


def widget_reading(zone: Zone, widget: Widget, seals: Seals) -> ZoneReading | None:
    """What a fillable field says; ``None`` for one left as the blank has it, or not shown to anybody."""
    if zone.type is FieldType.SIGNATURE:
        return signed_field(zone, widget, seals)
    if widget.hidden or (not widget.on and widget.value in ("", zone.default)):
        return None
    return ZoneReading(zone=zone.name, raw=widget.value, marked=widget.on, method=ReadingMethod.ACROFORM, confidence=1)


def without_defaults(zones: Iterable[ZoneReading], blank: BlankPage) -> Iterator[ZoneReading]:
    """The readings of a page; what the blank itself holds in a field was not written by anybody."""
    for reading in zones:
        default = blank.by_name[reading.zone].default
        is_default = bool(default) and "".join(reading.raw.split()).casefold() == "".join(default.split()).casefold()
        yield reading.model_copy(update={"raw": ""}) if is_default else reading


def _characters_of_note(note: Note) -> Iterable[Character]:
    """A note's text, all of it at the note's middle: a note belongs to one zone."""
    left, bottom, right, top = note.box
    for sign in f" {note.text} ":
        yield Character(" " if sign.isspace() else sign, (left + right) / 2, (bottom + top) / 2)


def with_widgets(
    zones: Iterable[ZoneReading], widgets: Iterable[Widget], blank: BlankPage, seals: Seals
) -> tuple[ZoneReading, ...]:
    """What a scan shows, and over it what was filled in fields that lie on the scan."""
    filled = {
        widget.name: said
        for widget in widgets
        if widget.name in blank.by_name and (said := widget_reading(blank.by_name[widget.name], widget, seals))
    }
    return tuple(filled.get(reading.zone, reading) for reading in zones)


def _same(one: Box, other: Box) -> bool:
    return all(abs(here - there) < 1.5 for here, there in zip(one, other, strict=True))
