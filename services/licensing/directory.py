"""What an import does to a producer's record: a change when it differs, nothing when it is the same or older."""

from dataclasses import dataclass
from datetime import datetime

from schemas.events import ProducerChanged, ProducerImported
from schemas.licensing import ProducerRecord


@dataclass(frozen=True)
class Held:
    """A producer's record as it is on file."""

    record: ProducerRecord
    revision: int
    imported_at: datetime


def taken_in(held: Held | None, imported: ProducerImported, now: datetime) -> tuple[Held, ProducerChanged | None]:
    """The record on file afterwards, and the change to publish, if it is one."""
    if held and imported.imported_at < held.imported_at:
        return held, None
    if held and imported.record == held.record:
        return Held(held.record, held.revision, imported.imported_at), None
    revision = held.revision + 1 if held else 1
    changed = ProducerChanged(
        agent_code=imported.record.agent_code, revision=revision, record=imported.record, changed_at=now
    )
    return Held(imported.record, revision, imported.imported_at), changed
