"""Records of dead letters as the chassis writes them, for tests."""

from datetime import datetime
from typing import Any

from schemas.base import Contract
from schemas.codes import DeadLetterCause, ResolutionOutcome
from schemas.dead_letter_events import CorrectDeadLetter, DeadLetterResolved
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA
from services.chassis.record import Record

LETTER_A = "0f6f1d2c-1111-5222-8333-444455556666"
LETTER_B = "0f6f9999-1111-5222-8333-444455556666"
CASE = "GO-7K3M-9QXT-2B4F"


def letter(
    identity: str,
    failed_at: datetime,
    cause: DeadLetterCause = DeadLetterCause.UNKNOWN_CASE,
    service: str = "cases",
    replays: int = 0,
    value: bytes = b"{}",
    key: bytes | None = CASE.encode(),
    more: tuple[tuple[str, bytes], ...] = (),
    topic: str = "carriers.aldermoor.decisions",
    offset: int = 0,
) -> Record:
    """One record on a service's dead-letter topic."""
    facts = {
        "dlq-id": identity,
        "dlq-reason-code": cause,
        "dlq-message": "Case was never seen here.",
        "dlq-exception": "Permanent",
        "dlq-stacktrace": "worker.py:10 handle",
        "dlq-original-topic": topic,
        "dlq-original-partition": "3",
        "dlq-original-offset": "17",
        "dlq-attempts": "1",
        "dlq-first-failed-at": failed_at.isoformat(),
        "dlq-failed-at": failed_at.isoformat(),
        "dlq-replay-count": str(replays),
    }
    headers = (*more, *((name, str(said).encode()) for name, said in facts.items()))
    return Record(f"{service}.dead-letters", 0, offset, int(failed_at.timestamp() * 1000), key, value, headers)


def told(data: Contract, topic: str, at: datetime, number: int = 0) -> Record:
    """An event about dead letters on its topic: a command, a service's answer, a view."""
    kind = BY_DATA[type(data)]
    event = CloudEvent[Any](
        id=f"{kind.name}-{at.isoformat()}-{number}", source="/goodorder/test", type=kind.type, time=at, data=data
    )
    return Record(topic, 0, number, int(at.timestamp() * 1000), None, event.model_dump_json().encode())


def resolution(
    identity: str, at: datetime, outcome: ResolutionOutcome, number: int = 0, detail: str | None = None
) -> Record:
    """A service's answer on ``dead-letters.resolutions``."""
    data = DeadLetterResolved(
        dead_letter_id=identity,
        service="cases",
        outcome=outcome,
        actor="ops",
        reason="mended",
        detail=detail,
        resolved_at=at,
    )
    return told(data, "dead-letters.resolutions", at, number)


def asked_correction(identity: str, at: datetime, value: str) -> Record:
    """A person's command on ``cases.commands``."""
    data = CorrectDeadLetter(dead_letter_id=identity, actor="ops", reason="they said so", value=value)
    return told(data, "cases.commands", at)
