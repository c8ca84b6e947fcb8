"""Proposes zones on a blank without fillable fields: boxes to tick, cells, underlines and tinted fields."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from schemas.application import Box
from services.intake.learning.captions import caption_distance
from services.intake.learning.fields import BlankField
from services.intake.learning.printing import Run
from services.intake.learning.vocabulary import plain
from services.intake.reading.pictures import Picture, drawn

_DPI = 216
"""Three pixels a point: hairlines stay whole."""
_SCALE = _DPI / 72
_DARK, _WHITE = 200, 252
_SHORTEST_LINE = 18.0
_SMALLEST_BOX, _LARGEST_BOX = 5.0, 15.0
_FULL_WIDTH = 0.97
"""A rule as wide as the text parts sections; nobody writes on it."""
_LINE_ROOM = 16.0
"""Height of writing on an underline, in points."""
_SMALLEST_CELL = (14.0, 9.0)
_LARGEST_CELL = 260.0
_CAPTION_GAP = 1.0
_WIDEST_MARK = 8.0

Mask = npt.NDArray[np.uint8]


def drawn_zones(sheet: Any, number: int, runs: Sequence[Run]) -> list[BlankField]:
    """The places on a page where something is to be written or ticked, named by page and order."""
    picture, scale = drawn(sheet, _DPI)
    height = sheet.get_size()[1]
    words = [word.box for run in runs for word in run.words]
    ticks = list(_tick_boxes(picture, scale, height, words))
    cells = [box for box in _cells(picture, scale, height, words, ticks) if not _meets(box, ticks, 0.5)]
    lines = [box for box in _underlines(picture, scale, height, words) if not _meets(box, [*cells, *ticks], 0.3)]
    tinted = [box for box in _tinted(picture, scale, height, words, ticks) if not _meets(box, [*ticks, *lines], 0.5)]
    written = _apart([*tinted, *lines, *cells])
    to_sign = _to_sign(written, runs)
    return [
        *(BlankField(f"p{number}_box_{n}", number, box, "/Btn") for n, box in enumerate(_in_order(ticks), start=1)),
        *(
            BlankField(f"p{number}_field_{n}", number, box, "/Sig" if box in to_sign else "/Tx")
            for n, box in enumerate(_in_order(written), start=1)
        ),
    ]


def _in_order(boxes: Iterable[Box]) -> list[Box]:
    return sorted(boxes, key=lambda box: (-round(box[3] / 6), box[0]))


# --- boxes to tick ------------------------------------------------------------------------------------------


def _tick_boxes(picture: Picture, scale: float, height: float, words: Sequence[Box]) -> Iterator[Box]:
    """Small empty squares and circles with a drawn edge."""
    ink = (picture < _DARK).astype(np.uint8)
    outlines, tree = cv2.findContours(ink, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    seen: list[Box] = []
    for outline, (_, _, child, parent) in zip(outlines, tree[0] if tree is not None else (), strict=True):
        if parent != -1 or child == -1:
            continue
        left, top, width, depth = cv2.boundingRect(outline)
        size = max(width, depth) / scale
        if not _SMALLEST_BOX <= size <= _LARGEST_BOX or not 0.8 <= width / depth <= 1.25:
            continue
        hollow = max(cv2.contourArea(outlines[c]) for c in _children(tree, child))
        inside = ink[top + depth // 4 : top + depth - depth // 4, left + width // 4 : left + width - width // 4]
        box = _points(left, top, left + width, top + depth, scale, height)
        if hollow > 0.4 * width * depth and not inside.any() and not _is_letter(box, words):
            seen.append(box)
    yield from _apart(seen)


def _children(tree: Any, first: int) -> Iterator[int]:
    while first != -1:
        yield first
        first = tree[0][first][0]


def _is_letter(box: Box, words: Sequence[Box]) -> bool:
    """An ``O`` or a ``0`` inside a printed word; a word of one sign may be a box from a font of signs."""
    return any(_share(box, word) > 0.6 and word[2] - word[0] > 1.6 * (box[2] - box[0]) for word in words)


# --- cells of grids -----------------------------------------------------------------------------------------


def _cells(picture: Picture, scale: float, height: float, words: Sequence[Box], ticks: Sequence[Box]) -> Iterator[Box]:
    """What lines enclose on all sides, below the caption that is printed inside."""
    ruled = cv2.bitwise_or(*_ruled(picture, scale))
    ruled = cv2.dilate(ruled, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(1 - np.minimum(ruled, 1), connectivity=4)
    page_area = picture.shape[0] * picture.shape[1]
    for index in range(1, count):
        left, top, width, depth, area = (int(value) for value in stats[index])
        if area > 0.3 * page_area or area < 0.85 * width * depth:
            continue
        box = _points(left, top, left + width, top + depth, scale, height)
        free = _below_caption(box, words)
        wide, high = box[2] - box[0], box[3] - box[1]
        if (
            wide < _SMALLEST_CELL[0]
            or high < _SMALLEST_CELL[1]
            or high > _LARGEST_CELL
            or free is None
            or _holds(box, ticks)
        ):
            continue
        if _is_paper(picture, box, scale, height):
            yield free


def _ruled(picture: Picture, scale: float) -> tuple[Mask, Mask]:
    """The long horizontal and vertical strokes."""
    ink = (picture < _DARK).astype(np.uint8)
    across = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, round(_SHORTEST_LINE * scale)), np.uint8))
    down = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((round(10 * scale), 1), np.uint8))
    return across.astype(np.uint8), down.astype(np.uint8)


def _below_caption(box: Box, words: Sequence[Box]) -> Box | None:
    """The part of a cell that is free to write in; ``None`` for a cell full of print."""
    left, bottom, right, top = box
    inside = [word for word in words if _share(word, box) > 0.5]
    # A row's number, or the x that says where to sign, stands at the left edge.
    marks = [word for word in inside if word[2] - word[0] < _WIDEST_MARK and word[0] - left < 2 * _WIDEST_MARK]
    if marks and min(word[0] for word in marks) < min((w[0] for w in inside if w not in marks), default=right) + 4:
        inside = [word for word in inside if word not in marks]
        left = max(word[2] for word in marks) + 2
    if inside:
        top = min(word[1] for word in inside) - _CAPTION_GAP
    free = top - bottom
    return (left, bottom, right, top) if free >= 8 and free >= 0.4 * (box[3] - bottom) else None


def _is_paper(picture: Picture, box: Box, scale: float, height: float) -> bool:
    """Light enough to write on: no band of colour."""
    left, bottom, right, top = box
    part = picture[
        round((height - top) * scale) : round((height - bottom) * scale), round(left * scale) : round(right * scale)
    ]
    return bool(part.size) and float(np.median(part)) > _DARK


# --- underlines and tinted fields ---------------------------------------------------------------------------


def _underlines(picture: Picture, scale: float, height: float, words: Sequence[Box]) -> Iterator[Box]:
    """The room above a rule that nothing is printed on."""
    across, down = _ruled(picture, scale)
    width = picture.shape[1] / scale
    count, _, stats, _ = cv2.connectedComponentsWithStats(across, connectivity=8)
    text_width = _text_width(words) or width
    for index in range(1, count):
        left, top, wide, depth, _ = (int(value) for value in stats[index])
        if depth / scale > 2.5 or wide / scale > _FULL_WIDTH * text_width:
            continue
        sides = down[max(top - round(4 * scale), 0) : top + 1, left : left + wide]
        if sides.any():
            continue
        base = height - top / scale
        room = (left / scale, base, (left + wide) / scale, base + _LINE_ROOM)
        over = [word for word in words if _crosses(word, room)]
        lowest = min((word[1] for word in over), default=room[3])
        if lowest - base >= 0.55 * _LINE_ROOM:
            yield room[0], base, room[2], min(lowest - _CAPTION_GAP, room[3])


def _text_width(words: Sequence[Box]) -> float:
    return max((word[2] for word in words), default=0) - min((word[0] for word in words), default=0)


def _tinted(picture: Picture, scale: float, height: float, words: Sequence[Box], ticks: Sequence[Box]) -> Iterator[Box]:
    """Even patches a little darker than the paper, as some forms mark the place to write."""
    shade = (picture < _WHITE).astype(np.uint8)
    opening = np.ones((round(6 * scale), round(10 * scale)), np.uint8)
    shade = cv2.morphologyEx(shade, cv2.MORPH_OPEN, opening).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(shade, connectivity=4)
    for index in range(1, count):
        left, top, wide, depth, area = (int(value) for value in stats[index])
        box = _points(left, top, left + wide, top + depth, scale, height)
        light = float((picture[top : top + depth, left : left + wide] >= _DARK).mean())
        if area < 0.9 * wide * depth or light < 0.8 or not _SMALLEST_CELL[1] <= box[3] - box[1] <= _LARGEST_CELL:
            continue
        free = _below_caption(box, words)
        if free is not None and box[2] - box[0] >= _SMALLEST_CELL[0] and not _holds(box, ticks):
            yield free


# --- geometry -----------------------------------------------------------------------------------------------


def _to_sign(boxes: Sequence[Box], runs: Sequence[Run]) -> set[Box]:
    """The places whose captions ask for a signature: to each such caption the nearest."""
    found = set()
    for run in runs:
        said = plain(run.text)
        if len(run.words) < 10 and (said.startswith("signature") or said.endswith("signature")):
            costs = ((cost, box) for box in boxes if (cost := caption_distance(run.box, box)) is not None)
            nearest = min(costs, default=None)
            if nearest is not None:
                found.add(nearest[1])
    return found


def _points(left: float, top: float, right: float, bottom: float, scale: float, height: float) -> Box:
    return left / scale, height - bottom / scale, right / scale, height - top / scale


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0) * max(box[3] - box[1], 0)


def _share(part: Box, whole: Box) -> float:
    """Share of the first box that lies in the second."""
    common = (max(part[0], whole[0]), max(part[1], whole[1]), min(part[2], whole[2]), min(part[3], whole[3]))
    if common[2] <= common[0] or common[3] <= common[1]:
        return 0
    return _area(common) / max(_area(part), 0.01)


def _crosses(word: Box, room: Box) -> bool:
    return word[0] < room[2] and word[2] > room[0] and word[1] < room[3] and word[3] > room[1] + 1


def _meets(box: Box, others: Iterable[Box], share: float) -> bool:
    return any(max(_share(box, other), _share(other, box)) > share for other in others)


def _holds(box: Box, ticks: Iterable[Box]) -> bool:
    """Whether boxes to tick are inside: then the place is for them, not for writing."""
    return any(_share(tick, box) > 0.8 for tick in ticks)


def _apart(boxes: Iterable[Box]) -> list[Box]:
    """Where proposals overlap, the larger one stays."""
    kept: list[Box] = []
    for box in sorted(boxes, key=_area, reverse=True):
        if not _meets(box, kept, 0.5):
            kept.append(box)
    return kept
