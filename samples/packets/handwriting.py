"""Writes values by hand over a flattened form: a handwriting font that wavers, and ticks of two strokes.

Kinder than life: a font's letters are always alike, and the writer stays in the box.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from random import Random

from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from samples.blanks.acroform import Rectangle

_FOLDER = Path("/usr/share/fonts/truetype")
HANDS = {
    "breip": _FOLDER / "breip" / "Breip.ttf",
    "dkg": _FOLDER / "fifthhorseman" / "dkg.ttf",
}
"""Fonts drawn after people's own hands, each in Debian's package ``fonts-<name>`` (dkg: ``fonts-dkg-handwriting``)."""

_SIZE, _SMALLEST = 11.5, 6.5
_PENS = ((0.06, 0.08, 0.35), (0.05, 0.05, 0.08), (0.1, 0.12, 0.5))


@dataclass(frozen=True)
class Spot:
    """Where to write on which page."""

    page: int
    """From 0."""
    rectangle: Rectangle
    cells: int = 0
    lines: bool = False
    """The field holds several lines."""


def hands_here() -> list[str]:
    """The hands whose fonts this machine has."""
    return [name for name, path in HANDS.items() if path.exists()]


def written_by_hand(
    pdf: bytes, texts: Mapping[str, str], ticks: frozenset[str], spots: Mapping[str, Spot], hand: str, seed: int
) -> bytes:
    """The PDF with texts and ticks (both by field name) over it. Raises :class:`OSError` when the font is missing."""
    random, font = Random(seed), _font(hand)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf)))
    for number, page in enumerate(writer.pages):
        out = BytesIO()
        canvas = Canvas(out, pagesize=(float(page.mediabox.width), float(page.mediabox.height)), invariant=1)
        canvas.setFillColorRGB(*_PENS[seed % len(_PENS)])
        canvas.setStrokeColorRGB(*_PENS[seed % len(_PENS)])
        for name, spot in spots.items():
            if spot.page != number:
                continue
            if name in texts:
                _write(canvas, texts[name], spot, font, random)
            elif name in ticks:
                _tick(canvas, spot.rectangle, random)
        canvas.showPage()
        canvas.save()
        page.merge_page(PdfReader(out).pages[0])
    finished = BytesIO()
    writer.write(finished)
    return finished.getvalue()


@cache
def _font(hand: str) -> str:
    try:
        registerFont(TTFont(f"hand-{hand}", HANDS[hand]))
    except TTFError as error:
        raise OSError(f"{HANDS[hand]}: {error}; install the Debian package of the font") from error
    return f"hand-{hand}"


def _write(canvas: Canvas, text: str, spot: Spot, font: str, random: Random) -> None:
    left, bottom, right, top = spot.rectangle
    if spot.cells:
        letters = text.replace("-", "")
        step = (right - left) / spot.cells
        for place, letter in enumerate(letters):
            width = stringWidth(letter, font, _SIZE)
            x = left + step * (place + 0.5) - width / 2 + random.uniform(-0.8, 0.8)
            _letter(canvas, letter, x, bottom + (top - bottom) * 0.28, font, _SIZE, random)
        return
    height = top - bottom
    lines = simpleSplit(text, font, 9.5, right - left - 6) if spot.lines else [text]
    room = height / max(len(lines), 1)
    widest = max(stringWidth(line, font, 1) for line in lines)
    size = max(min(_SIZE, room * 0.85, (right - left - 5) / widest), _SMALLEST)
    for number, line in enumerate(lines):
        x, base = left + random.uniform(2, 4), top - room * (number + 1) + room * 0.28
        drift = random.uniform(-0.004, 0.004)
        for letter, following in pairwise(f"{line} "):
            _letter(canvas, letter, x, base + drift * (x - left), font, size, random)
            x += stringWidth(letter + following, font, size) - stringWidth(following, font, size)


def _letter(canvas: Canvas, letter: str, x: float, y: float, font: str, size: float, random: Random) -> None:
    """One letter, a little up or down and leaning a little."""
    pen = canvas.beginText()
    pen.setFont(font, size * random.uniform(0.97, 1.03))
    pen.setTextTransform(1, random.uniform(-0.02, 0.02), random.uniform(-0.04, 0.04), 1, x, y + random.gauss(0, 0.25))
    pen.textOut(letter)
    canvas.drawText(pen)


def _tick(canvas: Canvas, box: Rectangle, random: Random) -> None:
    """A cross or a hook, not quite in the box."""
    left, bottom, right, _ = box
    side = right - left
    left, bottom = left + random.gauss(0, 0.06) * side, bottom + random.gauss(0, 0.06) * side
    canvas.setLineWidth(random.uniform(0.9, 1.3))
    canvas.setLineCap(1)
    if random.random() < 0.6:
        canvas.line(left + 0.15 * side, bottom + 0.15 * side, left + 0.9 * side, bottom + 0.9 * side)
        canvas.line(left + 0.12 * side, bottom + 0.85 * side, left + 0.85 * side, bottom + 0.12 * side)
    else:
        canvas.line(left + 0.1 * side, bottom + 0.5 * side, left + 0.4 * side, bottom + 0.12 * side)
        canvas.line(left + 0.4 * side, bottom + 0.12 * side, left + 1.1 * side, bottom + 1.1 * side)
