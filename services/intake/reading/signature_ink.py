"""Tells from the ink on a signature line whether it is signed, and by what: a pen, initials, a stamp, a machine."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from schemas.codes import SignatureKind, SignatureMark
from services.intake.reading.pictures import PIXELS, Mask

SIGNED = 30.0
"""Square points of ink that make a signature."""
DOUBTFUL = 4.0
"""Below this a signature zone is empty; between the two a person must look: faint ink is no 'missing'."""

_SPECK = 4
"""Pixels of a spot that is dust."""
_INITIALS_WIDTH, _LONG_LINE = 30.0, 90.0
"""Points: ink narrower than this on a line longer than that are initials."""
_FEWEST_LETTERS = 5
_LETTER = (2.5, 17.0)
"""Points of height that typed letters have."""
_ON_BASELINE = 0.62
"""Share of typed letters that stand on one line; the others hang below it, or are dots and accents."""
_ALIKE_HEIGHTS = 0.7
"""Share of typed letters that have one of two heights: small letters and capitals."""
_FRAMED = 0.6
"""Share of each side of its own frame that a stamp's border covers."""


@dataclass(frozen=True)
class Ink:
    """What the ink on a line is."""

    mark: SignatureMark
    kind: SignatureKind | None
    confidence: float


@dataclass(frozen=True)
class _Spot:
    """A connected spot of ink, in pixels."""

    left: int
    top: int
    width: int
    height: int
    area: int

    @property
    def bottom(self) -> int:
        return self.top + self.height


def ink_on_line(zone: Mask, around: Mask) -> Ink:
    """``zone``: the ink in the line's own zone; ``around``: with what lies beside it, where a stamp's border may be."""
    spots = [spot for spot in _spots(zone) if spot.area > _SPECK]
    square_points = sum(spot.area for spot in spots) / PIXELS**2
    if square_points < DOUBTFUL:
        return Ink(SignatureMark.EMPTY, None, sureness(square_points, DOUBTFUL))
    if square_points < SIGNED:
        return Ink(SignatureMark.DOUBTFUL, SignatureKind.INK, 0.5)
    if _is_stamp(around):
        return Ink(SignatureMark.DOUBTFUL, SignatureKind.STAMP, 0.5)
    if _is_typed(spots):
        return Ink(SignatureMark.DOUBTFUL, SignatureKind.TYPED_NAME, 0.5)
    width = (max(spot.left + spot.width for spot in spots) - min(spot.left for spot in spots)) / PIXELS
    short = width < _INITIALS_WIDTH and zone.shape[1] / PIXELS > _LONG_LINE
    kind = SignatureKind.INITIALS if short else SignatureKind.INK
    return Ink(SignatureMark.PRESENT, kind, sureness(square_points, SIGNED))


def sureness(seen: float, threshold: float) -> float:
    """0.5 at the threshold, towards 0.99 the farther away what was seen is."""
    return round(min(0.5 + 0.5 * abs(seen - threshold) / threshold, 0.99), 3)


def _is_typed(spots: Sequence[_Spot]) -> bool:
    """Many spots of letters' sizes, standing on one line, of one or two heights: no hand keeps to that."""
    low, high = (points * PIXELS for points in _LETTER)
    letters = [spot for spot in spots if low <= spot.height <= high]
    if len(letters) < _FEWEST_LETTERS or sum(spot.area for spot in letters) < 0.8 * sum(spot.area for spot in spots):
        return False
    if max(spot.width for spot in letters) > 2.5 * max(spot.height for spot in letters):
        return False
    bottoms = np.array([spot.bottom for spot in letters])
    on_line = np.abs(bottoms - np.median(bottoms)) <= 1.5
    standing = np.array([spot.height for spot in letters])[on_line]
    if on_line.mean() < _ON_BASELINE:
        return False
    capitals, small = standing.max(), np.median(standing)
    alike = (np.abs(standing - capitals) <= 2) | (np.abs(standing - small) <= 1.5)
    return bool(alike.mean() >= _ALIKE_HEIGHTS)


def _is_stamp(around: Mask) -> bool:
    """A border, straight or round, with something inside it."""
    spots = _spots(around)
    for border in spots:
        if border.width < 40 * PIXELS or border.height < 14 * PIXELS:
            continue
        inside = [
            spot
            for spot in spots
            if spot is not border
            and spot.area > _SPECK
            and border.left < spot.left
            and border.top < spot.top
            and spot.left + spot.width < border.left + border.width
            and spot.bottom < border.bottom
        ]
        part = around[border.top : border.bottom, border.left : border.left + border.width]
        if len(inside) >= 3 and (_is_frame(part) or _is_ring(part)):
            return True
    return False


def _is_frame(part: Mask) -> bool:
    reach = max(round(2 * PIXELS), 2)
    sides = (
        part[:reach].any(axis=0),
        part[-reach:].any(axis=0),
        part[:, :reach].any(axis=1),
        part[:, -reach:].any(axis=1),
    )
    return all(side.mean() >= _FRAMED for side in sides)


def _is_ring(part: Mask) -> bool:
    """Ink all along the ellipse that fits into the spot's frame."""
    height, width = part.shape
    turns = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    near = cv2.dilate(part.astype(np.uint8), np.ones((5, 5), np.uint8)).astype(bool)
    rows = np.clip((height - 1) / 2 * (1 + 0.97 * np.sin(turns)), 0, height - 1).round().astype(int)
    columns = np.clip((width - 1) / 2 * (1 + 0.97 * np.cos(turns)), 0, width - 1).round().astype(int)
    return bool(near[rows, columns].mean() >= 0.85)


def _spots(mask: Mask) -> list[_Spot]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return [_Spot(*(int(figure) for figure in stats[spot])) for spot in range(1, count)]
