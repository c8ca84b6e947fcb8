"""How far an upload has come, and when it waits longer than its steps take."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

PREFIX = "drop/"
NEW = timedelta(minutes=2)
"""An upload younger than this may still be on its way through notification or sweep."""
LONG = 5 * NEW
"""A document that is not read by then is stuck."""


class Stage(StrEnum):
    """How far an upload has come."""

    ELSEWHERE = "not in an agent's folder"
    """Intake looks below ``drop/<agent code>/`` and nowhere else."""
    NOT_TAKEN = "not taken yet"
    RECEIVED = "being read"
    READ = "read"
    REFUSED = "refused"
    UNMATCHED = "waits for a person"
    UNPACKED = "unpacked"
    """A ZIP file or portfolio: what was in it goes on as documents of their own."""


@dataclass(frozen=True)
class Found:
    """An upload in the bucket with what intake says of it."""

    key: str
    size: int
    uploaded_at: datetime
    stage: Stage
    version_id: str = ""
    document_id: str | None = None
    case_id: str | None = None
    refusal: str | None = None

    def is_stuck(self, now: datetime) -> bool:
        """Waits longer than notification, sweep and reading take."""
        is_waiting = self.stage in (Stage.NOT_TAKEN, Stage.RECEIVED)
        return is_waiting and now - self.uploaded_at > (NEW if self.stage is Stage.NOT_TAKEN else LONG)


def is_elsewhere(key: str) -> bool:
    return not key.startswith(PREFIX) or key.count("/") < 2


def stage_of(status: str) -> Stage:
    """Of what intake has on record, in its own word."""
    return {
        "read": Stage.READ,
        "refused": Stage.REFUSED,
        "unmatched": Stage.UNMATCHED,
        "unpacked": Stage.UNPACKED,
    }.get(status, Stage.RECEIVED)
