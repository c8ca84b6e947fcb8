"""Leads from a page's own space, in which its content is written, to the page as it is shown."""

from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.application import Box

Matrix = npt.NDArray[np.float64]
"""3 x 3, for points in columns (x, y, 1)."""


def upright(page: Any) -> Matrix:
    """From a pdfium page's own space to the page as shown, in points from lower left."""
    media, crop = _ordered(page.get_mediabox()), _ordered(page.get_cropbox())
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    shown_width, shown_height = page.get_size()
    turned = {
        0: ((1, 0, -left), (0, 1, -bottom)),
        90: ((0, 1, -bottom), (-1, 0, shown_height + left)),
        180: ((-1, 0, shown_width + left), (0, -1, shown_height + bottom)),
        270: ((0, -1, shown_width + bottom), (1, 0, -left)),
    }[page.get_rotation() % 360]
    return np.array((*turned, (0, 0, 1)), dtype=np.float64)


def moved_point(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    (a, b, e), (c, d, f), _ = matrix.tolist()
    return a * x + b * y + e, c * x + d * y + f


def moved_box(matrix: Matrix, box: Box) -> Box:
    """The upright box around a box that was moved."""
    corners = [moved_point(matrix, x, y) for x in (box[0], box[2]) for y in (box[1], box[3])]
    lefts, bottoms = [x for x, _ in corners], [y for _, y in corners]
    return min(lefts), min(bottoms), max(lefts), max(bottoms)


def on_page(box: Box, width: float, height: float) -> Box | None:
    """The part of a box that lies on a page of that size; ``None`` where next to nothing does."""
    left, bottom = max(box[0], 0.0), max(box[1], 0.0)
    right, top = min(box[2], width), min(box[3], height)
    return (left, bottom, right, top) if right - left > 1 and top - bottom > 1 else None


def _ordered(box: Box) -> Box:
    """Lower left corner first: files say it either way."""
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])
