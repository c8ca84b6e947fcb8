"""Decides from ink whether a box is ticked and a line is signed, after taking the blank's own ink away."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.application import Box
from schemas.codes import SignatureMark
from services.intake.reading.catalogue import BlankPage
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


@dataclass(frozen=True)
class Mark:
    """What was seen in a zone."""

    state: SignatureMark
    confidence: float


def tick(page: Picture, template: Picture, blank: BlankPage, box: Box) -> tuple[bool, float]:
    """Whether the box is ticked, and how sure that is; both pictures in the blank's frame."""
    added = _added_ink(page, template, blank, box)
    height, width = added.shape
    rows, columns = round(height * _EDGE), round(width * _EDGE)
    inside = added[rows : height - rows, columns : width - columns]
    density = float(inside.mean()) if inside.size else 0.0
    return density > TICKED, _sureness(density, TICKED)


def signature(page: Picture, template: Picture, blank: BlankPage, box: Box) -> Mark:
    """Whether there is a signature in the box."""
    added = _added_ink(page, template, blank, box)
    count, _, stats, _ = cv2.connectedComponentsWithStats(added.astype(np.uint8), connectivity=8)
    areas = [int(stats[part, cv2.CC_STAT_AREA]) for part in range(1, count)]
    square_points = sum(area for area in areas if area > _SPECK) / PIXELS**2
    if square_points >= SIGNED:
        return Mark(SignatureMark.PRESENT, _sureness(square_points, SIGNED))
    if square_points >= DOUBTFUL:
        return Mark(SignatureMark.DOUBTFUL, 0.5)
    return Mark(SignatureMark.EMPTY, _sureness(square_points, DOUBTFUL))


def written(page: Picture, template: Picture, blank: BlankPage, box: Box) -> bool:
    """Whether anything at all was written in the box."""
    added = _added_ink(page, template, blank, box).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(added, connectivity=8)
    return any(stats[part, cv2.CC_STAT_AREA] > 2 * _SPECK for part in range(1, count))


def _sureness(seen: float, threshold: float) -> float:
    """0.5 at the threshold, towards 0.99 the farther away what was seen is."""
    return round(min(0.5 + 0.5 * abs(seen - threshold) / threshold, 0.99), 3)


def _added_ink(page: Picture, template: Picture, blank: BlankPage, box: Box) -> Mask:
    """Ink in the box that the blank does not have there, after a small shift that fits the two best."""
    margin = _SEARCH / PIXELS
    here, printed = (ink(cut(picture, blank, box, margin)) for picture in (page, template))
    rows, columns = min(here.shape[0], printed.shape[0]), min(here.shape[1], printed.shape[1])
    here, printed = here[:rows, :columns], printed[:rows, :columns]
    printed = _best_shift(here, printed)
    covered = cv2.dilate(printed.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    added: Mask = here & ~covered
    return added[_SEARCH:-_SEARCH, _SEARCH:-_SEARCH]


def _best_shift(here: Mask, printed: Mask) -> Mask:
    if not printed.any():
        return printed
    reach = range(-_SEARCH, _SEARCH + 1)
    shifts = sorted(((y, x) for y in reach for x in reach), key=lambda shift: abs(shift[0]) + abs(shift[1]))
    return max(
        (np.roll(printed, shift, axis=(0, 1)) for shift in shifts),
        key=lambda moved: int(np.count_nonzero(moved & here)),
    )
