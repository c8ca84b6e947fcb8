"""Names the way in which pages are read: where reader, forms or recognisers change, so does the name."""

import hashlib
from pathlib import Path

import pytesseract

from services.intake.reading.catalogue import Catalogue
from services.intake.reading.second_reader import is_installed

_OWN_CODE = Path(__file__).parent


def reading_edition(catalogue: Catalogue) -> str:
    """A hash over the reader's own code, every form on file (a new one may fit a page better), and Tesseract."""
    digest = hashlib.sha256()
    for module in sorted(_OWN_CODE.glob("*.py")):
        digest.update(module.read_bytes())
    for form_id, blank in sorted(catalogue.blanks.items()):
        digest.update(f"{form_id}\n{blank.carrier}\n{blank.form.model_dump_json()}\n".encode())
        digest.update(blank.pages[0].content)
    digest.update(f"{_tesseract()}\nsecond reader: {is_installed()}".encode())
    return digest.hexdigest()[:32]


def _tesseract() -> str:
    try:
        return f"{pytesseract.get_tesseract_version()} {sorted(pytesseract.get_languages())}"
    except pytesseract.TesseractNotFoundError:
        # Nothing is read from pictures until it is there; then the service is started anew, or reads as it would.
        return "none"
