"""Events and records for the tests of the chassis: a vendor's status, told by a carrier's own clock."""

from datetime import UTC, datetime
from typing import Any

from schemas.base import Contract
from schemas.codes import VendorStatus
from schemas.dead_letter_events import CorrectDeadLetter, DiscardDeadLetter, ReplayDeadLetter
from schemas.envelope import CONTENT_TYPE, CloudEvent
from schemas.events import BY_DATA
from schemas.ids import case_id
from schemas.requirement_events import VendorStatusReported
from schemas.topics import Topic
from services.chassis.record import Headers, Record

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
CASE = case_id("a case of the tests")


def cases(count: int) -> list[str]:
    """As many different case ids."""
    return [case_id(f"case {number} of the tests") for number in range(count)]


def envelope(data: Contract, event_id: str, subject: str | None = None) -> CloudEvent[Any]:
    return CloudEvent[Any](
        id=event_id,
        source="/vendors/example",
        type=BY_DATA[type(data)].type,
        subject=subject,
        time=NOON,
        data=data,
    )


def reported(number: int, case: str = CASE, note: str | None = None) -> CloudEvent[Any]:
    """The vendor's report with this number; its note tells the probe what to do with it."""
    data = VendorStatusReported(
        case_id=case,
        requirement_id=f"report {number}",
        status=VendorStatus.CONTACTING,
        effective_at=NOON,
        note=note,
    )
    return envelope(data, f"report-{number}-of-{case}", case)


def replay(dead_letter_id: str, number: int = 1) -> CloudEvent[Any]:
    data = ReplayDeadLetter(dead_letter_id=dead_letter_id, actor="ops@example.com", reason="mended")
    return envelope(data, f"replay-{number}", dead_letter_id)


def discard(dead_letter_id: str, number: int = 1) -> CloudEvent[Any]:
    data = DiscardDeadLetter(dead_letter_id=dead_letter_id, actor="ops@example.com", reason="sent twice")
    return envelope(data, f"discard-{number}", dead_letter_id)


def correct(dead_letter_id: str, value: str, number: int = 1) -> CloudEvent[Any]:
    data = CorrectDeadLetter(dead_letter_id=dead_letter_id, actor="ops@example.com", reason="they said so", value=value)
    return envelope(data, f"correct-{number}", dead_letter_id)


def to_bytes(event: CloudEvent[Any]) -> bytes:
    return event.model_dump_json(exclude_none=True).encode()


def headers_of(event: CloudEvent[Any]) -> Headers:
    return (
        ("content-type", CONTENT_TYPE.encode()),
        ("ce_id", event.id.encode()),
        ("ce_type", event.type.encode()),
    )


def record(event: CloudEvent[Any], topic: Topic, offset: int, partition: int = 0) -> Record:
    """The event as Kafka would bring it."""
    key = (event.subject or "").encode()
    timestamp = int(NOON.timestamp() * 1000) + offset
    return Record(topic.name, partition, offset, timestamp, key, to_bytes(event), headers_of(event))
