"""Files that no reader can use, made for tests: empty, no PDF at all, damaged, locked, or no form anyone knows."""

from collections.abc import Callable
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas

from schemas.codes import RefusalCause

PASSWORD = "samples-only"  # noqa: S105 - locks a generated sample


def empty() -> bytes:
    return b""


def text() -> bytes:
    """A text file that somebody named .pdf."""
    return b"Dear underwriter,\n\nthe application will follow by mail.\n\nRegards\n"


def corrupt() -> bytes:
    """The first bytes of a PDF, then what a broken transfer left: no object can be found in it."""
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog /Pages 2 0" + bytes(range(256)) * 12


def encrypted() -> bytes:
    """A letter that opens with a password only."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(letter())))
    writer.encrypt(user_password=PASSWORD, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def letter() -> bytes:
    """A sound PDF with no carrier's form in it."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1)
    lines = ("To whom it may concern", "", "Please find nothing enclosed.", "Kind regards, a fictional sender")
    for number, line in enumerate(lines):
        canvas.drawString(72, 700 - 18 * number, line)
    canvas.save()
    return out.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], RefusalCause]] = {
    "empty": (empty, RefusalCause.EMPTY_FILE),
    "text": (text, RefusalCause.NOT_A_PDF),
    "corrupt": (corrupt, RefusalCause.DAMAGED_PDF),
    "encrypted": (encrypted, RefusalCause.PASSWORD_PROTECTED),
    "letter": (letter, RefusalCause.NO_KNOWN_FORM),
}
"""File name without ending: how to make it, and why it must be refused."""
