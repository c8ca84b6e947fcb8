"""Draws pages as grey pictures of bounded size, upright, and brings them into a blank page's frame."""

import math
from typing import Any, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from schemas.application import Box
from services.intake.reading.catalogue import BlankPage
from services.intake.reading.page_space import Matrix

Picture = npt.NDArray[np.uint8]
"""Grey, 255 = white; row 0 is the top of the page."""
Raster = TypeVar("Raster", bound=npt.NDArray[Any])
Mask = npt.NDArray[np.bool_]

DPI = 150
"""Resolution in which blank and filled pages are compared."""
PIXELS = DPI / 72
"""Pixels a point at that resolution."""

_MOST_PIXELS = 24_000_000
"""Nearly three letter pages at 300 dpi; a page box of kilometres is drawn smaller."""
_DARKEST_PAPER = np.uint8(60)
_PAPER = 8
"""Times smaller than the picture that its paper is looked at."""
_INK = 150
"""Grey below which a pixel is ink; tinted field backgrounds are lighter."""


def drawn(page: Any, dots_per_inch: float) -> tuple[Picture, float]:
    """The page as shown, and the pixels a point it got in the end."""
    width, height = page.get_size()
    scale = min(dots_per_inch / 72, math.sqrt(_MOST_PIXELS / max(width * height, 1)))
    picture = page.render(scale=scale, grayscale=True, draw_annots=True, may_draw_forms=True).to_numpy()
    return np.ascontiguousarray(picture.reshape(picture.shape[0], -1)), scale


def pixels_from_points(height: float, scale: float) -> Matrix:
    """From points (origin lower left) of a page that high to pixels (origin upper left)."""
    return np.array(((scale, 0, 0), (0, -scale, height * scale), (0, 0, 1)), dtype=np.float64)


def in_frame(page: Any, to_blank: Matrix, blank: BlankPage, dots_per_inch: int = DPI) -> Picture:
    """The page drawn in the blank page's frame; ``to_blank`` leads from the shown page's points to the blank's."""
    picture, scale = drawn(page, dots_per_inch)
    size = frame_size(blank, dots_per_inch / 72)
    if np.allclose(to_blank, np.eye(3), atol=0.3) and picture.shape == size[::-1]:
        return picture
    from_pixels = np.linalg.inv(pixels_from_points(page.get_size()[1], scale))
    return warped(picture, pixels_from_points(blank.height, dots_per_inch / 72) @ to_blank @ from_pixels, size)


def frame_size(blank: BlankPage, pixels: float = PIXELS) -> tuple[int, int]:
    """Width and height in pixels."""
    return math.ceil(blank.width * pixels), math.ceil(blank.height * pixels)


def warped(picture: Picture, matrix: Matrix, size: tuple[int, int], between: int = cv2.INTER_LINEAR) -> Picture:
    moved = cv2.warpPerspective(
        picture, matrix, size, flags=between, borderMode=cv2.BORDER_CONSTANT, borderValue=(255.0,)
    )
    return moved.astype(np.uint8, copy=False)


def evened(picture: Picture) -> Picture:
    """The picture with its paper made white: shadows, grey paper and tints go, ink stays."""
    height, width = picture.shape
    paper = cv2.resize(paper_of(picture, _PAPER), (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(picture, paper, scale=255).astype(np.uint8, copy=False)


def paper_of(picture: Picture, times_smaller: int) -> Picture:
    """The grey of the paper itself, in a smaller picture."""
    size = (max(picture.shape[1] // times_smaller, 1), max(picture.shape[0] // times_smaller, 1))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 21)
    return np.maximum(paper, _DARKEST_PAPER).astype(np.uint8, copy=False)


def ink(picture: Picture) -> Mask:
    return picture < _INK


def cut(picture: Raster, blank: BlankPage, box: Box, margin: float = 0, pixels: float = PIXELS) -> Raster:
    """The part of a picture in the blank's frame that a box (points) and a margin around it cover, not copied."""
    left, bottom, right, top = box
    rows = slice(
        max(round((blank.height - top - margin) * pixels), 0),
        max(round((blank.height - bottom + margin) * pixels), 1),
    )
    columns = slice(max(round((left - margin) * pixels), 0), max(round((right + margin) * pixels), 1))
    part: Raster = picture[rows, columns]  # type: ignore[assignment]
    return part
