"""Takes the files out of a ZIP file or a PDF portfolio: each is a document of its own."""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

import pikepdf

from schemas.codes import RefusalCause
from services.intake.reading.opening import QPDF_FAULTS, Limits, too_large
from services.intake.reading.page_reading import Member, Unpacked
from services.intake.reading.refusing import RefusedError, refusal

_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = b"[Content_Types].xml"
"""In every document of an office program, which is a ZIP file as well, and nobody's packet."""
_NOBODYS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What file managers add unasked."""
_ENCRYPTED = 1
_LONGEST_NAME = 120

_ZIP_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    EOFError,
    OSError,
    OverflowError,
)


def is_zip(content: bytes) -> bool:
    return content.startswith(_MAGIC) and _OFFICE not in content


def files_of_zip(content: bytes, limits: Limits) -> Unpacked:
    """Its files, in their order. Raises :class:`RefusedError`."""
    if len(content) > limits.max_bytes:
        raise RefusedError(too_large(limits))
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not _is_nobodys(entry)]
            if any(entry.flag_bits & _ENCRYPTED for entry in entries):
                raise RefusedError(refusal(RefusalCause.PASSWORD_PROTECTED))
            if len(entries) > limits.max_files:
                raise RefusedError(refusal(RefusalCause.TOO_MANY_FILES, files=limits.max_files))
            return _packed(_read(archive, entries, limits))
    except _ZIP_FAULTS as error:
        raise RefusedError(refusal(RefusalCause.DAMAGED_ZIP)) from error


def files_of_portfolio(content: bytes, limits: Limits) -> Unpacked | None:
    """Those of a PDF that is a portfolio and has any; ``None`` for every other PDF. Raises :class:`RefusedError`."""
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if "/Collection" not in pdf.Root or not len(pdf.attachments):
                return None
            if len(pdf.attachments) > limits.max_files:
                raise RefusedError(refusal(RefusalCause.TOO_MANY_FILES, files=limits.max_files))
            return _packed(_attached(pdf, limits))
    except QPDF_FAULTS:
        # The others read its pages, as of any file that qpdf cannot follow.
        return None


def _packed(members: Iterator[Member]) -> Unpacked:
    held = tuple(members)
    if not held:
        raise RefusedError(refusal(RefusalCause.NOTHING_INSIDE))
    return Unpacked(members=held)


def _read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: Limits) -> Iterator[Member]:
    left = limits.max_bytes
    for entry in entries:
        with archive.open(entry) as file:
            # What the archive says of its sizes may be a lie: only what comes out counts.
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise RefusedError(too_large(limits))
        yield Member(name=_name(entry.filename), content=content)


def _attached(pdf: pikepdf.Pdf, limits: Limits) -> Iterator[Member]:
    left = limits.max_bytes
    for key, attached in pdf.attachments.items():
        content = attached.get_file().read_bytes()
        left -= len(content)
        if left < 0:
            raise RefusedError(too_large(limits))
        yield Member(name=_name(attached.filename or key), content=content)


def _is_nobodys(entry: zipfile.ZipInfo) -> bool:
    return entry.is_dir() or entry.filename.startswith(_NOBODYS) or entry.filename.endswith(_NOBODYS)


def _name(path: str) -> str:
    """The file's own name without folders, and nothing in it that cannot be shown."""
    name = path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in name if sign.isprintable())
    return shown[-_LONGEST_NAME:] or "unnamed"
