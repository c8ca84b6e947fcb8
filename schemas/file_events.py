"""What is said of an uploaded file as a file: what kind it is, and what was found inside it."""

from pydantic import Field

from schemas.base import Contract, Sha256, StoredObject
from schemas.codes import SealState, VirusScan


class DocumentSeen(Contract):
    """What kind of file a document is, beside what its pages say."""

    repaired: bool = False
    """Damaged or not well made: read after a reader mended it, so compare with the original when in doubt."""
    unlocked: bool = False
    """Encrypted, and opened without a password."""
    javascript: bool = False
    """Holds programs. They are never run: what they would show or compute is not what was read."""
    embedded_files: int = Field(default=0, ge=0)
    """Files attached to it, which were not read."""
    xfa: bool = False
    """Holds a second description of its form, for Adobe's programs, which was not read."""
    pages: int = Field(ge=0)
    text_pages: int = Field(default=0, ge=0)
    """Pages with words of their own."""
    picture_pages: int = Field(default=0, ge=0)
    """Pages that are only pictures."""
    fields: int = Field(default=0, ge=0)
    """Fillable fields."""
    filled_fields: int = Field(default=0, ge=0)
    seals: tuple[SealState, ...] = ()
    """Digital signatures, as they are in the file's order."""
    unsigned_fields: int = Field(default=0, ge=0)
    """Fields for a digital signature that hold none."""
    virus_scan: VirusScan | None = None


class DocumentUnpacked(Contract):
    """A ZIP file or PDF portfolio: each file in it is a document of the same upload."""

    document_id: Sha256
    upload: StoredObject
    file_name: str
    members: tuple[Sha256, ...]
    """In their order; each has an event of its own, unless its bytes were here before."""
