"""Everything on the audit's topic: who saw personal data or acted on them, when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from schemas.codes import AccessAction
from schemas.dead_letter_events import DeadLetterRevealed
from schemas.envelope import CloudEvent
from schemas.privacy_events import PrivateDataOpened
from schemas.topics import PRIVATE_ACCESSES

if TYPE_CHECKING:
    from goodorder.broker import Broker
    from services.chassis.record import Record


@dataclass(frozen=True)
class Line:
    at: datetime
    actor: str
    action: AccessAction
    what: str
    tool: str
    case: str
    reason: str

    def for_machines(self) -> dict[str, str]:
        return {name: str(value) for name, value in {**vars(self), "at": self.at.isoformat()}.items()}


def everything(broker: "Broker") -> list[Line]:
    """The oldest first. An event that is there twice, after a crash of who published it, is one line."""
    found = {line for record in broker.read([PRIVATE_ACCESSES.name]) if (line := _line(record))}
    return sorted(found, key=lambda line: (line.at, line.actor, line.what))


def _line(record: "Record") -> Line | None:
    try:
        seen = CloudEvent[PrivateDataOpened].model_validate_json(record.value or b"").data
    except ValidationError:
        return _revealed(record)
    what = f"{seen.action.replace('_', ' ')}{': ' if seen.what else ''}{seen.what}"
    cases, why = ", ".join(seen.case_ids), seen.reason
    return Line(seen.opened_at, seen.actor, seen.action, what, seen.tool, cases or "–", why or "–")


def _revealed(record: "Record") -> Line | None:
    try:
        seen = CloudEvent[DeadLetterRevealed].model_validate_json(record.value or b"").data
    except ValidationError:
        return None
    what = f"view dead letter {seen.dead_letter_id[:8]}"
    return Line(seen.seen_at, seen.actor, AccessAction.VIEW_DEAD_LETTER, what, "dead letters", "–", seen.reason)
