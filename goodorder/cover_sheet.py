"""Draws a case's cover sheet: the case in large letters for people, and its code for the reader."""

from io import BytesIO
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from goodorder.screen import state_in_words
from services.intake.reading.cover_sheet import Cover, code_of

_DPI = 200
_PAPER = (round(8.5 * _DPI), 11 * _DPI)
_SQUARE = 12
"""Pixels of one square of the code: it stands three inches wide, and is still read from a coarse fax."""


def drawn(cover: Cover, insured: str, carrier: str) -> bytes:
    """One page, as PDF. ``insured`` is the masked name: the sheet may lie about."""
    paper = Image.new("L", _PAPER, 255)
    pen, middle = ImageDraw.Draw(paper), _PAPER[0] // 2
    answers = [f"Answers: {state_in_words(cover.requirement)}"] if cover.requirement else []
    lines = (
        (40, "Cover sheet"),
        (90, cover.case_id),
        (44, f"{insured}, {carrier}"),
        *((44, line) for line in answers),
    )
    top = _DPI
    for size, words in lines:
        pen.text((middle, top), words, fill=0, font=ImageFont.load_default(size), anchor="ma")
        top += size * 2
    code = _code(code_of(cover))
    paper.paste(code, (middle - code.width // 2, top + _DPI // 2))
    below = ("Put this sheet before the pages that belong to the case, and scan them into one file.",
             "One case a file. Upload it to your drop folder as always.")  # fmt: skip
    for row, words in enumerate(below):
        place = (middle, top + _DPI + code.height + 60 * row)
        pen.text(place, words, fill=0, font=ImageFont.load_default(36), anchor="ma")
    content = BytesIO()
    paper.save(content, "PDF", resolution=_DPI)
    return content.getvalue()


def _code(words: str) -> Image.Image:
    squares: Any = cv2.QRCodeEncoder.create().encode(words)
    framed = np.pad(squares, 4, constant_values=255)
    return Image.fromarray(framed.repeat(_SQUARE, axis=0).repeat(_SQUARE, axis=1))
