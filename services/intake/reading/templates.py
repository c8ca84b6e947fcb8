"""The blank pages as pictures and features, drawn when first needed and kept by the process that reads."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium

from services.intake.reading.catalogue import BlankPage, Catalogue
from services.intake.reading.pictures import DPI, PIXELS, Picture, cut, drawn, frame_size, ink

FEATURE_SCALE = 0.5
"""Features are taken at 75 dpi."""
_FEATURES = 1000
PATCH = 36.0
"""Points; a patch is square."""
_GRID = (8, 6)
_PICTURES = 24
"""Blank pages kept as pictures: two megabytes each, and few packets have more."""


_ALIKE = 0.85
"""Share of the words of two blank pages that stand at the same place on both, from which on one print is both."""
_MOVED = 1.0
"""Points that a word may have moved."""


@dataclass(frozen=True)
class Features:
    """Places (pixels at 75 dpi) and descriptions of what stands out in a picture, the clearest first."""

    points: Any
    descriptors: Any


Patches = tuple[tuple[int, int], ...]
"""Row and column at 150 dpi of the upper left corners of printed spots by which a page is laid on its blank."""


class Templates:
    """One for each process: pictures do not travel between processes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._pictures: OrderedDict[tuple[str, int], Picture] = OrderedDict()
        self._features: dict[tuple[str, int], Features] = {}
        self._patches: dict[tuple[str, int], Patches] = {}

    @cached_property
    def families(self) -> tuple[tuple[BlankPage, ...], ...]:
        """The blank pages, those that are printed alike together: state variants differ in their form line only."""
        found: list[list[BlankPage]] = []
        printed = {page.key: _print_of(page) for page in self.catalogue.pages}
        for page in self.catalogue.pages:
            family = next((held for held in found if _alike(page, held[0], printed)), None)
            if family is None:
                found.append([page])
            else:
                family.append(page)
        return tuple(map(tuple, found))

    def picture(self, blank: BlankPage) -> Picture:
        """The blank page at 150 dpi; those least asked for are forgotten, and drawn again when they are."""
        if blank.key in self._pictures:
            self._pictures.move_to_end(blank.key)
        else:
            paper = pdfium.PdfDocument(blank.content)
            try:
                paper.init_forms()
                picture, _ = drawn(paper[blank.number - 1], DPI)
            finally:
                paper.close()
            width, height = frame_size(blank)
            self._pictures[blank.key] = picture[:height, :width]
            if len(self._pictures) > _PICTURES:
                self._pictures.popitem(last=False)
        return self._pictures[blank.key]

    def features(self, blank: BlankPage) -> Features:
        if blank.key not in self._features:
            self._features[blank.key] = features_of(self.picture(blank), FEATURE_SCALE)
        return self._features[blank.key]

    def patches(self, blank: BlankPage) -> Patches:
        if blank.key not in self._patches:
            self._patches[blank.key] = _patches(blank, self.picture(blank))
        return self._patches[blank.key]


def features_of(picture: Picture, scale: float) -> Features:
    """ORB features of a picture drawn smaller."""
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    keypoints, descriptors = cv2.ORB.create(nfeatures=_FEATURES).detectAndCompute(small, None)
    if descriptors is None:
        return Features(np.empty((0, 2)), np.empty((0, 32), np.uint8))
    order = np.argsort([-keypoint.response for keypoint in keypoints], kind="stable")
    points = np.array([keypoint.pt for keypoint in keypoints], dtype=np.float64).reshape(-1, 2)
    return Features(points[order], descriptors[order])


def _patches(blank: BlankPage, template: Picture) -> Patches:
    """Upper left corners of printed spots spread over the page, away from what people write."""
    printed = ink(template).astype(np.float32)
    for zone in blank.zones:
        cut(printed, blank, zone.box)[:] = 0
    side, (rows, columns) = round(PATCH * PIXELS), _GRID
    weight = cv2.boxFilter(printed, -1, (side, side), anchor=(0, 0), normalize=False)
    height, width = printed.shape[0] // rows, printed.shape[1] // columns
    corners = []
    for row in range(rows):
        for column in range(columns):
            top, left = row * height, column * width
            cell = weight[
                top : min(top + height, printed.shape[0] - side), left : min(left + width, printed.shape[1] - side)
            ]
            if not cell.size:
                continue
            place = np.unravel_index(int(cell.argmax()), cell.shape)
            if cell[place] > 0.02 * side * side:
                corners.append((top + int(place[0]), left + int(place[1])))
    return tuple(corners)


def _print_of(page: BlankPage) -> frozenset[tuple[str, int, int]]:
    """Each word with its place, in steps of twice what a word may have moved."""
    return frozenset((word.text, round(word.x / (2 * _MOVED)), round(word.y / (2 * _MOVED))) for word in page.words)


def _alike(
    one: BlankPage, other: BlankPage, printed: Mapping[tuple[str, int], frozenset[tuple[str, int, int]]]
) -> bool:
    if (one.width, one.height) != (other.width, other.height):
        return False
    here, there = printed[one.key], printed[other.key]
    return len(here & there) >= _ALIKE * max(len(here), len(there), 1)
