"""Tells from the ink in and around a box whether it is ticked: crosses and ticks leave their box, blots fill it."""

from dataclasses import dataclass

import cv2
import numpy as np

from schemas.codes import Doubt
from services.intake.reading.pictures import Mask
from services.intake.reading.signature_ink import sureness

TICKED = 0.075
"""Share of ink inside a box from which on it is ticked: 9 errors in 4,848 boxes, all of them on faxes."""
AROUND = 0.9
"""How much of its own size around a box is looked at."""

_EDGE = 0.18
"""Share of a box at each side that its printed frame and a misplaced scan may take."""
_TOUCHED = 0.025
"""Share of ink inside a box that a stroke leaving it must have left there to be asked about."""
_LEAVES = 0.12
"""Share of the box's area that a stroke must have outside it to be one that leaves it."""
_BLOT, _FAR_BEYOND = 0.5, 0.9
"""A box more than half black, with nearly as much ink outside it as it has room inside, is scribbled out."""


@dataclass(frozen=True)
class Tick:
    """What the ink in a box says."""

    marked: bool
    confidence: float
    doubts: tuple[Doubt, ...] = ()


def tick_in(around: Mask, margins: tuple[int, int]) -> Tick:
    """``around``: the added ink of the box with ``margins`` (rows, columns) on every side."""
    rows, columns = margins
    height, width = around.shape[0] - 2 * rows, around.shape[1] - 2 * columns
    edge = round(height * _EDGE), round(width * _EDGE)
    inside = around[rows + edge[0] : rows + height - edge[0], columns + edge[1] : columns + width - edge[1]]
    density = float(inside.mean()) if inside.size else 0.0
    if density < _TOUCHED:
        return Tick(False, sureness(density, TICKED))
    beyond = _ink_beyond(around, margins, edge) / max(height * width, 1)
    if density > _BLOT and beyond > _FAR_BEYOND:
        return Tick(False, 0.5, (Doubt.SCRIBBLED_OUT,))
    if density > TICKED:
        return Tick(True, sureness(density, TICKED))
    if beyond > _LEAVES:
        return Tick(False, 0.5, (Doubt.FAINT,))
    return Tick(False, sureness(density, TICKED))


def _ink_beyond(around: Mask, margins: tuple[int, int], edge: tuple[int, int]) -> int:
    """Pixels outside the box and its frame of those strokes that have part inside it."""
    (rows, columns), (down, across) = margins, edge
    height, width = around.shape
    _, labels = cv2.connectedComponents(around.astype(np.uint8), connectivity=8)
    inside = labels[rows + down : height - rows - down, columns + across : width - columns - across]
    strokes = np.setdiff1d(np.unique(inside), [0])
    outside = np.ones(around.shape, bool)
    outside[max(rows - down, 0) : height - rows + down, max(columns - across, 0) : width - columns + across] = False
    return int(np.count_nonzero(np.isin(labels, strokes) & outside))
