"""What ink says: signed lines, ticked boxes, writing that was taken back. Drawn in the frame's resolution."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from schemas.codes import Doubt, SignatureKind, SignatureMark
from services.intake.reading.box_ink import tick_in
from services.intake.reading.corrections import has_initials, is_struck_out
from services.intake.reading.pictures import Mask
from services.intake.reading.signature_ink import ink_on_line

LINE = (54, 420)
"""A signature line's zone: 26 by 200 points."""
BOX, AROUND = 20, 18
Draw = Callable[[np.ndarray], object]


def drawn(size: tuple[int, int], draw: Draw) -> Mask:
    paper = np.zeros(size, np.uint8)
    draw(paper)
    return paper > 0


def scrawl(width: int, left: int = 40, right: int = 300) -> Draw:
    """A hand's loops, of a pen that thick."""
    x = np.linspace(left, right, 160)
    y = 28 + 13 * np.sin(x / 9) + 6 * np.sin(x / 23)
    return lambda paper: cv2.polylines(paper, [np.stack((x, y), axis=1).astype(np.int32)], False, (1.0,), width)


def typed(text: str, scale: float = 0.6) -> Draw:
    return lambda paper: cv2.putText(paper, text, (20, 38), cv2.FONT_HERSHEY_SIMPLEX, scale, (1.0,), 1)


def framed_words(paper: np.ndarray) -> None:
    cv2.rectangle(paper, (60, 4), (260, 49), (1.0,), 2)
    cv2.putText(paper, "RECEIVED", (75, 34), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (1.0,), 2)


def round_stamp(paper: np.ndarray) -> None:
    cv2.ellipse(paper, (160, 27), (75, 23), 0, 0, 360, (1.0,), 2)
    cv2.putText(paper, "PAID", (120, 34), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (1.0,), 2)


@pytest.mark.parametrize(
    ("draw", "mark", "kind"),
    [
        (scrawl(1), SignatureMark.PRESENT, SignatureKind.INK),
        (scrawl(3), SignatureMark.PRESENT, SignatureKind.INK),
        (scrawl(5), SignatureMark.PRESENT, SignatureKind.INK),
        (scrawl(2, 40, 92), SignatureMark.PRESENT, SignatureKind.INITIALS),
        (scrawl(1, 40, 52), SignatureMark.DOUBTFUL, SignatureKind.INK),
        (typed("Jordan Lee Pruitt"), SignatureMark.DOUBTFUL, SignatureKind.TYPED_NAME),
        (typed("MORGAN SUNDRY", 0.5), SignatureMark.DOUBTFUL, SignatureKind.TYPED_NAME),
        (framed_words, SignatureMark.DOUBTFUL, SignatureKind.STAMP),
        (round_stamp, SignatureMark.DOUBTFUL, SignatureKind.STAMP),
        (lambda paper: cv2.circle(paper, (50, 20), 1, (1.0,), -1), SignatureMark.EMPTY, None),
    ],
    ids=["fine", "pen", "marker", "initials", "faint", "typed", "capitals", "stamp", "round stamp", "dust"],
)
def test_a_line_is_signed_by_some_means(draw: Draw, mark: SignatureMark, kind: SignatureKind | None) -> None:
    ink = drawn(LINE, draw)
    seen = ink_on_line(ink, ink)
    assert (seen.mark, seen.kind) == (mark, kind)


def strokes(*lines: tuple[tuple[int, int], tuple[int, int]], width: int = 2) -> Draw:
    """Lines between points counted from the box's own upper left corner."""

    def draw(paper: np.ndarray) -> None:
        for (x1, y1), (x2, y2) in lines:
            cv2.line(paper, (x1 + AROUND, y1 + AROUND), (x2 + AROUND, y2 + AROUND), (1.0,), width)

    return draw


def blob(paper: np.ndarray) -> None:
    paper[AROUND - 1 : AROUND + BOX + 1, AROUND - 1 : AROUND + BOX + 1] = 1


def touching(paper: np.ndarray) -> None:
    """A stroke that ends, thinning, in the box's corner."""
    strokes(((11, 12), (20, 3)), width=1)(paper)
    strokes(((20, 3), (34, -11)), width=4)(paper)


def scribbled(paper: np.ndarray) -> None:
    for row in range(6, 50, 3):
        cv2.line(paper, (4, row), (52, row + 4), (1.0,), 3)


@pytest.mark.parametrize(
    ("draw", "marked", "doubts"),
    [
        (strokes(((4, 4), (16, 16)), ((4, 16), (16, 4))), True, ()),
        (strokes(((-12, -12), (32, 32)), ((-12, 32), (32, -12))), True, ()),
        (strokes(((4, 10), (9, 16)), ((9, 16), (34, -15))), True, ()),
        (blob, True, ()),
        (scribbled, False, (Doubt.SCRIBBLED_OUT,)),
        (touching, False, (Doubt.FAINT,)),
        (strokes(((-15, -6), (35, -6))), False, ()),
        (strokes(((0, 0), (20, 0)), ((20, 0), (20, 20)), width=1), False, ()),
        (strokes(), False, ()),
    ],
    ids=["cross", "cross beyond", "tick leaving", "blob", "scribbled out", "touched", "passing", "frame", "empty"],
)
def test_a_box_is_ticked_by_what_is_inside_it(draw: Draw, marked: bool, doubts: tuple[Doubt, ...]) -> None:
    side = BOX + 2 * AROUND
    tick = tick_in(drawn((side, side), draw), (AROUND, AROUND))
    assert (tick.marked, tick.doubts) == (marked, doubts)
    assert bool(doubts) is (tick.confidence <= 0.5 and not marked)


WORDS = "12 Elm Street"


@pytest.mark.parametrize(
    ("line", "struck"),
    [
        (None, False),
        (((18, 32), (165, 31)), True),
        (((18, 36), (165, 27)), True),
        (((18, 43), (165, 43)), False),
        (((18, 20), (165, 20)), False),
        (((60, 32), (75, 32)), False),
    ],
    ids=["clean", "struck", "slanted", "underlined", "ruled above", "hyphen"],
)
def test_writing_with_a_line_through_it_is_struck_out(
    line: tuple[tuple[int, int], tuple[int, int]] | None, struck: bool
) -> None:
    def draw(paper: np.ndarray) -> None:
        typed(WORDS)(paper)
        if line:
            cv2.line(paper, *line, (1.0,), 2)

    assert is_struck_out(drawn(LINE, draw)) is struck


def test_writing_blackened_over_is_struck_out() -> None:
    def draw(paper: np.ndarray) -> None:
        typed(WORDS)(paper)
        for left in range(20, 150, 4):
            cv2.line(paper, (left, 24), (left + 6, 38), (1.0,), 3)

    assert is_struck_out(drawn(LINE, draw))


def test_one_of_two_lines_struck_out_is_enough() -> None:
    def draw(paper: np.ndarray) -> None:
        cv2.putText(paper, "old words", (20, 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (1.0,), 1)
        cv2.putText(paper, "new words", (20, 45), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (1.0,), 1)
        cv2.line(paper, (18, 13), (105, 13), (1.0,), 1)

    assert is_struck_out(drawn(LINE, draw))


def test_initials_are_small_writing_beside() -> None:
    beside = drawn(LINE, lambda paper: cv2.putText(paper, "JP", (300, 36), 1, 2, (1.0,), 2))
    assert has_initials(beside)
    assert not has_initials(np.zeros(LINE, bool))
    assert not has_initials(drawn(LINE, scrawl(2)))
