"""Opens bytes from outside as a PDF, with up to three readers, or says why that cannot be done.

pypdf, pdfium and qpdf fail on different files: what one of them opens is read, if need be after the others get it
anew from its hand. What was mended so is remembered.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2 as pdfium
from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError, WrongPasswordError

from schemas.codes import RefusalCause
from services.intake.reading.page_reading import Refused
from services.intake.reading.refusing import RefusedError, refusal

_MAGIC, _END = b"%PDF-", b"%%EOF"
_MAGIC_WITHIN = 1024
"""Mail gateways and printers put lines before the header; readers look for it in the first 1,024 bytes,
and for the end mark in the last."""
_PIECES = (b" obj", b"endobj", b"xref", b"trailer")
"""What a PDF that lost its header is still known by, two of them at least."""

LARGEST_PICTURE = 256 * 1024**2
"""Bytes of one picture when decoded: in colour a ledger page at 600 dpi, in black and white far more than any."""
_LOCKS = (pdfium.raw.FPDF_ERR_PASSWORD, pdfium.raw.FPDF_ERR_SECURITY)
_BILEVEL = {"CCITTFaxDecode", "JBIG2Decode"}


@dataclass(frozen=True)
class Limits:
    """What is still taken to be an application packet."""

    max_bytes: int = 50 * 1024 * 1024
    """Of a file, and of all that is packed in it."""
    max_pages: int = 200
    max_files: int = 50
    """In a ZIP file or portfolio."""


@dataclass(frozen=True)
class OpenDocument:
    """A PDF open in both readers: pypdf for its fields, pdfium for its pages."""

    structure: PdfReader | None
    """``None`` where pypdf cannot follow the file even after another reader rewrote it: then it has no fields."""
    paper: pdfium.PdfDocument
    page_count: int
    repaired: bool = False
    """A reader could not follow the file as it is."""
    unlocked: bool = False
    """Encrypted, with nothing asked."""


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
QPDF_FAULTS = (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError, OverflowError, NotImplementedError)


@contextmanager
def opened(content: bytes, limits: Limits) -> Iterator[OpenDocument]:
    """The document, closed at the end. Raises :class:`RefusedError`."""
    check_size(content, limits)
    _check_is_pdf(content)
    views = _Views(content)
    if views.paper is None:
        raise RefusedError(_why_nobody_opens(content, views))
    try:
        page_count = len(views.paper)
        if page_count == 0:
            raise RefusedError(refusal(RefusalCause.NO_PAGES))
        if page_count > limits.max_pages:
            raise RefusedError(refusal(RefusalCause.TOO_MANY_PAGES, pages=limits.max_pages))
        if views.structure is None and views.paper.get_formtype() != pdfium.raw.FORMTYPE_NONE:
            # Its fields hold values that cannot be got at: to read it as blank would be a lie.
            raise RefusedError(refusal(RefusalCause.DAMAGED_PDF))
        # pdfium's form environment stays off: values come from pypdf, and a loop in a field tree would hang it.
        yield OpenDocument(views.structure, views.paper, page_count, views.repaired, views.unlocked)
    finally:
        views.paper.close()


class _Views:
    """The file as pypdf and pdfium see it, each helped by the other, and by qpdf where both are lost."""

    def __init__(self, content: bytes) -> None:
        self.structure, self.locked = _structure_of(content, strict=True) if _has_its_end(content) else (None, False)
        self.paper, self.error = _paper_of(content)
        self.repaired = (self.structure is None and not self.locked) or (
            self.paper is None and self.error not in _LOCKS
        )
        if self.structure is None and self.paper is not None:
            # pypdf may take an old revision for the newest where the end is not sound; pdfium does not.
            self.structure, _ = _structure_of(_unlocked_copy(self.paper), strict=False)
        if self.structure is None and not self.locked:
            self.structure, self.locked = _structure_of(content, strict=False)
        if self.paper is None and self.structure is not None:
            self.paper, _ = _paper_of(_rewritten(self.structure))
        self.qpdf = None
        if self.paper is None:
            self.qpdf = _mended_by_qpdf(content)
            self.paper, _ = _paper_of(self.qpdf.content)
            self.structure = _structure_of(self.qpdf.content, strict=False)[0] if self.paper else None
        self.unlocked = self.paper is not None and _is_locked(content)


def _why_nobody_opens(content: bytes, views: _Views) -> Refused:
    qpdf = views.qpdf
    if qpdf is not None and qpdf.is_without_pages:
        return refusal(RefusalCause.NO_PAGES)
    if views.locked or views.error == pdfium.raw.FPDF_ERR_PASSWORD or (qpdf is not None and qpdf.asks_password):
        return refusal(RefusalCause.PASSWORD_PROTECTED)
    if views.error == pdfium.raw.FPDF_ERR_SECURITY or _is_locked(content):
        return refusal(RefusalCause.UNKNOWN_LOCK)
    return refusal(RefusalCause.DAMAGED_PDF)


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
        raise RefusedError(refusal(RefusalCause.EMPTY_FILE))
    if len(content) > limits.max_bytes:
        raise RefusedError(too_large(limits))


def too_large(limits: Limits) -> Refused:
    return refusal(RefusalCause.TOO_LARGE, megabytes=f"{limits.max_bytes / 2**20:.0f}")


def _check_is_pdf(content: bytes) -> None:
    if _MAGIC in content[:_MAGIC_WITHIN]:
        return
    is_ruin = sum(piece in content for piece in _PIECES) > 1
    raise RefusedError(refusal(RefusalCause.DAMAGED_PDF if is_ruin else RefusalCause.NOT_A_PDF))


def _has_its_end(content: bytes) -> bool:
    """Whether the file ends as it must. Raises :class:`RefusedError` for one that was cut short in its middle.

    Without its end, what an earlier revision says can still be read: of a filled form, the empty one.
    """
    if _END in content.rstrip(b"\0 \t\r\n")[-_MAGIC_WITHIN:]:
        return True
    after_objects = content[content.rfind(b"endobj") :]
    if b"xref" not in after_objects and b"trailer" not in after_objects:
        raise RefusedError(refusal(RefusalCause.DAMAGED_PDF))
    return False


def _is_locked(content: bytes) -> bool:
    """Whether the file says that it is encrypted: its trailer is never compressed by itself, its dictionary is."""
    return b"/Encrypt" in content


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


def _paper_of(content: bytes) -> tuple[pdfium.PdfDocument | None, int | None]:
    """pdfium's view, when it has one, or the reason why it has none."""
    # pdfium does not always say why it failed, and then repeats what it said of an earlier document:
    # a file that is surely no PDF makes that "no PDF".
    with suppress(pdfium.PdfiumError):
        pdfium.PdfDocument(b"none").close()
    try:
        return pdfium.PdfDocument(content), None
    except pdfium.PdfiumError as error:
        return None, error.err_code


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


@dataclass(frozen=True)
class _Mended:
    """What qpdf makes of a file."""

    content: bytes = b""
    """The file written anew without encryption; empty when that failed."""
    is_without_pages: bool = False
    asks_password: bool = False


def _mended_by_qpdf(content: bytes) -> _Mended:
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if not len(pdf.pages):
                return _Mended(is_without_pages=True)
            out = BytesIO()
            pdf.save(out, encryption=False)
            return _Mended(out.getvalue())
    except pikepdf.PasswordError:
        return _Mended(asks_password=True)
    except QPDF_FAULTS:
        return _Mended()
