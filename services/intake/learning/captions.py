"""Finds what is printed for each field: its caption, the box's own word, the headings above it, its row in a table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from schemas.application import Box
from services.intake.learning.fields import BlankField
from services.intake.learning.printing import Run, Word

_ABOVE = 14.0
_LEFT = 90.0
_BELOW = 9.0
"""How far a caption may stand from its field, in points."""
_UNDER = 10.0
"""What a caption under its field counts for, against one above or beside."""
_BESIDE = 18.0
"""How far a box's own word may stand from it."""
_STACK_PITCH = 45.0
"""Rows of a table follow one another at most so far apart."""
_QUESTION_LINES = 3
_ANSWERS = ("yes", "no", "y", "n", "oui", "non", "ja", "nej", "ya", "tidak")
"""Heads of columns of boxes, not captions."""


@dataclass(frozen=True)
class Captioned:
    """A field with what is printed for it."""

    field: BlankField
    caption: str
    """The caption beside the field; for a box the question that it answers."""
    option: str = ""
    """Boxes: the word beside the box."""
    headings: tuple[str, ...] = ()
    """Headings above it on the page, the nearest first."""
    row: int | None = None
    """In a table: which row, from 0."""


def captioned(fields: Sequence[BlankField], runs: Sequence[Run]) -> list[Captioned]:
    """The fields of one page in reading order."""
    page = _Page(fields, runs)
    return [page.describe(field) for field in sorted(fields, key=lambda f: (-round(f.box[3] / 6), f.box[0]))]


class _Page:
    def __init__(self, fields: Sequence[BlankField], runs: Sequence[Run]) -> None:
        self._fields = fields
        self._runs = [run for run in runs if any(sign.isalnum() for sign in run.text)]
        self._words = [word for run in runs for word in run.words]
        self._body = median([run.size for run in runs for _ in run.words] or [8])
        self._headings = self._heading_lines()
        self._captions: dict[BlankField, str] = {}

    def describe(self, field: BlankField) -> Captioned:
        headings = tuple(
            " ".join(run.text for run in line)
            for line in self._headings
            if line[0].box[1] >= field.box[3] - 2 and line[0].box[0] < field.box[2] + _LEFT
        )
        if field.is_box:
            row = self._row_of_line(field)
            first = field if row is None else self._row(field)[1]
            return Captioned(field, self._question(first), self._option(field), headings, row)
        row, first = self._row(field)
        caption = self._caption(field) or (self._caption(first) if first is not field else "")
        return Captioned(field, caption, "", headings, row)

    def _is_heading(self, run: Run) -> bool:
        stands_out = run.bold or run.size >= 1.1 * self._body
        if not stands_out or len(run.words) > 14 or len(run.text) < 4:
            return False
        if any(_continues(above, run) for above in self._runs):
            return False
        return not any(_level(run.box, field.box) > 0.5 for field in self._fields)

    def _heading_lines(self) -> list[list[Run]]:
        """From the bottom of the page up; what stands on one line is one heading."""
        lines: list[list[Run]] = []
        for run in sorted((r for r in self._runs if self._is_heading(r)), key=lambda r: (r.box[1], r.box[0])):
            if lines and _level(lines[-1][0].box, run.box) > 0.5 and run.box[0] - lines[-1][-1].box[2] < _LEFT:
                lines[-1].append(run)
            else:
                lines.append([run])
        return [sorted(line, key=lambda run: run.box[0]) for line in lines]

    # --- text fields --------------------------------------------------------------------------------------

    def _caption(self, field: BlankField) -> str:
        if field not in self._captions:
            self._captions[field] = self._nearest_caption(field)
        return self._captions[field]

    def _nearest_caption(self, field: BlankField) -> str:
        nearest = min(
            (
                (cost, run)
                for run in self._runs
                if sum(sign.isalpha() for sign in run.text) > 1
                and not (field.is_box and run.text.casefold().strip(" :") in _ANSWERS)
                and (cost := caption_distance(run.box, field.box)) is not None
                and not (cost >= _UNDER and self._is_nearer(run, cost))
                and not self._is_taken(run, field)
            ),
            default=None,
            key=lambda pair: pair[0],
        )
        return self._with_lines_above(nearest[1], field) if nearest else ""

    def _is_nearer(self, run: Run, cost: float) -> bool:
        """Whether the caption stands closer to another field."""
        costs = (caption_distance(run.box, other.box) for other in self._fields)
        return any(other is not None and other < cost for other in costs)

    def _is_taken(self, run: Run, field: BlankField) -> bool:
        """A box's own word, or a caption with another field between."""
        left, _, right, _ = _hull(run.box, field.box)
        between = (left, min(run.box[3], field.box[3]), right, max(run.box[1], field.box[1]))
        if run.box[2] <= field.box[0]:
            between = (run.box[2], max(run.box[1], field.box[1]), field.box[0], min(run.box[3], field.box[3]))
        for other in self._fields:
            if other is field:
                continue
            if other.is_box and 0 <= run.box[0] - other.box[2] < _BESIDE and _level(run.box, other.box) > 0.3:
                return True
            if _common(other.box, between) > 0.25 * _area(other.box):
                return True
        return False

    def _with_lines_above(self, run: Run, field: BlankField) -> str:
        lines = [run]
        for _ in range(_QUESTION_LINES - 1):
            above = next((r for r in self._runs if _continues(r, lines[0]) and not self._is_taken(r, field)), None)
            if above is None:
                break
            lines.insert(0, above)
        return " ".join(line.text for line in lines)

    # --- boxes --------------------------------------------------------------------------------------------

    def _option(self, field: BlankField) -> str:
        """The word to the right of the box, else the head of its column."""
        following: list[Word] = []
        edge = field.box[2]
        line = [word for word in self._words if _level(word.box, field.box) > 0.4 and word.box[0] >= field.box[2] - 1.5]
        ahead = min((f.box[0] for f in self._fields if f.box[0] > edge and _level(f.box, field.box) > 0.4), default=1e9)
        for word in sorted(line, key=lambda word: word.box[0]):
            # In front of a further box stands that box's own word only when it does not begin beside this one.
            room = _BESIDE if not following else word.size
            if word.box[0] - edge > room or word.box[0] >= ahead:
                break
            following.append(word)
            edge = word.box[2]
        if following:
            return " ".join(word.text for word in following)
        head = min(
            (
                run
                for run in self._runs
                if run.box[1] >= field.box[3] - 1
                and run.box[0] - 8 < (field.box[0] + field.box[2]) / 2 < run.box[2] + 8
                and run.box[2] - run.box[0] < 60
            ),
            key=lambda run: run.box[1],
            default=None,
        )
        return head.text if head else ""

    def _question(self, field: BlankField) -> str:
        """What stands above the first box of the line, or to its left with the lines that belong to it."""
        first = self._first_of_line(field)
        left = [
            run
            for run in self._runs
            if run.box[2] <= first.box[0] + 1 and _level(run.box, first.box) > 0.2 and len(run.text) > 3
        ]
        above = self._caption(first)
        beside = max(left, key=lambda run: run.box[2], default=None)
        if beside is None or (above and self._near_above(first)):
            return above
        lines, tail = [beside], [beside]
        for run in self._runs:
            if _continues(beside, run) or (len(tail) < _QUESTION_LINES and _continues(tail[-1], run)):
                tail.append(run)
        for _ in range(_QUESTION_LINES):
            prior = next((run for run in self._runs if _continues(run, lines[0])), None)
            if prior is None:
                break
            lines.insert(0, prior)
        number = [r for r in self._runs if r.box[2] <= lines[0].box[0] and _level(r.box, lines[0].box) > 0.5]
        return " ".join(run.text for run in dict.fromkeys([*number[-1:], *lines, *tail[1:]]))

    def _near_above(self, field: BlankField) -> bool:
        return any(
            0 <= run.box[1] - field.box[3] + 2 < _ABOVE
            and run.text.casefold().strip(" :") not in _ANSWERS
            and run.box[0] - 4 < field.box[2]
            and field.box[0] < run.box[2] + 4
            and not self._is_taken(run, field)
            for run in self._runs
        )

    def _first_of_line(self, field: BlankField) -> BlankField:
        """The leftmost box of those that follow one another on the line with nothing but their words between."""
        first = field
        while True:
            before = [f for f in self._fields if f.box[2] <= first.box[0] and _level(f.box, first.box) > 0.5]
            last = max(before, key=lambda f: f.box[2], default=None)
            if last is None or not last.is_box or not self._same_question(last, first):
                return first
            first = last

    def _same_question(self, one: BlankField, other: BlankField) -> bool:
        if "=" in one.name and "=" in other.name:
            return one.name.partition("=")[0] == other.name.partition("=")[0]
        # A new caption above the later box begins a new question.
        return not any(
            0 <= run.box[1] - other.box[3] + 2 < _ABOVE and one.box[2] < run.box[0] <= other.box[0] + 3
            for run in self._runs
            if not self._is_taken(run, other)
        )

    # --- tables -------------------------------------------------------------------------------------------

    def _row_of_line(self, box: BlankField) -> int | None:
        """The row of the table that a box stands in, as the written fields of its line tell."""
        line = [f for f in self._fields if not f.is_box and _level(f.box, box.box) > 0.5]
        rows = [row for f in line if (row := self._row(f)[0]) is not None]
        return max(set(rows), key=rows.count) if len(rows) > 1 else None

    def _row(self, field: BlankField) -> tuple[int | None, BlankField]:
        """Which row of its column a field is in, and the column's first field; no row for a lone one."""
        column = [f for f in self._fields if f.kind == field.kind and _same_column(f.box, field.box)]
        column.sort(key=lambda f: -f.box[3])
        start = column.index(field)
        while start and column[start - 1].box[1] - column[start].box[3] < _STACK_PITCH:
            if not field.is_box and self._caption(column[start]):
                break
            start -= 1
        follows = len(column) > column.index(field) + 1
        row = column.index(field) - start
        if row == 0 and not (follows and not field.is_box and not self._caption(column[start + 1])):
            return None, field
        return row, column[start]


def caption_distance(run: Box, field: Box) -> float | None:
    """How far a caption is from the field it might belong to; ``None`` where it cannot."""
    left, bottom, right, top = field
    middle = (run[1] + run[3]) / 2
    if run[2] > left - 4 and run[0] < right and run[0] >= left - 12:
        gap = run[1] - top
        if -0.75 * (top - bottom) <= gap < _ABOVE and middle > (bottom + top) / 2:
            return abs(gap) + 0.05 * abs(run[0] - left)
        under = bottom - run[3]
        if -2 <= under < _BELOW:
            return _UNDER + under + 0.05 * abs(run[0] - left)
    if run[2] <= left + 2 and bottom - 3 < middle < top + 3 and left - run[2] < _LEFT:
        return 4 + 0.12 * (left - run[2])
    return None


def _continues(upper: Run, lower: Run) -> bool:
    """Whether two runs are lines of one paragraph, one under the other."""
    gap = upper.box[1] - lower.box[3]
    if upper is lower or abs(upper.box[0] - lower.box[0]) > 3 or abs(upper.size - lower.size) > 0.6:
        return False
    if re.match(r"^\(?\d{1,2}[a-z]?[.)]?\s", lower.text):
        return False
    return -1 < gap < 0.45 * upper.size and upper.bold == lower.bold


def _same_column(one: Box, other: Box) -> bool:
    return abs(one[0] - other[0]) < 2 and abs(one[2] - other[2]) < 2


def _level(one: Box, other: Box) -> float:
    """Share of the lower one's height on which both stand on one line."""
    common = min(one[3], other[3]) - max(one[1], other[1])
    return common / max(min(one[3] - one[1], other[3] - other[1]), 0.1)


def _hull(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _area(box: Box) -> float:
    return max((box[2] - box[0]) * (box[3] - box[1]), 0.01)


def _common(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(width, 0) * max(height, 0)
