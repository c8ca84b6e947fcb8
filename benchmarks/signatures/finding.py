"""Finds signatures on a page of which no blank is known: strokes larger than the print, thin, and far from filled.

Print is even: its letters have one height, and a word of them fills its frame. A signature's strokes are higher than
the letters, wider than a few of them, no thicker than a pen, and leave most of their frame white.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Grey = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""

_LETTERS_PRINTED = 20
"""Fewer than these, and the page's own letters do not tell how high print is."""
_USUAL_HEIGHT = 0.0125
"""Of the page: letters where too few are printed to measure."""
_WIDER, _HIGHER = 2.3, 1.5
"""Of a letter's height: what a stroke of a signature has at least."""
_FILLS = 0.30
"""Share of its frame that a stroke fills at most."""
_THICKEST = 4.5
"""Pixels from a stroke's middle to its edge; blots and holes have more."""
_LETTERHEAD = 0.22
"""Share of the page at its top where drawn things are emblems and notes of reception."""
_LARGEST = (0.6, 0.3)
"""Share of the page's width and height that no signature has."""
_LONG, _TALL = 5.0, 2.2
"""Of a letter's height: what strokes that stand together have at least."""
_GAP = 4.0
"""Of a letter's height: how far apart strokes of one signature stand."""


@dataclass(frozen=True)
class Inked:
    """A page's ink without its ruled lines, and how high its letters are."""

    mask: Mask
    letter: float


def signatures_on(page: Grey) -> list[Box]:
    """Where on the page signatures stand, from top to bottom."""
    inked = ink_of(page)
    groups = _together(_strokes(inked, page.shape), inked.letter)
    long, tall = _LONG * inked.letter, _TALL * inked.letter
    return sorted((box for box in groups if box[2] - box[0] >= long and box[3] - box[1] >= tall), key=lambda b: b[1])


def ink_of(page: Grey) -> Inked:
    height, width = page.shape
    small = cv2.resize(page, (width // 4, height // 4), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 21)
    even = cv2.divide(page, np.maximum(cv2.resize(paper, (width, height)), 60), scale=255)
    threshold, _ = cv2.threshold(even, 0, 255, cv2.THRESH_OTSU)
    mask = (even < min(max(threshold, 120), 190)).astype(np.uint8)
    for shape in ((1, 60), (60, 1)):
        ruled = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        mask[cv2.dilate(ruled, np.ones((3, 3), np.uint8)) > 0] = 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    wide, high, area = stats[1:, 2], stats[1:, 3], stats[1:, 4]
    letters = high[(area >= 6) & (high >= 4) & (high <= 20) & (wide <= 24)]
    usual = _USUAL_HEIGHT * height
    return Inked(mask, float(np.percentile(letters, 75)) if letters.size > _LETTERS_PRINTED else usual)


def _strokes(inked: Inked, size: tuple[int, ...]) -> list[Box]:
    height, width = size
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inked.mask, connectivity=8)
    depth = cv2.distanceTransform(inked.mask, cv2.DIST_L2, 3)
    found: list[Box] = []
    for spot in range(1, count):
        x, y, w, h, area = (int(figure) for figure in stats[spot])
        if w < _WIDER * inked.letter or h < _HIGHER * inked.letter or area > _FILLS * w * h:
            continue
        if w > _LARGEST[0] * width or h > _LARGEST[1] * height or y + h / 2 < _LETTERHEAD * height:
            continue
        at_edge = x <= 1 or y <= 1 or x + w >= width - 1 or y + h >= height - 1
        here = labels[y : y + h, x : x + w] == spot
        if not at_edge and depth[y : y + h, x : x + w][here].max() <= _THICKEST:
            found.append((x, y, x + w, y + h))
    return found


def _together(strokes: Sequence[Box], letter: float) -> list[Box]:
    """Strokes that stand close beside each other, as the frame around them."""
    groups: list[Box] = []
    for stroke in sorted(strokes):
        near = [group for group in groups if _near(group, stroke, letter)]
        groups = [group for group in groups if group not in near]
        lefts, tops, rights, bottoms = zip(stroke, *near, strict=True)
        groups.append((min(lefts), min(tops), max(rights), max(bottoms)))
    return groups


def _near(one: Box, other: Box, letter: float) -> bool:
    aside = max(one[0], other[0]) - min(one[2], other[2])
    apart = max(one[1], other[1]) - min(one[3], other[3])
    return aside <= _GAP * letter and apart <= 0
