"""What the topics say of a dead letter: each failure as it lies there, and what people did about it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pydantic import ValidationError

from schemas.base import Contract
from schemas.codes import ResolutionOutcome
from schemas.dead_letter_events import (
    CorrectDeadLetter,
    DeadLetterResolved,
    DeadLetterRevealed,
    DiscardDeadLetter,
    ReplayDeadLetter,
)
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA
from schemas.topics import DEAD_LETTER_RESOLUTIONS, PRIVATE_ACCESSES, SERVICES, commands, dead_letters
from services.chassis.record import Headers, Record

_OURS = "dlq-"
_SUFFIX = ".dead-letters"


class DeedKind(StrEnum):
    """What a person asked for, and what a service answered."""

    ASKED_REPLAY = "asked_replay"
    ASKED_DISCARD = "asked_discard"
    ASKED_CORRECTION = "asked_correction"
    REPLAYED = "replayed"
    FAILED_AGAIN = "failed_again"
    DISCARDED = "discarded"
    REVEALED = "revealed"


@dataclass(frozen=True)
class Failure:
    """One record on a topic of dead letters."""

    letter_id: str
    service: str
    cause: str
    """A :class:`schemas.codes.DeadLetterCause`, or what a stranger wrote."""
    message: str
    exception: str
    stack: str
    attempts: int
    replay_count: int
    """How often it was tried again before this failure."""
    first_failed_at: datetime
    failed_at: datetime
    original_topic: str | None
    original: str
    """Topic, partition and offset of the record that failed."""
    record: Record
    """As it lies on the topic of dead letters; its value is the failed record's, byte for byte."""

    @property
    def original_headers(self) -> Headers:
        return tuple((name, value) for name, value in self.record.headers if not name.startswith(_OURS))


@dataclass(frozen=True)
class Deed:
    """Something a person asked of a dead letter, or what came of it."""

    event_id: str
    letter_id: str
    kind: DeedKind
    at: datetime
    actor: str
    reason: str
    detail: str | None = None
    value: bytes | None = None
    """What the record was corrected to."""


_ASKED: dict[type[Contract], DeedKind] = {
    ReplayDeadLetter: DeedKind.ASKED_REPLAY,
    DiscardDeadLetter: DeedKind.ASKED_DISCARD,
    CorrectDeadLetter: DeedKind.ASKED_CORRECTION,
}
_ANSWERED = {
    ResolutionOutcome.REPLAYED: DeedKind.REPLAYED,
    ResolutionOutcome.FAILED_AGAIN: DeedKind.FAILED_AGAIN,
    ResolutionOutcome.DISCARDED: DeedKind.DISCARDED,
}
_TOLD: tuple[type[Contract], ...] = (*_ASKED, DeadLetterResolved, DeadLetterRevealed)
_MODELS: dict[str, type[CloudEvent[Contract]]] = {
    BY_DATA[data].type: CloudEvent[data]  # type: ignore[valid-type]
    for data in _TOLD
}


def told_on() -> tuple[str, ...]:
    """The topics that tell of dead letters: what failed, what people asked, what came of it."""
    each = (topic(service).name for service in SERVICES for topic in (dead_letters, commands))
    return (*each, DEAD_LETTER_RESOLUTIONS.name, PRIVATE_ACCESSES.name)


def is_dead_letter(record: Record) -> bool:
    return record.topic.endswith(_SUFFIX)


def failure_in(record: Record) -> Failure:
    """What a record on a topic of dead letters tells; one that Goodorder did not write is named by its place."""
    said = {name: value.decode("utf-8", "replace") for name, value in record.headers if name.startswith(_OURS)}
    written = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
    topic = said.get("dlq-original-topic")
    failed_at = _time(said.get("dlq-failed-at"), written)
    return Failure(
        letter_id=said.get("dlq-id", record.coordinates),
        service=record.topic.removesuffix(_SUFFIX),
        cause=said.get("dlq-reason-code", "not written by Goodorder"),
        message=said.get("dlq-message", ""),
        exception=said.get("dlq-exception", ""),
        stack=said.get("dlq-stacktrace", ""),
        attempts=_number(said.get("dlq-attempts"), 1),
        replay_count=_number(said.get("dlq-replay-count"), 0),
        first_failed_at=_time(said.get("dlq-first-failed-at"), failed_at),
        failed_at=failed_at,
        original_topic=topic,
        original=record.coordinates
        if topic is None
        else f"{topic}[{said.get('dlq-original-partition', '?')}]@{said.get('dlq-original-offset', '?')}",
        record=record,
    )


def answer_in(record: Record) -> CloudEvent[DeadLetterResolved] | None:
    """A service's word on what became of a dead letter; ``None`` when the record holds none."""
    try:
        return CloudEvent[DeadLetterResolved].model_validate_json(record.value or b"")
    except ValidationError:
        return None


def deed_in(record: Record) -> Deed | None:
    """The command or the answer that a record holds; ``None`` for anything else: it is no deed of the desk's."""
    try:
        model = _MODELS.get(json.loads(record.value or b"").get("type"))
        event = None if model is None else model.model_validate_json(record.value or b"")
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None
    if event is None:
        return None
    match event.data:
        case DeadLetterResolved() as said:
            what = _ANSWERED[said.outcome]
            return Deed(event.id, said.dead_letter_id, what, said.resolved_at, said.actor, said.reason, said.detail)
        case DeadLetterRevealed() as seen:
            return Deed(event.id, seen.dead_letter_id, DeedKind.REVEALED, seen.seen_at, seen.actor, seen.reason)
        case ReplayDeadLetter() | DiscardDeadLetter() | CorrectDeadLetter() as asked:
            value = asked.value.encode() if isinstance(asked, CorrectDeadLetter) else None
            what = _ASKED[type(asked)]
            return Deed(event.id, asked.dead_letter_id, what, event.time, asked.actor, asked.reason, value=value)
    return None


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


def _time(text: str | None, otherwise: datetime) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
