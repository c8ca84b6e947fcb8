"""Finds how a page lies on its blank: by words both have, or by what stands out in their pictures."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from services.intake.reading.catalogue import BlankPage
from services.intake.reading.page_space import Matrix
from services.intake.reading.pictures import PIXELS, Picture, cut, frame_size, ink, warped
from services.intake.reading.templates import FEATURE_SCALE, Features, Templates
from services.intake.reading.text_layer import Word

Points = npt.NDArray[np.float64]

_FEWEST_WORDS = 6
_FEWEST_MATCHES = 15
_FIRST_VOTERS, _FIRST_KNOWN, _FIRST_ROUND = 250, 500, 10
"""Features of the scan and of a blank that are compared for every blank, and how many blanks that leaves."""
_VOTERS, _FEWEST_VOTES = 500, 8
"""Features of the scan that are shown to those, and matches that make a blank worth a look."""
_CANDIDATES = 4
"""Blank pages that are looked at closely for each scanned page."""
_WORTH_A_LOOK = 0.4
"""Share of the best candidate's matches below which another is not looked at."""
_RATIO = 0.8
"""Lowe's test: the best match must be that much nearer than the second."""
_GRID = (8, 6)
_PATCH = 36.0
"""Points; a patch is square."""
_REACHES = (12.0, 4.0)
"""Points that a patch may lie off in the first and the second pass of the refinement."""
_AGREES = 0.55
"""Correlation from which on a patch is found again."""
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


def place(scan: Picture, seen: Features, feature_scale: float, templates: Templates) -> list[Placed]:
    """The blank pages that the scan may be, laid on each, best first; none for a page of no form on file."""
    rough = _candidates(seen, templates)
    placed: list[Placed] = []
    for votes, family in rough[:_CANDIDATES]:
        if votes < _WORTH_A_LOOK * rough[0][0]:
            break
        known = templates.features(family[0])
        matrix = _roughly(_pairs(seen, known), seen, known, feature_scale)
        if matrix is not None:
            found = _refined(scan, matrix, family[0], templates.picture(family[0]))
            placed += [replace(found, blank=blank) for blank in family]
    sure = [one for one in placed if one.agreement >= ACCEPTED]
    return sorted(sure, key=lambda one: -one.agreement)


def _candidates(seen: Features, templates: Templates) -> list[tuple[int, tuple[BlankPage, ...]]]:
    """Families that the page may belong to with their votes, most first: in two rounds, a coarse and a closer one."""
    known = {family[0].key: templates.features(family[0]) for family in templates.families}

    def by_votes(
        families: Iterable[tuple[BlankPage, ...]], voters: int, features: int | None
    ) -> list[tuple[int, tuple[BlankPage, ...]]]:
        counted = [(len(_pairs(seen, known[family[0].key], voters, features)), family) for family in families]
        return sorted(counted, key=lambda one: -one[0])

    first = [family for _, family in by_votes(templates.families, _FIRST_VOTERS, _FIRST_KNOWN)[:_FIRST_ROUND]]
    return [one for one in by_votes(first, _VOTERS, None) if one[0] >= _FEWEST_VOTES]


def _pairs(
    seen: Features, known: Features, most: int | None = None, of_known: int | None = None
) -> list[tuple[int, int]]:
    """Indices of the features that match, each blank feature used once; of the clearest ``most`` and ``of_known``."""
    if len(seen.descriptors) < 2 or len(known.descriptors) < 2:
        return []
    nearest = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(seen.descriptors[:most], known.descriptors[:of_known], k=2)
    good = {best.trainIdx: best.queryIdx for best, second in nearest if best.distance < _RATIO * second.distance}
    return [(query, train) for train, query in good.items()]


def _roughly(pairs: Sequence[tuple[int, int]], seen: Features, known: Features, feature_scale: float) -> Matrix | None:
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


def _refined(scan: Picture, matrix: Matrix, blank: BlankPage, template: Picture) -> Placed:
    """The map bent so that small patches of the blank are met; how many agree says how sure it is."""
    agreement = 0.0
    patches = _patches(blank, template)
    for reach in _REACHES:
        frame = warped(scan, matrix, frame_size(blank))
        pairs = [pair for row, column in patches if (pair := _found_again(frame, template, row, column, reach))]
        if len(pairs) < 8:
            return Placed(blank, matrix, 0.0)
        source, target = (np.array(points) for points in zip(*pairs, strict=True))
        bend, inliers = cv2.findHomography(source, target, cv2.RANSAC, 2.5)
        if bend is None:
            return Placed(blank, matrix, 0.0)
        agreement = float(inliers.sum()) / len(patches)
        matrix = bend @ matrix
    return Placed(blank, matrix, agreement)


def _patches(blank: BlankPage, template: Picture) -> list[tuple[int, int]]:
    """Upper left corners of printed spots spread over the page, away from what people write."""
    printed = ink(template).astype(np.float32)
    for zone in blank.zones:
        cut(printed, blank, zone.box)[:] = 0
    side, (rows, columns) = round(_PATCH * PIXELS), _GRID
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
    return corners


def _found_again(
    frame: Picture, template: Picture, row: int, column: int, reach: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Where a patch of the template lies in the frame, and where it should; ``None`` when it is not found."""
    side, around = round(_PATCH * PIXELS), round(reach * PIXELS)
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
