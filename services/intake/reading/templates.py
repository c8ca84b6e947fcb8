"""The blank pages as pictures and features, drawn when first needed and kept by the process that reads."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium

from services.intake.reading.catalogue import BlankPage, Catalogue
from services.intake.reading.pictures import DPI, Picture, drawn, frame_size

FEATURE_SCALE = 0.5
"""Features are taken at 75 dpi."""
_FEATURES = 1000


@dataclass(frozen=True)
class Features:
    """Places (pixels at 75 dpi) and descriptions of what stands out in a picture."""

    points: Any
    descriptors: Any


class Templates:
    """One for each process: pictures do not travel between processes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._pictures: dict[tuple[str, int], Picture] = {}
        self._features: dict[tuple[str, int], Features] = {}

    def picture(self, blank: BlankPage) -> Picture:
        """The blank page at 150 dpi."""
        if blank.key not in self._pictures:
            paper = pdfium.PdfDocument(blank.content)
            try:
                paper.init_forms()
                picture, _ = drawn(paper[blank.number - 1], DPI)
            finally:
                paper.close()
            width, height = frame_size(blank)
            self._pictures[blank.key] = picture[:height, :width]
        return self._pictures[blank.key]

    def features(self, blank: BlankPage) -> Features:
        if blank.key not in self._features:
            self._features[blank.key] = features_of(self.picture(blank), FEATURE_SCALE)
        return self._features[blank.key]


def features_of(picture: Picture, scale: float) -> Features:
    """ORB features of a picture drawn smaller."""
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    keypoints, descriptors = cv2.ORB.create(nfeatures=_FEATURES).detectAndCompute(small, None)
    points = np.array([keypoint.pt for keypoint in keypoints], dtype=np.float64).reshape(-1, 2)
    return Features(points, descriptors)
