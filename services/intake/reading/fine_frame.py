"""Brings a scan into its blank's frame at 300 dpi: the whole of it, or only the parts that are read."""

from collections.abc import Iterable

import cv2
import numpy as np

from schemas.application import Box
from services.intake.reading.catalogue import BlankPage
from services.intake.reading.pictures import Picture, evened, frame_size, paper_of, warped
from services.intake.reading.registration import Placed
from services.intake.reading.writing import FINE, FINE_PIXELS

Corners = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels at 300 dpi."""

_PAPER = 4
"""Times smaller than the frame at 150 dpi that the paper is looked at."""
_AROUND = 2.0
"""Points around a box that are there, too."""


def fine_page(picture: Picture, placed: Placed) -> Picture:
    """The whole page, its paper white."""
    width, height = frame_size(placed.blank, FINE_PIXELS)
    return evened(fine_part(picture, placed, (0, 0, width, height)))


def fine_boxes(picture: Picture, placed: Placed, frame: Picture, boxes: Iterable[Box]) -> Picture:
    """As :func:`fine_page`, but all is white beside the boxes; ``frame`` is the page at 150 dpi as it came."""
    width, height = frame_size(placed.blank, FINE_PIXELS)
    page: Picture = np.full((height, width), 255, np.uint8)
    paper = paper_of(frame, _PAPER)
    for box in boxes:
        corners = fine_corners(placed.blank, box, _AROUND)
        left, top, right, bottom = (
            max(corners[0], 0),
            max(corners[1], 0),
            min(corners[2], width),
            min(corners[3], height),
        )
        if left < right and top < bottom:
            part = fine_part(picture, placed, (left, top, right, bottom))
            under = _enlarged(paper, (left, top, right, bottom))
            page[top:bottom, left:right] = cv2.divide(part, under, scale=255)
    return page


def fine_part(picture: Picture, placed: Placed, corners: Corners) -> Picture:
    left, top, right, bottom = corners
    shift = np.array(((1, 0, -left), (0, 1, -top), (0, 0, 1)))
    matrix = shift @ np.diag((FINE, FINE, 1.0)) @ placed.to_frame
    return warped(picture, matrix, (right - left, bottom - top), cv2.INTER_CUBIC)


def fine_corners(blank: BlankPage, box: Box, margin: float = 0.0) -> Corners:
    left, bottom, right, top = box
    return (
        round((left - margin) * FINE_PIXELS),
        round((blank.height - top - margin) * FINE_PIXELS),
        round((right + margin) * FINE_PIXELS),
        round((blank.height - bottom + margin) * FINE_PIXELS),
    )


def _enlarged(paper: Picture, corners: Corners) -> Picture:
    """A part of the paper's grey, as large as the page at 300 dpi."""
    left, top, right, bottom = corners
    step = 1 / (_PAPER * FINE)
    back = np.array(((step, 0, (left + 0.5) * step - 0.5), (0, step, (top + 0.5) * step - 0.5)))
    return cv2.warpAffine(
        paper,
        back,
        (right - left, bottom - top),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.uint8, copy=False)
