"""What is asked of a process that opens documents, and what it answers."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ConfigDict

from schemas.base import Contract
from schemas.codes import PageFault
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import PageReading, Refused, Survey, Unpacked

READY = b"ready: "
"""What the process says when it can begin, before what keeps it from the network."""


class Work(StrEnum):
    """What is asked of the process."""

    SURVEY = "survey"
    """The whole document by its own data."""
    COUNT = "count"
    """How many pages it has, and nothing more."""
    LOOK = "look"
    """One page by its own data."""
    SCAN = "scan"
    """One page from its picture."""


@dataclass(frozen=True)
class Task:
    """Work for the process."""

    work: Work
    document_id: str
    content: bytes | None
    """``None``: that of the task before, which the process still holds."""
    limits: Limits
    page: int | None = None
    archive: str | None = None
    """Bucket in which pictures of the page will be kept; without one none are taken."""


class Answer(Contract):
    """What became of a task."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    survey: Survey | None = None
    page: PageReading | None = None
    pictures: dict[str, bytes] = {}
    """Those to be kept of the page, by their key in the archive."""
    refused: Refused | None = None
    unpacked: Unpacked | None = None
    fault: PageFault | None = None
    """Why nothing came of it, where it ended or hung the process."""
    broken: str | None = None
    """The place in our code where the document broke it; never the document's own words."""
    missing: str | None = None
    """A program that reading needs and this machine lacks."""
    seconds: float = 0
    """What the task took."""

    @property
    def is_lost(self) -> bool:
        """The document ended or hung the process."""
        return self.fault is not None
