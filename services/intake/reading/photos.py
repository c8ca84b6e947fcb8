"""Opens scans, faxes and photos that come as TIFF, JPEG, PNG or HEIC: each picture becomes a page like a PDF's."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.Image import DecompressionBombError

from schemas.codes import RefusalCause
from services.intake.reading.opening import (
    LARGEST_PICTURE,
    Limits,
    TooManyPixelsError,
    check_size,
)
from services.intake.reading.pictures import Picture
from services.intake.reading.refusing import RefusedError, refusal

try:
    import pi_heif
except ImportError:
    _READS_HEIC = False
    """An agency may do without the decoder, whose codec is under patents."""
else:
    _READS_HEIC = True
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)

_FORMATS = ("TIFF", "JPEG", "PNG", *(["HEIF"] if _READS_HEIC else []))
_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"mif1")
_OTHER_HEIF = (b"hevc", b"msf1", b"avif")
"""Brands of pictures that move, and of another codec."""
_DRAFT = 3300
"""Pixels of each side that a JPEG is decoded to at least, where it has more: those of a letter page at 300 dpi."""
_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "LA": 2, "RGB": 3}
"""A pixel's, by the way that Pillow holds it; others take four."""
_SHORTEST, _LONGEST = 3.0, 17.0
"""Inches of paper that a scanner takes, slip to ledger; a resolution that says otherwise is made up."""
_LETTER = 11.0
"""Inches of the long side of a page whose size nobody said."""

PHOTO_FAULTS = (
    UnidentifiedImageError,
    DecompressionBombError,
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    OverflowError,
    ArithmeticError,
    RuntimeError,
)
"""What Pillow is known to raise on damaged files; not MemoryError, which ends the process."""


def is_photo(content: bytes) -> bool:
    return content.startswith(_MAGIC) or _is_heif(content, (*_HEIC, *_OTHER_HEIF))


def _is_heif(content: bytes, brands: Iterable[bytes]) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in brands


@contextmanager
def opened_photo(content: bytes, limits: Limits) -> Iterator["PhotoPaper"]:
    """The file, closed at the end. Raises :class:`RefusedError`."""
    check_size(content, limits)
    if _is_heif(content, _OTHER_HEIF if _READS_HEIC else (*_HEIC, *_OTHER_HEIF)):
        raise RefusedError(refusal(RefusalCause.HEIC_PHOTO))
    try:
        paper = PhotoPaper(content)
        page_count = len(paper)
    except DecompressionBombError as error:
        raise RefusedError(refusal(RefusalCause.PICTURE_TOO_LARGE)) from error
    except PHOTO_FAULTS as error:
        raise RefusedError(refusal(RefusalCause.DAMAGED_PDF)) from error
    try:
        if page_count > limits.max_pages:
            raise RefusedError(refusal(RefusalCause.TOO_MANY_PAGES, pages=limits.max_pages))
        yield paper
    finally:
        paper.close()


@dataclass(frozen=True)
class _Drawn:
    picture: Picture

    def to_numpy(self) -> Picture:
        return self.picture


@dataclass(frozen=True)
class PhotoSheet:
    """One picture as a page: as much of pdfium's page as the reading of a scan asks for."""

    picture: Picture
    size: tuple[float, float]
    """Points."""

    def get_size(self) -> tuple[float, float]:
        return self.size

    def render(self, scale: float, **_: object) -> _Drawn:
        """The picture at that many pixels a point."""
        size = (max(round(self.size[0] * scale), 1), max(round(self.size[1] * scale), 1))
        smaller = size[0] < self.picture.shape[1]
        drawn = cv2.resize(self.picture, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
        return _Drawn(drawn.astype(np.uint8, copy=False))


class PhotoPaper:
    """A file of pictures, as pdfium's documents are: a length, and a page at each index."""

    def __init__(self, content: bytes) -> None:
        """Raises one of :data:`PHOTO_FAULTS`."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            self._image = Image.open(BytesIO(content), formats=_FORMATS)
        # What a phone appends to its photo (a depth map, a preview) and an animated PNG's frames are no pages.
        self._count = getattr(self._image, "n_frames", 1) if self._image.format == "TIFF" else 1

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> PhotoSheet:
        """The page of that picture. Raises :class:`TooManyPixelsError` or one of :data:`PHOTO_FAULTS`."""
        image = self._image
        if self._count > 1 and image.tell() != index:
            image.seek(index)
        dots, size = _dots_per_inch(image), image.size
        if image.format in ("JPEG", "MPO"):
            image.draft("L", (_DRAFT, _DRAFT))
        if image.width * image.height * _BYTES.get(image.mode, 4) > LARGEST_PICTURE:
            raise TooManyPixelsError
        grey = _grey(ImageOps.exif_transpose(image))
        if (grey.width > grey.height) != (size[0] > size[1]):
            dots, size = dots[::-1], size[::-1]
        width, height = _paper(size, dots)
        return PhotoSheet(np.asarray(grey), (72 * width, 72 * height))

    def close(self) -> None:
        self._image.close()


def _dots_per_inch(image: Image.Image) -> tuple[float, float]:
    """As the file says, across and down; faxes have half as many lines as dots."""
    across, down = image.info.get("dpi") or image.info.get("resolution") or (0, 0)
    return float(across), float(down)


def _grey(image: Image.Image) -> Image.Image:
    """Sixteen bits become eight, and what is see-through lies on white paper."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        seen = image.convert("LA")
        paper = Image.new("L", seen.size, 255)
        paper.paste(seen.getchannel("L"), mask=seen.getchannel("A"))
        return paper
    return image.convert("L")


def _paper(pixels: tuple[int, int], dots: tuple[float, float]) -> tuple[float, float]:
    """Width and height in inches."""
    if min(dots) > 0:
        width, height = pixels[0] / dots[0], pixels[1] / dots[1]
        if min(width, height) >= _SHORTEST and max(width, height) <= _LONGEST:
            return width, height
        shape = width / height
    else:
        shape = pixels[0] / pixels[1]
    return (_LETTER, _LETTER / shape) if shape > 1 else (_LETTER * shape, _LETTER)
