"""What was read from one page of a document: the values that travel between the reading processes."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ConfigDict, Field

from schemas.application import Application, Seal
from schemas.base import Contract, Sha256, StoredObject
from schemas.codes import Doubt, PageFault, ReadingMethod, RefusalCause, SignatureKind
from schemas.file_events import DocumentSeen
from schemas.private import Sealed
from services.intake.reading.cover_sheet import Cover

ILLEGIBLE = "[illegible]"
"""Stands for writing in which no letter could be made out."""


class ZoneReading(Contract):
    """What one zone of a form's page holds."""

    zone: str
    """The zone's name in the form's ``fields``."""
    raw: str = ""
    """Text as written; empty where nothing is. Of signature lines a name that was typed; boxes hold no text."""
    marked: bool = False
    """Boxes: ticked. Signature lines: signed."""
    doubtful: bool = False
    """Signature lines: something is there, and it is not surely a signature. Boxes: not surely a tick.
    Writing by hand: no two readers read the same, and nothing is taken for its value."""
    kind: SignatureKind | None = None
    seal: Seal | None = None
    doubts: tuple[Doubt, ...] = ()
    method: ReadingMethod
    confidence: float = Field(ge=0, le=1)
    crop: StoredObject | None = None
    """The zone's picture, where a person may have to judge by it."""


class PageReading(Contract):
    """One page of an uploaded document; without ``form_id`` a page of no form on file."""

    document_id: Sha256
    page: int = Field(ge=1)
    """Page of the document."""
    form_id: str | None = None
    form_page: int | None = None
    zones: Sealed[tuple[ZoneReading, ...]] = ()
    fault: PageFault | None = None
    """Why it could not be read, when it could not."""
    cover: Cover | None = None
    """A cover sheet: the case that the document belongs to."""
    picture: StoredObject | None = None
    """The page as laid on its form, where something on it is doubtful."""


@dataclass(frozen=True)
class PageRead:
    """A page that was just read, with the pictures to be kept of it."""

    reading: PageReading
    pictures: Mapping[str, bytes]
    """By their key in the archive."""


class Survey(Contract):
    """A document after the first pass: what its own data says, and which pages only their picture can tell."""

    page_count: int
    pages: tuple[PageReading, ...]
    to_scan: tuple[int, ...]
    seen: DocumentSeen | None = None


class Member(Contract):
    """A file that was in another."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    name: str
    content: bytes


class Unpacked(Contract):
    """A document that is no packet itself: its files are documents of their own."""

    members: tuple[Member, ...]


class Refused(Contract):
    """A document that cannot be read, in words for the agent who sent it."""

    cause: RefusalCause
    message: str
    seen: DocumentSeen | None = None
    covers: tuple[PageReading, ...] = ()
    """Its cover sheets, where no other page is of a form on file."""


@dataclass(frozen=True)
class Reading:
    """A document read whole."""

    applications: tuple[Application, ...]
    """One at least; several where the document holds those of several people or carriers, in its order."""
    parts: tuple[tuple[PageReading, ...], ...]
    """The pages of each application, kept so that a later document of its case can be assembled with them."""
    seen: DocumentSeen | None = None

    @property
    def pages(self) -> tuple[PageReading, ...]:
        """All of them, in the document's order."""
        return tuple(sorted((page for part in self.parts for page in part), key=lambda page: page.page))

    @property
    def application(self) -> Application:
        """The first, and nearly always the only one."""
        return self.applications[0]
