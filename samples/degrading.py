"""What happens to paper on its way to the desk: scanned, turned, faxed, photographed; the same seed, the same damage.

Each condition takes a page as drawn, and gives the picture that arrives, in the shape and coding it really has.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image
from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

Grey = npt.NDArray[np.uint8]
Chance = np.random.Generator
_DESK = 95.0


@dataclass(frozen=True)
class Condition:
    """One way in which a page arrives."""

    name: str
    dpi: int
    """In which the page is drawn before anything happens to it."""
    spoil: Callable[[Grey, Chance], Grey]
    bilevel: bool = False
    """Coded as fax machines do it, in black and white."""
    quality: int = 80
    """Of the JPEG."""


def _clean(page: Grey, _: Chance) -> Grey:
    return page


def _scanned(page: Grey, chance: Chance) -> Grey:
    """Slightly crooked, grey paper, pale ink, a grain, a lamp that is weaker at one side."""
    crooked = _turned(page, float(chance.choice((-1, 1)) * chance.uniform(0.3, 1.2)))
    lamp = np.linspace(1.0, chance.uniform(0.93, 1.0), page.shape[1], dtype=np.float32)[None, :]
    soft = cv2.GaussianBlur(crooked, (0, 0), 0.6).astype(np.float32)
    return _as_grey((soft * 0.86 + 24) * lamp + chance.normal(0, 5, page.shape))


def _fine_fax(page: Grey, chance: Chance) -> Grey:
    return _faxed(page, chance, 196)


def _standard_fax(page: Grey, chance: Chance) -> Grey:
    return _faxed(page, chance, 98)


def _faxed(page: Grey, chance: Chance, lines_an_inch: int) -> Grey:
    """204 dots an inch across, a threshold, lost dots and stray ones, a header line."""
    crooked = _turned(page, float(chance.uniform(-0.8, 0.8)))
    size = (round(page.shape[1] * 204 / 300), round(page.shape[0] * lines_an_inch / 300))
    coarse = cv2.resize(crooked, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    black = coarse + chance.normal(0, 10, coarse.shape) < chance.uniform(140, 175)
    black ^= chance.random(black.shape) < 0.0006
    picture = np.where(black, 0, 255).astype(np.uint8)
    header = f"NOV-21 09:{chance.integers(10, 59)}  FROM 555 01{chance.integers(10, 99)}      P.{chance.integers(1, 9)}"
    top = round(lines_an_inch * 0.12)
    scale = lines_an_inch / 196
    letters = np.full((26, 900), 255, np.uint8)
    cv2.putText(letters, header, (0, 20), cv2.FONT_HERSHEY_PLAIN, 1.3, (0.0,), 1)
    small = cv2.resize(letters, (900, max(round(26 * scale), 8)), interpolation=cv2.INTER_AREA)
    strip = picture[top : top + small.shape[0], 120:1020]
    strip &= np.where(small < 170, 0, 255).astype(np.uint8)[: strip.shape[0], : strip.shape[1]]
    return picture


def _turned_over(page: Grey, chance: Chance) -> Grey:
    """Through the scanner sideways or upside down."""
    return np.rot90(_scanned(page, chance), int(chance.integers(1, 4))).copy()


def _photographed(page: Grey, chance: Chance) -> Grey:
    """From above and a little aside, on a dark desk, with a shadow and out of the best focus."""
    height, width = page.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    seen = corners * 0.88 + np.array([0.06 * width, 0.06 * height], dtype=np.float32)
    seen += (chance.uniform(-0.03, 0.03, (4, 2)) * (width, height)).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    shot = cv2.warpPerspective(page, matrix, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=(_DESK,))
    across = np.linspace(0, 1, width, dtype=np.float32)[None, :] * chance.uniform(-1, 1)
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None] * chance.uniform(-1, 1)
    edge = 1 / (1 + np.exp(-18 * (across + down - chance.uniform(0, 0.4))))
    light = 0.95 - chance.uniform(0.15, 0.4) * edge
    blurred = cv2.GaussianBlur(shot, (0, 0), float(chance.uniform(0.6, 1.1))).astype(np.float32)
    return _as_grey(blurred * light + chance.normal(0, 4, shot.shape))


CONDITIONS = {
    condition.name: condition
    for condition in (
        Condition("clean 200", 200, _clean, quality=90),
        Condition("scan 300", 300, _scanned),
        Condition("scan 200", 200, _scanned, quality=72),
        Condition("fine fax", 300, _fine_fax, bilevel=True),
        Condition("standard fax", 300, _standard_fax, bilevel=True),
        Condition("turned", 200, _turned_over),
        Condition("photo", 250, _photographed, quality=70),
    )
}
"""The seven conditions of reading tests, by name."""


def degraded(pdf: bytes, condition: Condition, seed: int, pages: Sequence[int] | None = None) -> bytes:
    """Those pages (from 1; all when not given) of a PDF as pictures to which it happened."""
    out = BytesIO()
    rl_config.useA85 = 0
    canvas = Canvas(out, invariant=1, pageCompression=0)
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    try:
        for number in pages or range(1, len(document) + 1):
            picture = spoilt(document[number - 1], condition, seed * 1000 + number)
            width, height = document[number - 1].get_size()
            if condition.spoil is _turned_over and (picture.shape[1] > picture.shape[0]) != (width > height):
                width, height = height, width
            canvas.setPageSize((width, height))
            canvas.drawImage(_coded(picture, condition), 0, 0, width, height)
            canvas.showPage()
    finally:
        document.close()
    canvas.save()
    return out.getvalue()


def spoilt(page: pdfium.PdfPage, condition: Condition, seed: int) -> Grey:
    """One page as the picture that arrives."""
    drawn = page.render(scale=condition.dpi / 72, grayscale=True).to_numpy()
    return condition.spoil(drawn.reshape(drawn.shape[:2]), np.random.default_rng(seed))


def _coded(picture: Grey, condition: Condition) -> ImageReader:
    image, out = Image.fromarray(picture), BytesIO()
    if condition.bilevel:
        return ImageReader(image.convert("1", dither=Image.Dither.NONE))
    image.save(out, "JPEG", quality=condition.quality)
    out.seek(0)
    return ImageReader(out)


def _turned(page: Grey, degrees: float) -> Grey:
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return _as_grey(cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255.0,)))


def _as_grey(picture: npt.NDArray[np.generic]) -> Grey:
    grey: Grey = np.clip(picture, 0, 255).astype(np.uint8)
    return grey
