"""Finds writing that was taken back: a line through it or a scribble over it, and whether initials stand beside it."""

from collections.abc import Iterator

import cv2
import numpy as np

from services.intake.reading.pictures import PIXELS, Mask

_LINE = 18.0
"""Points of the shortest stroke that strikes a word out; no letter has so long a bar."""
_MIDDLE = (0.2, 0.72)
"""Where, from the top of the writing, a line goes through it; lower down it underlines."""
_SPANS = 0.5
"""Share of the writing's width that the line must go through."""
_SCRIBBLED = 0.55
"""Share of ink in the writing's own frame from which on nothing can be read under it."""
_LOWEST = 3.5
"""Points of height that writing has at least."""
_INITIALS = (5.0, 42.0)
"""Points of width and height that initials have."""


def is_struck_out(added: Mask, shown: bool = True) -> bool:
    """Whether any line of the writing in a zone was struck out or scribbled over.

    ``shown``: the writing itself is in the picture. A fillable field's is not, and stands in the middle of its zone.
    """
    if not shown:
        columns = np.flatnonzero(added.any(axis=0))
        return bool(columns.size) and _has_line_through(added[:, columns[0] : columns[-1] + 1])
    return any(_has_line_through(line) or _is_scribbled(line) for line in _lines_of(added))


def has_initials(beside: Mask) -> bool:
    """Whether what is written beside a zone, in no zone itself, may be initials."""
    near = cv2.dilate(beside.astype(np.uint8), np.ones((5, 9), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(near, connectivity=8)
    low, high = (points * PIXELS for points in _INITIALS)
    return any(
        low <= stats[spot, cv2.CC_STAT_WIDTH] <= high and low <= stats[spot, cv2.CC_STAT_HEIGHT] <= high
        for spot in range(1, count)
    )


def _lines_of(added: Mask) -> Iterator[Mask]:
    """Each line of writing, cut to its ink."""
    rows = np.flatnonzero(added.sum(axis=1) > 0)
    for band in np.split(rows, np.flatnonzero(np.diff(rows) > 2) + 1):
        if band.size < _LOWEST * PIXELS:
            continue
        line = added[band[0] : band[-1] + 1]
        columns = np.flatnonzero(line.any(axis=0))
        yield line[:, columns[0] : columns[-1] + 1]


def _has_line_through(line: Mask) -> bool:
    shortest = round(_LINE * PIXELS)
    if line.shape[1] < shortest:
        return False
    # A hand's line slants a little: what is thickened upwards and downwards still runs straight.
    thick = cv2.dilate(line.astype(np.uint8), np.ones((3, 1), np.uint8))
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, shortest), np.uint8))
    rows = np.arange(line.shape[0]) / max(line.shape[0] - 1, 1)
    through = long[(rows >= _MIDDLE[0]) & (rows <= _MIDDLE[1])].any(axis=0)
    return bool(np.count_nonzero(through) >= max(shortest, _SPANS * line.shape[1]))


def _is_scribbled(line: Mask) -> bool:
    return line.shape[1] >= _LINE * PIXELS and float(line.mean()) > _SCRIBBLED
