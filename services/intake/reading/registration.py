"""Finds how a page lies on its blank: by words both have, or by what stands out in their pictures."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from services.intake.reading.catalogue import BlankPage
from services.intake.reading.page_space import Matrix
from services.intake.reading.pictures import PIXELS, Picture, frame_size, warped
from services.intake.reading.templates import FEATURE_SCALE, PATCH, Features, Patches, Templates
from services.intake.reading.text_layer import Word

Points = npt.NDArray[np.float64]
Pairs = Sequence[tuple[int, int]]
"""Indices of features of a scan and of a blank that match."""

_FEWEST_WORDS = 6
_FEWEST_MATCHES = 15
_FIRST_VOTERS, _FIRST_KNOWN, _FIRST_ROUND = 200, 300, 6
"""Features of the scan and of a blank that are compared for every blank, and how many blanks that leaves."""
_VOTERS, _FEWEST_VOTES = 400, 8
"""Features of the scan that are shown to those, and matches that make a blank worth a look."""
_CANDIDATES = 4
"""Blank pages that are looked at closely for each scanned page."""
_WORTH_A_LOOK = 0.4
"""Share of the best candidate's matches below which another is not looked at."""
_RATIO = 0.8
"""Lowe's test: the best match must be that much nearer than the second."""
_FIRST_REACH, _REACH = 12.0, 4.0
"""Points that a patch may lie off in the first look, at 75 dpi, and in the second, at 150."""
_AGREES = 0.55
"""Correlation from which on a patch is found again."""
_FEWEST_PATCHES = 8
_WELL_MET = 0.7
"""Agreement of the first look from which on no better one is sought."""
ACCEPTED = 0.55
"""Share of patches that must agree for a page to be that blank's."""


@dataclass(frozen=True)
class Placed:
    """A scanned page laid on a blank page."""

    blank: BlankPage
    to_frame: Matrix
    """From the scan's pixels to the blank's frame at 150 dpi."""
    agreement: float
    """Share of the blank's patches found again, 0 to 1."""
    is_alone: bool = False
    """No other blank on file is printed like it."""


def fit_words(words: Iterable[Word], blank: BlankPage) -> Matrix:
    """From the shown page's points to the blank's, by the words that both have once; identity when too few."""
    here, there = _once(words), _once(blank.words)
    shared = sorted(here.keys() & there.keys())
    if len(shared) < _FEWEST_WORDS:
        return np.eye(3)
    source = np.array([(here[text].x, here[text].y) for text in shared])
    target = np.array([(there[text].x, there[text].y) for text in shared])
    if np.median(np.abs(source - target).max(axis=1)) < 0.5:
        return np.eye(3)
    found, _ = cv2.estimateAffine2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=2.0)
    return np.eye(3) if found is None else np.vstack((found, (0, 0, 1)))


def _once(words: Iterable[Word]) -> dict[str, Word]:
    held = list(words)
    counts = Counter(word.text for word in held)
    return {word.text: word for word in held if counts[word.text] == 1}


def place(scan: Picture, seen: Features, feature_scale: float, templates: Templates) -> Iterator[Placed]:
    """The blank pages that the scan may be, laid on each, the likeliest first; none for a page of no form on file.

    Each is laid on closely only when it is asked for: most pages say which they are on the first.
    """
    rough = _candidates(seen, templates)
    small = cv2.resize(scan, None, fx=feature_scale, fy=feature_scale, interpolation=cv2.INTER_AREA).astype(np.uint8)

    def coarsely(pairs: Pairs, blank: BlankPage) -> Placed:
        matrix = _roughly(pairs, seen, templates.features(blank), feature_scale)
        start = Placed(blank, np.eye(3) if matrix is None else matrix, 0.0)
        return start if matrix is None else _bent(small, start, templates, FEATURE_SCALE, feature_scale)

    worth = [one for one in rough[:_CANDIDATES] if len(one[0]) >= _WORTH_A_LOOK * len(rough[0][0])]
    met = [(coarsely(pairs, family[0]), family) for pairs, family in worth]
    for found, family in sorted(met, key=lambda one: -one[0].agreement):
        if found.agreement < _WELL_MET:
            # A photo's perspective is met only with all that matches.
            again = coarsely(_pairs(seen, templates.features(family[0])), family[0])
            again = _bent(small, again, templates, FEATURE_SCALE, feature_scale) if again.agreement else again
            found = max(found, again, key=lambda one: one.agreement)
        close = _bent(scan, found, templates) if found.agreement else found
        if close.agreement >= ACCEPTED:
            yield from (replace(close, blank=blank, is_alone=len(family) == 1) for blank in family)


def _candidates(seen: Features, templates: Templates) -> list[tuple[Pairs, tuple[BlankPage, ...]]]:
    """Families that the page may belong to with what matches, most first: in two rounds, a coarse and a closer one."""

    def by_votes(
        families: Iterable[tuple[BlankPage, ...]], voters: int, features: int | None
    ) -> list[tuple[Pairs, tuple[BlankPage, ...]]]:
        met = [(_pairs(seen, templates.features(family[0]), voters, features), family) for family in families]
        return sorted(met, key=lambda one: -len(one[0]))

    first = [family for _, family in by_votes(templates.families, _FIRST_VOTERS, _FIRST_KNOWN)[:_FIRST_ROUND]]
    return [one for one in by_votes(first, _VOTERS, None) if len(one[0]) >= _FEWEST_VOTES]


def _pairs(seen: Features, known: Features, most: int | None = None, of_known: int | None = None) -> Pairs:
    """Indices of the features that match, each blank feature used once; of the clearest ``most`` and ``of_known``."""
    if len(seen.descriptors) < 2 or len(known.descriptors) < 2:
        return []
    nearest = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(seen.descriptors[:most], known.descriptors[:of_known], k=2)
    good = {best.trainIdx: best.queryIdx for best, second in nearest if best.distance < _RATIO * second.distance}
    return [(query, train) for train, query in good.items()]


def _roughly(pairs: Pairs, seen: Features, known: Features, feature_scale: float) -> Matrix | None:
    """An affine map from the scan's pixels to the frame, if one is shared by enough matches and sane."""
    if len(pairs) < _FEWEST_MATCHES:
        return None
    source = np.array([seen.points[query] for query, _ in pairs]) / feature_scale
    target = np.array([known.points[train] for _, train in pairs]) / FEATURE_SCALE
    found, inliers = cv2.estimateAffine2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=8.0)
    if found is None or int(inliers.sum()) < _FEWEST_MATCHES // 2:
        return None
    stretches = np.linalg.svd(found[:, :2], compute_uv=False)
    if stretches[1] <= 0 or stretches[0] / stretches[1] > 1.25 or np.linalg.det(found[:, :2]) < 0:
        return None
    return np.vstack((found, (0, 0, 1)))


def _bent(
    scan: Picture, placed: Placed, templates: Templates, frame_scale: float = 1.0, scan_scale: float = 1.0
) -> Placed:
    """The map bent so that small patches of the blank are met; how many agree says how sure it is.

    ``scan`` and frame are looked at in those scales; the map stays one from the whole scan to the whole frame.
    """
    blank, patches = placed.blank, templates.patches(placed.blank)
    template, reach = templates.picture(blank), _REACH
    to_frame, from_scan = np.diag((frame_scale, frame_scale, 1.0)), np.diag((1 / scan_scale, 1 / scan_scale, 1.0))
    if frame_scale != 1:
        size = (round(template.shape[1] * frame_scale), round(template.shape[0] * frame_scale))
        template, reach = cv2.resize(template, size, interpolation=cv2.INTER_AREA).astype(np.uint8), _FIRST_REACH
    frame = warped(scan, to_frame @ placed.to_frame @ from_scan, frame_size(blank, PIXELS * frame_scale))
    pairs = _found(frame, template, patches, reach, frame_scale)
    if len(pairs) < _FEWEST_PATCHES:
        return replace(placed, agreement=0.0)
    source, target = (np.array(points) / frame_scale for points in zip(*pairs, strict=True))
    bend, inliers = cv2.findHomography(source, target, cv2.RANSAC, 2.5)
    if bend is None:
        return replace(placed, agreement=0.0)
    return Placed(blank, bend @ placed.to_frame, float(inliers.sum()) / len(patches))


def _found(
    frame: Picture, template: Picture, patches: Patches, reach: float, scale: float
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Where patches of the template lie in the frame, and where they should; both in the pictures' pixels."""
    side, around = round(PATCH * PIXELS * scale), round(reach * PIXELS * scale)
    corners = ((round(row * scale), round(column * scale)) for row, column in patches)
    return [
        pair
        for row, column in corners
        if (pair := _found_again(frame, template, row, column, side, around)) is not None
    ]


def _found_again(
    frame: Picture, template: Picture, row: int, column: int, side: int, around: int
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Where a patch of the template lies in the frame, and where it should; ``None`` when it is not found."""
    patch = template[row : row + side, column : column + side]
    top, left = max(row - around, 0), max(column - around, 0)
    window = frame[top : row + side + around, left : column + side + around]
    if window.shape[0] < side or window.shape[1] < side:
        return None
    match = cv2.matchTemplate(window, patch, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(match)
    if not best > _AGREES:
        return None
    half = side / 2
    return (left + x + half, top + y + half), (column + half, row + half)
