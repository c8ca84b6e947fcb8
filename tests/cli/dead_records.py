"""Records of dead letters as the chassis writes them, for tests."""

from datetime import datetime

from schemas.codes import DeadLetterCause, ResolutionOutcome
from schemas.dead_letter_events import DeadLetterResolved
from schemas.envelope import CloudEvent
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
) -> Record:
    """One record on a service's dead-letter topic."""
    facts = {
        "dlq-id": identity,
        "dlq-reason-code": cause,
        "dlq-message": "Case was never seen here.",
        "dlq-exception": "Permanent",
        "dlq-stacktrace": "worker.py:10 handle",
        "dlq-original-topic": "carriers.aldermoor.decisions",
        "dlq-original-partition": "3",
        "dlq-original-offset": "17",
        "dlq-attempts": "1",
        "dlq-first-failed-at": failed_at.isoformat(),
        "dlq-failed-at": failed_at.isoformat(),
        "dlq-replay-count": str(replays),
    }
    headers = (*more, *((name, str(said).encode()) for name, said in facts.items()))
    return Record(f"{service}.dead-letters", 0, 1, int(failed_at.timestamp() * 1000), key, value, headers)


def resolution(identity: str, at: datetime, outcome: ResolutionOutcome, causation: str = "command-1") -> Record:
    """A service's answer on ``dead-letters.resolutions``."""
    event = CloudEvent[DeadLetterResolved](
        id=f"{identity}-{at.isoformat()}",
        source="/goodorder/cases",
        type="goodorder.dead-letters.resolved.v1",
        time=at,
        causationid=causation,
        data=DeadLetterResolved(
            dead_letter_id=identity, service="cases", outcome=outcome, actor="ops", reason="mended", resolved_at=at
        ),
    )
    return Record("dead-letters.resolutions", 0, 0, int(at.timestamp() * 1000), None, event.model_dump_json().encode())
