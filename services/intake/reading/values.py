"""Reads the zones of a page that carries its own data: fields, text layer, and ink drawn over them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from schemas.application import Box
from schemas.carrier import FieldType
from schemas.codes import ReadingMethod, SignatureMark
from services.intake.reading import marks
from services.intake.reading.acroform import Widget
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.page_reading import ZoneReading
from services.intake.reading.pictures import Matrix, Picture, in_frame, upright
from services.intake.reading.registration import fit_words
from services.intake.reading.templates import Templates
from services.intake.reading.text_layer import Character, Word, characters_inside, characters_of, words_of

TEXT_LAYER_CONFIDENCE = 0.99
_SAME_PLACE = 2.0
"""Points between a word of the page and the same word of the blank."""


@dataclass(frozen=True, eq=False)
class DigitalPage:
    """A page of a PDF that was made, not scanned, and the blank page it is."""

    sheet: Any
    """The page in pdfium."""
    widgets: Sequence[Widget]
    has_notes: bool
    """Something other than fields lies over the page: notes, stamps, ink."""
    blank: BlankPage
    templates: Templates

    def read(self) -> tuple[ZoneReading, ...]:
        return tuple(self._read_zone(zone) for zone in self.blank.zones)

    def _read_zone(self, zone: Zone) -> ZoneReading:
        widget = self._by_name.get(zone.name) or self._at_place(zone)
        if zone.type is FieldType.SIGNATURE:
            return self._signature(zone, widget)
        if zone.type is FieldType.CHECKBOX:
            return self._box(zone, widget)
        return self._text(zone, widget)

    def _text(self, zone: Zone, widget: Widget | None) -> ZoneReading:
        if widget is not None and widget.value and widget.value != zone.default:
            return ZoneReading(zone=zone.name, raw=widget.value, method=ReadingMethod.ACROFORM, confidence=1)
        drawn = self._text_inside(zone) if self._drawn_over else ""
        if drawn or widget is None:
            return ZoneReading(
                zone=zone.name, raw=drawn, method=ReadingMethod.TEXT_LAYER, confidence=TEXT_LAYER_CONFIDENCE
            )
        return ZoneReading(zone=zone.name, method=ReadingMethod.ACROFORM, confidence=1)

    def _box(self, zone: Zone, widget: Widget | None) -> ZoneReading:
        if widget is not None and (widget.on or not self._drawn_over):
            return ZoneReading(zone=zone.name, marked=widget.on, method=ReadingMethod.ACROFORM, confidence=1)
        ticked, sure = marks.tick(self._picture, self._template, self.blank, zone.box)
        return ZoneReading(zone=zone.name, marked=ticked, method=ReadingMethod.MARK, confidence=sure)

    def _signature(self, zone: Zone, widget: Widget | None) -> ZoneReading:
        signed = widget is not None and widget.on
        if signed or not self._drawn_over:
            return ZoneReading(zone=zone.name, marked=signed, method=ReadingMethod.ACROFORM, confidence=1)
        return signature_reading(zone, marks.signature(self._picture, self._template, self.blank, zone.box))

    def _text_inside(self, zone: Zone) -> str:
        inside = characters_inside(self._characters, zone.box)
        words = [word.text for word in words_of(inside) if not self._is_printed(word)]
        return ("" if zone.cells else " ").join(words)

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
        kinds = {FieldType.SIGNATURE: "/Sig", FieldType.CHECKBOX: "/Btn"}
        kind = kinds.get(zone.type, "/Tx")
        return next(
            (
                widget
                for widget in self.widgets
                if widget.kind == kind and widget.name not in self.blank.by_name and _same(widget.box, zone.box)
            ),
            None,
        )

    @cached_property
    def _drawn_over(self) -> bool:
        """Whether the page shows anything that the blank and its fields do not: then its picture must be looked at."""
        count = pdfium.raw.FPDFPage_CountObjects(self.sheet.raw)
        return self.has_notes or not self.widgets or bool(count != self.blank.object_count)

    @cached_property
    def _to_blank(self) -> Matrix:
        """From the page's own space to the blank's."""
        shown = upright(self.sheet)
        words = words_of(_moved(self._own_characters, shown))
        return fit_words(words, self.blank) @ shown

    @cached_property
    def _own_characters(self) -> list[Character]:
        return characters_of(self.sheet.get_textpage())

    @cached_property
    def _characters(self) -> list[Character]:
        return list(_moved(self._own_characters, self._to_blank))

    @cached_property
    def _picture(self) -> Picture:
        return in_frame(self.sheet, self._to_blank @ np.linalg.inv(upright(self.sheet)), self.blank)

    @property
    def _template(self) -> Picture:
        return self.templates.picture(self.blank)


def signature_reading(zone: Zone, mark: marks.Mark) -> ZoneReading:
    """What the ink on a signature line says."""
    return ZoneReading(
        zone=zone.name,
        marked=mark.state is SignatureMark.PRESENT,
        doubtful=mark.state is SignatureMark.DOUBTFUL,
        method=ReadingMethod.MARK,
        confidence=mark.confidence,
    )


def _moved(characters: Iterable[Character], matrix: Matrix) -> Iterable[Character]:
    (a, b, e), (c, d, f), _ = matrix.tolist()
    for one in characters:
        yield one if one.sign == " " else Character(one.sign, a * one.x + b * one.y + e, c * one.x + d * one.y + f)


def _same(one: Box, other: Box) -> bool:
    return all(abs(here - there) < 1.5 for here, there in zip(one, other, strict=True))
