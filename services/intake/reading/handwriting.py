"""Tells writing by hand from print, by how its strokes look, and how far a value that was written by hand is trusted.

Print stands on its line, has letters of few heights and widths, and strokes that run straight up or level; a hand does
none of it. One short word says little, so the page's other words are heard with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import cv2
import numpy as np
import numpy.typing as npt

from schemas.carrier import FieldType
from services.intake.reading.pictures import Picture

AGREED = 0.85
"""Most confidence of a value by hand that nothing but its readers vouches for: below every limit of trust."""
UNREAD = 0.5
"""Most confidence of what the readers read differently."""
CHECKED = frozenset({FieldType.DATE, FieldType.SSN, FieldType.ZIP, FieldType.STATE, FieldType.PHONE})
"""Types whose value shows whether it can be one: where both readers agree on such, it stands as if typed."""

_INK = 160
_TALL = 0.4
"""Spots lower than this share of the tallest are dots, commas and hyphens."""
_FEWEST, _ENOUGH = 2, 5
"""Letters that a look at the strokes needs; that a line alone needs to be unlike its page."""
_STRAIGHT = 6
"""Degrees from upright or level that a printed stroke may lean."""
_HALF, _SOME, _SURE, _TYPED = 0.5, 0.35, 0.9, 0.1
"""Likelihoods: of a page's lines together, and where the readers disagree; of one line against its page; of print on
a page by hand."""
_MOSTLY = 0.6
"""Share of a page's lines that readers read alike in print, however poor."""


@dataclass(frozen=True)
class Strokes:
    """How the strokes of one line look; lengths in shares of the letters' height.

    Nothing of it depends on the pen: a thick one is no sign of a hand, and a thin one none of print.
    """

    letters: int
    feet: float
    heads: float
    """How far the letters' lower and upper ends stand off the line of most of them, in the middle."""
    sizes: float
    """How far letters are from the one or two heights that print has."""
    widths: float
    """How much their widths differ: deviation by mean."""
    upright: float
    level: float
    """Shares of the edges that run straight up, and level."""
    directions: float
    """How evenly the edges run in all directions: the entropy of eighteen of them."""

    @property
    def likelihood(self) -> float:
        """Of a hand, 0 to 1: a logistic regression on typed and hand-printed samples in the seven conditions."""
        score = (
            36.71
            + 22.12 * self.feet
            + 5.82 * self.heads
            + 10.01 * self.sizes
            + 5.17 * self.widths
            - 35.62 * self.upright
            - 20.33 * self.level
            - 11.76 * self.directions
        )
        return float(1 / (1 + np.exp(-score)))


def by_hand(pictures: Sequence[Picture], agreed: Sequence[bool]) -> list[bool]:
    """Which of a page's lines are written by hand; ``agreed`` says whose readers read the same.

    On a page that is filled in by hand every line that is not clearly print counts; on a typed page a line that is
    clearly none, unless both readers read the same in it. Readers that disagree on most of a page speak for a hand.
    """
    seen = [strokes_of(picture) for picture in pictures]
    likely = [strokes.likelihood for strokes in seen if strokes]
    if not likely:
        return [False] * len(pictures)
    doubted = sum(agreed) < _MOSTLY * len(agreed)
    if fmean(likely) >= (_SOME if doubted else _HALF):
        return [strokes is None or strokes.likelihood >= _TYPED for strokes in seen]
    return [
        strokes is not None and strokes.letters >= _ENOUGH and strokes.likelihood >= _SURE and not same
        for strokes, same in zip(seen, agreed, strict=True)
    ]


def strokes_of(picture: Picture) -> Strokes | None:
    """``None`` where there are too few letters to tell."""
    mask = (picture < _INK).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    spots = stats[1:].astype(np.float64)
    if not len(spots):
        return None
    tall = spots[:, cv2.CC_STAT_HEIGHT] >= max(_TALL * np.percentile(spots[:, cv2.CC_STAT_HEIGHT], 80), 6)
    letters = spots[tall]
    if len(letters) < _FEWEST:
        return None
    tops, widths, heights = (letters[:, part] for part in (cv2.CC_STAT_TOP, cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT))
    middles, usual = letters[:, cv2.CC_STAT_LEFT] + widths / 2, float(np.median(heights))
    upright, level, directions = _edges(picture)
    return Strokes(
        letters=len(letters),
        feet=float(np.median(_off_line(middles, tops + heights))) / usual,
        heads=float(np.median(_off_line(middles, tops))) / usual,
        sizes=_off_two_sizes(heights) / usual,
        widths=float(np.std(widths) / np.mean(widths)),
        upright=upright,
        level=level,
        directions=directions,
    )


def _off_two_sizes(heights: npt.NDArray[np.float64]) -> float:
    """Mean distance of the heights from the two that fit them best: small letters and capitals."""
    ordered = np.sort(heights)
    halves = ((ordered[:cut], ordered[cut:]) for cut in range(1, len(ordered)))
    return min(float(sum(np.abs(half - np.median(half)).sum() for half in pair)) / len(ordered) for pair in halves)


def _off_line(x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Each foot's distance from the line that most of them stand on: a p or a g hangs below it in print, too."""
    if len(x) < 3 or np.ptp(x) < 1:
        return np.abs(y - np.median(y))
    slope, height = np.polyfit(x, y, 1)
    for _ in range(2):
        off = np.abs(y - slope * x - height)
        near = off <= np.percentile(off, 75) + 0.5
        if np.count_nonzero(near) < 3 or np.ptp(x[near]) < 1:
            break
        slope, height = np.polyfit(x[near], y[near], 1)
    away: npt.NDArray[np.float64] = np.abs(y - slope * x - height)
    return away


def _edges(picture: Picture) -> tuple[float, float, float]:
    """Shares of the edges that stand upright and that lie level, and the entropy of all their directions."""
    soft = cv2.GaussianBlur(picture, (0, 0), 1.0).astype(np.float32)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    strength = np.hypot(across, down)
    if not strength.any():
        return 0.0, 0.0, 0.0
    edges = strength > 0.25 * np.percentile(strength[strength > 0], 95)
    weight, angle = strength[edges], np.degrees(np.arctan2(down[edges], across[edges])) % 180
    total = float(weight.sum())
    upright = float(weight[(angle < _STRAIGHT) | (angle >= 180 - _STRAIGHT)].sum()) / total
    level = float(weight[np.abs(angle - 90) < _STRAIGHT].sum()) / total
    shares = np.histogram(angle, bins=18, range=(0, 180), weights=weight)[0] / total
    return upright, level, float(-(shares * np.log(shares + 1e-6)).sum())
