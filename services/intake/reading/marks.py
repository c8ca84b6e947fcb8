"""Lays a filled page over its blank, and reads the marks from the ink that the blank does not have."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from schemas.application import Box
from schemas.codes import Doubt, ReadingMethod, SignatureMark
from services.intake.reading.box_ink import AROUND, Tick, tick_in
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.corrections import has_initials, is_struck_out
from services.intake.reading.page_reading import ZoneReading
from services.intake.reading.pictures import PIXELS, Mask, Picture, cut, ink
from services.intake.reading.signature_ink import Ink, ink_on_line

_SEARCH = 3
"""Pixels that a zone may lie off after registration."""
_DUST = 8
"""Pixels of a spot that is no writing."""
_STAMP_REACH = 14.0
"""Points around a signature's zone in which a stamp's border may lie."""
_INITIALS_REACH = (48.0, 12.0)
"""Points beside, and above and below, a zone in which a correction's initials stand."""
_STRUCK = 0.5
"""The most that is believed of writing with a line through it."""


@dataclass(frozen=True, eq=False)
class Compared:
    """A filled page and its blank, both as pictures in the blank's frame."""

    page: Picture
    template: Picture
    blank: BlankPage

    def tick(self, box: Box) -> Tick:
        """Whether the box is ticked."""
        margins = AROUND * (box[3] - box[1]), AROUND * (box[2] - box[0])
        around = self._added_ink(_widened_box(box, margins[1], margins[0]))
        return tick_in(around, (round(margins[0] * PIXELS), round(margins[1] * PIXELS)))

    def signature(self, box: Box) -> Ink:
        """Whether the line is signed, and by what."""
        return ink_on_line(self._added_ink(box), self._added_ink(_widened_box(box, _STAMP_REACH, _STAMP_REACH)))

    def written(self, box: Box) -> bool:
        """Whether anything at all was written in the box."""
        return any(area > _DUST for area in _spots(self._added_ink(box)))

    def correction(self, box: Box, shown: bool = True) -> tuple[Doubt, ...]:
        """What speaks against the writing in a box: that it was struck out, with or without initials beside it.

        ``shown``: the writing itself is in the picture; a fillable field's is not.
        """
        if not is_struck_out(self._added_ink(box), shown):
            return ()
        across, down = _INITIALS_REACH
        wide = _widened_box(box, across, down)
        beside = self._added_ink(wide)
        for zone in self.blank.zones:
            # What stands in another zone is that zone's value.
            _blanked(beside, wide, zone.box)
        return (Doubt.INITIALLED if has_initials(beside) else Doubt.STRUCK_OUT,)

    def _added_ink(self, box: Box) -> Mask:
        """Ink in the box that the blank does not have there, after a small shift that fits the two best."""
        margin = _SEARCH / PIXELS
        here, printed = (ink(cut(picture, self.blank, box, margin)) for picture in (self.page, self.template))
        rows, columns = min(here.shape[0], printed.shape[0]), min(here.shape[1], printed.shape[1])
        here, printed = here[:rows, :columns], printed[:rows, :columns]
        added = here & ~_thickened(printed)
        if added.any() and printed.any():
            added = here & ~_thickened(_best_shift(here, printed))
        return added[_SEARCH:-_SEARCH, _SEARCH:-_SEARCH]


def box_reading(zone: Zone, compared: Compared) -> ZoneReading:
    """What the ink in a box says."""
    tick = compared.tick(zone.box)
    return ZoneReading(
        zone=zone.name,
        marked=tick.marked,
        doubtful=bool(tick.doubts),
        doubts=tick.doubts,
        method=ReadingMethod.MARK,
        confidence=tick.confidence,
    )


def signature_reading(zone: Zone, compared: Compared) -> ZoneReading:
    """What the ink on a signature line says."""
    seen = compared.signature(zone.box)
    return ZoneReading(
        zone=zone.name,
        marked=seen.mark is SignatureMark.PRESENT,
        doubtful=seen.mark is SignatureMark.DOUBTFUL,
        kind=seen.kind,
        method=ReadingMethod.MARK,
        confidence=seen.confidence,
    )


def with_corrections(readings: Iterable[ZoneReading], compared: Compared) -> Iterable[ZoneReading]:
    """The readings of text zones; one whose writing was struck out is believed no more than half."""
    for reading in readings:
        shown = reading.method is not ReadingMethod.ACROFORM
        doubts = compared.correction(compared.blank.by_name[reading.zone].box, shown) if reading.raw else ()
        changes = {"doubts": doubts, "confidence": min(reading.confidence, _STRUCK)}
        yield reading.model_copy(update=changes) if doubts else reading


def _widened_box(box: Box, across: float, down: float) -> Box:
    left, bottom, right, top = box
    return left - across, bottom - down, right + across, top + down


def _blanked(mask: Mask, frame: Box, zone: Box) -> None:
    """Takes a zone's ink out of a mask that shows ``frame``."""
    left, top = frame[0], frame[3]
    rows = slice(max(round((top - zone[3]) * PIXELS), 0), max(round((top - zone[1]) * PIXELS), 0))
    columns = slice(max(round((zone[0] - left) * PIXELS), 0), max(round((zone[2] - left) * PIXELS), 0))
    mask[rows, columns] = False


def _spots(mask: Mask) -> list[int]:
    """Pixels of each connected spot."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return [int(stats[spot, cv2.CC_STAT_AREA]) for spot in range(1, count)]


def _thickened(mask: Mask) -> Mask:
    wide: Mask = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return wide


def _best_shift(here: Mask, printed: Mask) -> Mask:
    reach = range(-_SEARCH, _SEARCH + 1)
    shifts = sorted(((y, x) for y in reach for x in reach), key=lambda shift: abs(shift[0]) + abs(shift[1]))
    return max(
        (np.roll(printed, shift, axis=(0, 1)) for shift in shifts),
        key=lambda moved: int(np.count_nonzero(moved & here)),
    )
