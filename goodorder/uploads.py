"""Compares the drop bucket with intake's records: what was uploaded, and what became of each upload."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from goodorder.dropping import DropBucket
from goodorder.house import House
from goodorder.records import Records
from services.intake.drop import Upload
from services.intake.store import documents, uploads

_PREFIX = "drop/"
_AT_ONCE = 500
NEW = timedelta(minutes=2)
"""An upload younger than this may still be on its way through notification or sweep."""


class Stage(StrEnum):
    """How far an upload has come."""

    ELSEWHERE = "not in an agent's folder"
    """Intake looks below ``drop/<agent code>/`` and nowhere else."""
    NOT_TAKEN = "not taken yet"
    RECEIVED = "being read"
    READ = "read"
    REFUSED = "refused"


@dataclass(frozen=True)
class Found:
    """An upload in the bucket with what intake says of it."""

    upload: Upload
    stage: Stage
    document_id: str | None = None
    case_id: str | None = None
    refusal: str | None = None

    def is_stuck(self, now: datetime) -> bool:
        """Waits longer than notification, sweep and reading take."""
        is_waiting = self.stage in (Stage.NOT_TAKEN, Stage.RECEIVED)
        return is_waiting and now - self.upload.uploaded_at > (NEW if self.stage is Stage.NOT_TAKEN else 5 * NEW)


def uploads_found(house: House, most: int) -> tuple[Found, ...]:
    """What lies in the drop bucket, the newest first; at most so many objects are listed."""
    known: dict[str, Any] = {}
    with Records(house.settings).of("intake") as db:
        listed = DropBucket(house).listed(most)
        for start in range(0, len(listed), _AT_ONCE):
            known |= _on_record(db, listed[start : start + _AT_ONCE])
    found = [_found(upload, known.get(upload.key)) for upload in listed]
    return tuple(sorted(found, key=lambda each: each.upload.uploaded_at, reverse=True))


def _on_record(db: Connection, listed: Sequence[Upload]) -> dict[str, Any]:
    """What intake says of these, by key; of an object that was overwritten, of its latest version."""
    u, d = uploads.c, documents.c
    query = (
        sa.select(u.key, u.document_id, d.status, d.case_id, d.message)
        .join(documents, d.document_id == u.document_id)
        .where(u.key.in_([upload.key for upload in listed]))
        .order_by(u.uploaded_at)
    )
    return {row.key: row for row in db.execute(query)}


def _found(upload: Upload, row: Any | None) -> Found:
    if not upload.key.startswith(_PREFIX) or upload.key.count("/") < 2:
        return Found(upload, Stage.ELSEWHERE)
    if row is None:
        return Found(upload, Stage.NOT_TAKEN)
    stage = {"read": Stage.READ, "refused": Stage.REFUSED}.get(row.status, Stage.RECEIVED)
    return Found(upload, stage, row.document_id, row.case_id, row.message if stage is Stage.REFUSED else None)
