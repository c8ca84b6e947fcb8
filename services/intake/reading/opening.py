"""Opens bytes from outside as a PDF, or says why that cannot be done and what the agent should do."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError, WrongPasswordError

from schemas.codes import RefusalCause
from services.intake.reading.page_reading import Refused

_MAGIC, _END = b"%PDF-", b"%%EOF"
_MAGIC_WITHIN = 1024
"""Mail gateways and printers put lines before the header; readers look for it in the first 1,024 bytes,
and for the end mark in the last."""

_IPHONE = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1", b"avif")
"""Brands of HEIF files. What decodes them is LGPL at best, and its use of HEVC is under patents."""
LARGEST_PICTURE = 256 * 1024**2
"""Bytes of one picture when decoded: in colour a ledger page at 600 dpi, in black and white far more than any."""
_BILEVEL = {"CCITTFaxDecode", "JBIG2Decode"}


@dataclass(frozen=True)
class Limits:
    """What is still taken to be an application packet."""

    max_bytes: int = 50 * 1024 * 1024
    max_pages: int = 200


@dataclass(frozen=True)
class OpenDocument:
    """A PDF open in both readers: pypdf for its fields, pdfium for its pages."""

    structure: PdfReader | None
    """``None`` where pypdf cannot follow the file even after pdfium rewrote it: then it has no fields."""
    paper: pdfium.PdfDocument
    page_count: int


class RefusedError(Exception):
    """The document cannot be read; carries the refusal."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message)
        self.refused = refused


class TooManyPixelsError(Exception):
    """A page's picture is too large to be decoded."""


PYPDF_FAULTS = (
    PyPdfError,
    DependencyError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    RecursionError,
    AssertionError,
    OverflowError,
    NotImplementedError,
    UnicodeError,
    ArithmeticError,
    OSError,
)
"""What pypdf is known to raise on damaged files; not MemoryError, which ends the process."""


def damaged() -> Refused:
    return Refused(
        cause=RefusalCause.DAMAGED_PDF,
        message="The file is damaged and could not be read. Open it on your computer to see whether it is whole; "
        "then print it to PDF or scan it again, and send the new file.",
    )


def too_many_pixels() -> Refused:
    return Refused(
        cause=RefusalCause.TOO_LARGE,
        message="The pictures in the file are too large to be drawn. Scan the pages again in grey at 200 or 300 dpi, "
        "or photograph them with the camera's usual settings, and send the new file.",
    )


def too_large(limits: Limits) -> Refused:
    return Refused(
        cause=RefusalCause.TOO_LARGE,
        message=f"The file has more than {limits.max_bytes / 2**20:.0f} MB, the most that can be read. "
        "Scan it in grey at 200 or 300 dpi, or send each application as a file of its own.",
    )


@contextmanager
def opened(content: bytes, limits: Limits) -> Iterator[OpenDocument]:
    """The document, closed at the end. Raises :class:`RefusedError`."""
    check_size(content, limits)
    _check_is_pdf(content)
    sound = _has_its_end(content)
    structure, locked = _structure_of(content, strict=True) if sound else (None, False)
    paper, barred = _paper_of(content)
    if structure is None and paper is not None:
        # pypdf may take an old revision for the newest where the end is not sound; pdfium does not.
        structure, _ = _structure_of(_unlocked_copy(paper), strict=False)
    if structure is None and not locked:
        structure, locked = _structure_of(content, strict=False)
    if paper is None and structure is not None:
        paper, barred = _paper_of(_rewritten(structure))
    if paper is None:
        raise RefusedError(_password_protected() if locked or barred else damaged())
    try:
        page_count = len(paper)
        if page_count == 0:
            raise RefusedError(damaged())
        if page_count > limits.max_pages:
            raise RefusedError(too_many_pages(page_count, limits))
        if structure is None and paper.get_formtype() != pdfium.raw.FORMTYPE_NONE:
            # Its fields hold values that cannot be got at: to read it as blank would be a lie.
            raise RefusedError(damaged())
        # pdfium's form environment stays off: values come from pypdf, and a loop in a field tree would hang it.
        yield OpenDocument(structure, paper, page_count)
    finally:
        paper.close()


def check_pictures(sheet: Any) -> None:
    """Raises :class:`TooManyPixelsError` for a page that would take too much memory to draw.

    The page's own size does not count: it is drawn as small as it must be.
    """
    for image in sheet.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        # Both stand in the picture's dictionary: nothing is decoded to find out.
        width, height = image.get_px_size()
        bits = 1 if _BILEVEL & set(image.get_filters()) else 24
        if width * height * bits > 8 * LARGEST_PICTURE:
            raise TooManyPixelsError


def check_size(content: bytes, limits: Limits) -> None:
    if not content:
        raise RefusedError(
            Refused(
                cause=RefusalCause.EMPTY_FILE,
                message="The file is empty (0 bytes). Check it on your computer and send it again.",
            )
        )
    if len(content) > limits.max_bytes:
        raise RefusedError(too_large(limits))


def _check_is_pdf(content: bytes) -> None:
    if content[4:8] == b"ftyp" and content[8:12] in _IPHONE:
        raise RefusedError(
            Refused(
                cause=RefusalCause.NOT_A_PDF,
                message="The file is a photo in Apple's HEIC format, which cannot be read here. Send it as JPEG or "
                "PDF: choose Settings, Camera, Formats, Most Compatible on the iPhone and take it again, or scan the "
                "pages with the Notes app and share them as PDF.",
            )
        )
    if _MAGIC not in content[:_MAGIC_WITHIN]:
        raise RefusedError(
            Refused(
                cause=RefusalCause.NOT_A_PDF,
                message="The file is neither a PDF nor a scan or photo (TIFF, JPEG, PNG), whatever its name says. "
                "Save or print the packet as a PDF and send that.",
            )
        )


def _password_protected() -> Refused:
    return Refused(
        cause=RefusalCause.PASSWORD_PROTECTED,
        message="The file is protected by a password or certificate. Open it, print it to a new PDF without "
        "a password, and send that. Do not send the password.",
    )


def too_many_pages(page_count: int, limits: Limits) -> Refused:
    return Refused(
        cause=RefusalCause.TOO_MANY_PAGES,
        message=f"The file has {page_count} pages; at most {limits.max_pages} can be read at once. "
        "Send each application as a file of its own.",
    )


def _has_its_end(content: bytes) -> bool:
    """Whether the file ends as it must. Raises :class:`RefusedError` for one that was cut short in its middle.

    Without its end, what an earlier revision says can still be read: of a filled form, the empty one.
    """
    if _END in content.rstrip(b"\0 \t\r\n")[-_MAGIC_WITHIN:]:
        return True
    after_objects = content[content.rfind(b"endobj") :]
    if b"xref" not in after_objects and b"trailer" not in after_objects:
        raise RefusedError(damaged())
    return False


def _structure_of(content: bytes, strict: bool) -> tuple[PdfReader | None, bool]:
    """pypdf's view, when it has one, and whether a password stands in the way; ``strict``: without any repair."""
    if not content:
        return None, False
    try:
        reader = PdfReader(BytesIO(content), strict=strict)
        # Sound as a file; single odd objects in it are no reason to give up.
        reader.strict = False
        if reader.is_encrypted and not reader.decrypt(""):
            return None, True
        return (reader, False) if len(reader.pages) else (None, False)
    except (FileNotDecryptedError, WrongPasswordError):
        return None, True
    except PYPDF_FAULTS:
        return None, False


def _paper_of(content: bytes) -> tuple[pdfium.PdfDocument | None, bool]:
    """pdfium's view, when it has one, and whether a password or an unknown lock stands in the way."""
    # pdfium does not always say why it failed, and then repeats what it said of an earlier document:
    # a file that is surely no PDF makes that "no PDF".
    with suppress(pdfium.PdfiumError):
        pdfium.PdfDocument(b"none").close()
    try:
        return pdfium.PdfDocument(content), False
    except pdfium.PdfiumError as error:
        return None, error.err_code in (pdfium.raw.FPDF_ERR_PASSWORD, pdfium.raw.FPDF_ERR_SECURITY)


def _rewritten(structure: PdfReader) -> bytes:
    """The file as pypdf understands it, written anew; empty when that fails too."""
    try:
        out = BytesIO()
        PdfWriter(clone_from=structure).write(out)
        return out.getvalue()
    except PYPDF_FAULTS:
        return b""


def _unlocked_copy(paper: pdfium.PdfDocument) -> bytes:
    """The file as pdfium understands it, written anew without encryption; empty when that fails too."""
    out = BytesIO()
    try:
        paper.save(out, flags=pdfium.raw.FPDF_REMOVE_SECURITY)
    except (pdfium.PdfiumError, ctypes.ArgumentError):
        return b""
    return out.getvalue()
