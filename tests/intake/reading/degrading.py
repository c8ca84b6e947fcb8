"""What happens to paper on its way: turned in the scanner, faxed, photographed on a desk."""

from collections.abc import Callable
from io import BytesIO

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image

Grey = npt.NDArray[np.uint8]


def unharmed(page: Grey, _: np.random.Generator) -> Grey:
    return page


def turned(quarters: int) -> Callable[[Grey, np.random.Generator], Grey]:
    def turn(page: Grey, _: np.random.Generator) -> Grey:
        return np.rot90(page, quarters).copy()

    return turn


def fine_fax(page: Grey, noise: np.random.Generator) -> Grey:
    """204 x 196 dots an inch, black and white."""
    return _fax(page, noise, 196)


def standard_fax(page: Grey, noise: np.random.Generator) -> Grey:
    """204 x 98 dots an inch, black and white."""
    return _fax(page, noise, 98)


def photographed(page: Grey, noise: np.random.Generator) -> Grey:
    """From above and a little aside, with a shadow, on a darker desk."""
    height, width = page.shape
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    seen = corners * 0.86 + np.array([0.07 * width, 0.07 * height], dtype=np.float32)
    seen += noise.uniform(-0.025, 0.025, (4, 2)).astype(np.float32) * np.array([width, height], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(corners, seen)
    shot = cv2.warpPerspective(page, matrix, (width, height), borderMode=cv2.BORDER_CONSTANT, borderValue=(95.0,))
    shadow = np.linspace(1.0, 0.65, width)[None, :]
    grainy = shot * shadow + noise.normal(0, 6, shot.shape)
    return cv2.GaussianBlur(np.clip(grainy, 0, 255).astype(np.uint8), (3, 3), 0).astype(np.uint8)


def degraded(
    pdf: bytes, how: Callable[[Grey, np.random.Generator], Grey], pages: tuple[int, ...], dpi: int = 200
) -> bytes:
    """Those pages (from 1) of a PDF as pictures that have been through it."""
    noise, pictures = np.random.default_rng(7), []
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    try:
        for number in pages:
            page = document[number - 1].render(scale=dpi / 72, grayscale=True).to_numpy()
            pictures.append(Image.fromarray(how(page.reshape(page.shape[:2]), noise)))
    finally:
        document.close()
    out = BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=dpi, quality=80)
    return out.getvalue()


def _fax(page: Grey, noise: np.random.Generator, lines: int) -> Grey:
    height, width = page.shape
    skewed = cv2.warpAffine(
        page, cv2.getRotationMatrix2D((width / 2, height / 2), 0.6, 1), (width, height), borderValue=(255.0,)
    )
    coarse = cv2.resize(skewed, (width, round(height * lines / 200)), interpolation=cv2.INTER_AREA)
    black = coarse + noise.normal(0, 12, coarse.shape) < 150
    return cv2.resize(
        np.where(black, 0, 255).astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST
    ).astype(np.uint8)
