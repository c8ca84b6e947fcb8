"""Why a file is refused, in the words that the agent gets: what is wrong, and what to do."""

from dataclasses import dataclass

from schemas.codes import RefusalCause
from services.intake.reading.page_reading import Refused


@dataclass(frozen=True)
class Words:
    """A cause in words; braces stand for figures."""

    wrong: str
    remedy: str


WORDS: dict[RefusalCause, Words] = {
    RefusalCause.EMPTY_FILE: Words("The file is empty (0 bytes).", "Check it on your computer and send it again."),
    RefusalCause.NOT_A_PDF: Words(
        "The file is neither a PDF nor a scan or photo (TIFF, JPEG, PNG, HEIC), whatever its name says.",
        "Save or print the packet as a PDF and send that.",
    ),
    RefusalCause.HEIC_PHOTO: Words(
        "The file is a photo in a format of Apple's (HEIC, AVIF or a moving picture) that cannot be read here.",
        "Send it as JPEG or PDF: choose Settings, Camera, Formats, Most Compatible on the iPhone and take it again, or "
        "scan the pages with the Notes app and share them as PDF.",
    ),
    RefusalCause.DAMAGED_PDF: Words(
        "The file is damaged and could not be read.",
        "Open it on your computer to see whether it is whole; then print it to PDF or scan it again, and send the new "
        "file.",
    ),
    RefusalCause.NO_PAGES: Words(
        "The file is a PDF without any page.", "Save or print the packet as a PDF again, and send the new file."
    ),
    RefusalCause.PASSWORD_PROTECTED: Words(
        "The file is protected by a password.",
        "Open it, print it to a new PDF without a password, and send that unlocked copy. Do not send the password.",
    ),
    RefusalCause.UNKNOWN_LOCK: Words(
        "The file is locked with a certificate or in a way that cannot be opened here.",
        "Open it where you can, print it to a new PDF, and send that unlocked copy.",
    ),
    RefusalCause.XFA_FORM: Words(
        "The file is a form that only Adobe's programs can show; for all others it is one page that says to wait.",
        "Open it in Adobe Acrobat or Reader, print it to a new PDF, and send that.",
    ),
    RefusalCause.TOO_LARGE: Words(
        "The file, or what is packed in it, has more than {megabytes} MB, the most that can be read.",
        "Scan it in grey at 200 or 300 dpi, or send each application as a file of its own.",
    ),
    RefusalCause.PICTURE_TOO_LARGE: Words(
        "The pictures in the file are too large to be drawn.",
        "Scan the pages again in grey at 200 or 300 dpi, or photograph them with the camera's usual settings, and send "
        "the new file.",
    ),
    RefusalCause.TOO_MANY_PAGES: Words(
        "The file has more than {pages} pages, the most that can be read at once.",
        "Send each application as a file of its own.",
    ),
    RefusalCause.TOO_DEMANDING: Words(
        "Reading the file took more time or memory than any packet needs, and was given up.",
        "Print it to a new PDF or scan the paper again, and send the new file.",
    ),
    RefusalCause.DAMAGED_ZIP: Words(
        "The ZIP file is damaged, or packed in a way that cannot be opened here.",
        "Pack it again, or better send its files as they are, without a ZIP.",
    ),
    RefusalCause.NESTED_ARCHIVE: Words(
        "The file holds a ZIP file or PDF portfolio within another.",
        "Send the files in it as they are, without packing them.",
    ),
    RefusalCause.NOTHING_INSIDE: Words(
        "The ZIP file or PDF portfolio holds no file.", "Check it on your computer, and send the files as they are."
    ),
    RefusalCause.TOO_MANY_FILES: Words(
        "The ZIP file or PDF portfolio holds more than {files} files, the most that can be taken at once.",
        "Send the files of each application by themselves.",
    ),
    RefusalCause.VIRUS_FOUND: Words(
        "The virus scanner found harmful software in the file ({found}). Nobody opened it.",
        "Do not open it either: have your computer checked, and send a new scan or print of the packet.",
    ),
    RefusalCause.NO_KNOWN_FORM: Words(
        "No page of the file belongs to a form on file here.",
        "Check that this is the right file and the carrier's current form; if it is a scan, scan it again straight, "
        "whole and at 300 dpi.",
    ),
}


class RefusedError(Exception):
    """The document cannot be read; carries the refusal."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.message)
        self.refused = refused


def refusal(cause: RefusalCause, **figures: object) -> Refused:
    """The refusal in words; ``figures`` are those that the cause's words ask for."""
    words = WORDS[cause]
    return Refused(cause=cause, message=f"{words.wrong} {words.remedy}".format(**figures))
