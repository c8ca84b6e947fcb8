"""Decides from ink whether a box is ticked and a line is signed, after taking the blank's own ink away."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.application import Box
from schemas.codes import ReadingMethod, SignatureMark
from services.intake.reading.catalogue import BlankPage, Zone
from services.intake.reading.page_reading import ZoneReading
from services.intake.reading.pictures import PIXELS, Mask, Picture, cut, ink

TICKED = 0.075
"""Share of ink inside a box from which on it is ticked: 9 errors in 4,848 boxes, all of them on faxes."""
SIGNED = 30.0
"""Square points of connected ink that make a signature."""
DOUBTFUL = 4.0
"""Below this a signature zone is empty; between the two a person must look: faint ink is no 'missing'."""

_EDGE = 0.18
"""Share of a box at each side that its printed frame and a misplaced scan may take."""
_SEARCH = 3
"""Pixels that a zone may lie off after registration."""
_SPECK = 4
"""Pixels of a spot that is dust."""


@dataclass(frozen=True, eq=False)
class Compared:
    """A filled page and its blank, both as pictures in the blank's frame."""

    page: Picture
    template: Picture
    blank: BlankPage

    def ticked(self, box: Box) -> tuple[bool, float]:
        """Whether the box is ticked, and how sure that is."""
        added = self._added_ink(box)
        height, width = added.shape
        rows, columns = round(height * _EDGE), round(width * _EDGE)
        inside = added[rows : height - rows, columns : width - columns]
        density = float(inside.mean()) if inside.size else 0.0
        return density > TICKED, _sureness(density, TICKED)

    def signature(self, box: Box) -> tuple[SignatureMark, float]:
        """Whether the line is signed, and how sure that is."""
        square_points = sum(area for area in _spots(self._added_ink(box)) if area > _SPECK) / PIXELS**2
        if square_points >= SIGNED:
            return SignatureMark.PRESENT, _sureness(square_points, SIGNED)
        if square_points >= DOUBTFUL:
            return SignatureMark.DOUBTFUL, 0.5
        return SignatureMark.EMPTY, _sureness(square_points, DOUBTFUL)

    def written(self, box: Box) -> bool:
        """Whether anything at all was written in the box."""
        return any(area > 2 * _SPECK for area in _spots(self._added_ink(box)))

    def _added_ink(self, box: Box) -> Mask:
        """Ink in the box that the blank does not have there, after a small shift that fits the two best."""
        margin = _SEARCH / PIXELS
        here, printed = (ink(cut(picture, self.blank, box, margin)) for picture in (self.page, self.template))
        rows, columns = min(here.shape[0], printed.shape[0]), min(here.shape[1], printed.shape[1])
        here, printed = here[:rows, :columns], printed[:rows, :columns]
        added = here & ~_widened(printed)
        if added.any() and printed.any():
            added = here & ~_widened(_best_shift(here, printed))
        return added[_SEARCH:-_SEARCH, _SEARCH:-_SEARCH]


def box_reading(zone: Zone, compared: Compared) -> ZoneReading:
    """What the ink in a box says."""
    ticked, sure = compared.ticked(zone.box)
    return ZoneReading(zone=zone.name, marked=ticked, method=ReadingMethod.MARK, confidence=sure)


def signature_reading(zone: Zone, compared: Compared) -> ZoneReading:
    """What the ink on a signature line says."""
    mark, sure = compared.signature(zone.box)
    return ZoneReading(
        zone=zone.name,
        marked=mark is SignatureMark.PRESENT,
        doubtful=mark is SignatureMark.DOUBTFUL,
        method=ReadingMethod.MARK,
        confidence=sure,
    )


def _sureness(seen: float, threshold: float) -> float:
    """0.5 at the threshold, towards 0.99 the farther away what was seen is."""
    return round(min(0.5 + 0.5 * abs(seen - threshold) / threshold, 0.99), 3)


def _spots(mask: Mask) -> list[int]:
    """Pixels of each connected spot."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return [int(stats[spot, cv2.CC_STAT_AREA]) for spot in range(1, count)]


def _widened(mask: Mask) -> Mask:
    wide: Mask = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    return wide


def _best_shift(here: Mask, printed: Mask) -> Mask:
    reach = range(-_SEARCH, _SEARCH + 1)
    shifts = sorted(((y, x) for y in reach for x in reach), key=lambda shift: abs(shift[0]) + abs(shift[1]))
    return max(
        (np.roll(printed, shift, axis=(0, 1)) for shift in shifts),
        key=lambda moved: int(np.count_nonzero(moved & here)),
    )
