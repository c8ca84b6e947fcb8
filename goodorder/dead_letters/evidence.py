"""What the topics say of each dead letter: the record as it lies there, and what people did about it since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import ValidationError

from schemas.codes import DeadLetterCause, ResolutionOutcome
from schemas.dead_letter_events import DeadLetterResolved
from schemas.envelope import CloudEvent
from services.chassis.record import Record

_OURS = "dlq-"

IN_WORDS: dict[str, str] = {
    DeadLetterCause.MALFORMED: "malformed event",
    DeadLetterCause.UNREADABLE_DOCUMENT: "unreadable document",
    DeadLetterCause.OBJECT_GONE: "document is gone",
    DeadLetterCause.WRONG_CARRIER: "wrong carrier",
    DeadLetterCause.UNKNOWN_CASE: "unknown case",
    DeadLetterCause.ILLEGAL_TRANSITION: "not allowed now",
    DeadLetterCause.MISSING_REFERENCE_DATA: "data not on file",
    DeadLetterCause.REJECTED_SEND: "broker refused event",
    DeadLetterCause.UNEXPECTED: "defect of ours",
}


class Status(StrEnum):
    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


@dataclass(frozen=True)
class DeadLetter:
    """One dead letter, as of its latest failure."""

    id: str
    service: str
    cause: str
    message: str
    exception: str
    stack: str
    attempts: int
    replay_count: int
    first_failed_at: datetime
    failed_at: datetime
    original: str
    """Topic, partition and offset of the record that failed."""
    record: Record
    resolutions: tuple[DeadLetterResolved, ...]
    """What people did about it, oldest first."""

    @property
    def status(self) -> Status:
        """Open again when it failed after the last word on it."""
        last = self.resolutions[-1] if self.resolutions else None
        if last is None or last.outcome is ResolutionOutcome.FAILED_AGAIN or last.resolved_at < self.failed_at:
            return Status.OPEN
        return Status.REPLAYED if last.outcome is ResolutionOutcome.REPLAYED else Status.DISCARDED

    @property
    def cause_in_words(self) -> str:
        return IN_WORDS.get(self.cause, self.cause)

    @property
    def original_headers(self) -> tuple[tuple[str, bytes], ...]:
        return tuple((name, value) for name, value in self.record.headers if not name.startswith(_OURS))


def gather(letters: Iterable[Record], resolutions: Iterable[Record]) -> tuple[DeadLetter, ...]:
    """All dead letters, the oldest failure first; one that failed again counts once, as of its latest failure."""
    said: dict[str, list[DeadLetterResolved]] = {}
    for record in resolutions:
        try:
            resolved = resolution_in(record).data
        except ValidationError:
            continue
        said.setdefault(resolved.dead_letter_id, []).append(resolved)
    latest: dict[str, DeadLetter] = {}
    for record in letters:
        letter = _dead_letter(record, said)
        known = latest.get(letter.id)
        if known is None or (letter.replay_count, letter.failed_at) >= (known.replay_count, known.failed_at):
            latest[letter.id] = letter
    return tuple(sorted(latest.values(), key=lambda letter: letter.failed_at))


def resolution_in(record: Record) -> CloudEvent[DeadLetterResolved]:
    """The answer of a service; raises :class:`pydantic.ValidationError` when the record holds none."""
    return CloudEvent[DeadLetterResolved].model_validate_json(record.value or b"")


def _dead_letter(record: Record, said: dict[str, list[DeadLetterResolved]]) -> DeadLetter:
    facts = {name: value.decode("utf-8", "replace") for name, value in record.headers if name.startswith(_OURS)}
    written = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
    # Without our headers somebody else wrote it there: its place is all that can name it.
    identity = facts.get("dlq-id", record.coordinates)
    place = (
        f"{facts['dlq-original-topic']}[{facts.get('dlq-original-partition', '?')}]"
        f"@{facts.get('dlq-original-offset', '?')}"
        if "dlq-original-topic" in facts
        else record.coordinates
    )
    return DeadLetter(
        id=identity,
        service=record.topic.removesuffix(".dead-letters"),
        cause=facts.get("dlq-reason-code", "not written by Goodorder"),
        message=facts.get("dlq-message", ""),
        exception=facts.get("dlq-exception", ""),
        stack=facts.get("dlq-stacktrace", ""),
        attempts=_number(facts.get("dlq-attempts"), 1),
        replay_count=_number(facts.get("dlq-replay-count"), 0),
        first_failed_at=_time(facts.get("dlq-first-failed-at"), written),
        failed_at=_time(facts.get("dlq-failed-at"), written),
        original=place,
        record=record,
        resolutions=tuple(sorted(said.get(identity, ()), key=lambda resolved: resolved.resolved_at)),
    )


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdigit() else otherwise


def _time(text: str | None, otherwise: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
