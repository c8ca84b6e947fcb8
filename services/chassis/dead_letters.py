"""Dead letters: a record that cannot be dealt with, kept byte for byte, with everything needed to try it again."""

from collections import deque
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from schemas.codes import DeadLetterCause, DeadLetterClass
from schemas.envelope import CloudEvent
from schemas.ids import derived_id
from schemas.topics import dead_letters
from services.chassis.outbox import add_record, pack, unpack
from services.chassis.record import Headers, Record
from services.chassis.tables import dead_letter, forgotten, inbox, parked

OURS = frozenset({DeadLetterCause.UNEXPECTED, DeadLetterCause.MISSING_REFERENCE_DATA, DeadLetterCause.REJECTED_SEND})
"""Causes that speak against this deploy rather than against the data."""

_CLASSES = {
    DeadLetterCause.MALFORMED: DeadLetterClass.DECODE,
    DeadLetterCause.UNEXPECTED: DeadLetterClass.EXHAUSTED,
}


@dataclass(frozen=True)
class Failure:
    """Why a record leaves its stream; ``message``, ``exception`` and ``stack`` hold nothing personal."""

    cause: DeadLetterCause
    message: str
    exception: str
    stack: str
    attempts: int
    first_failed_at: datetime


@dataclass(frozen=True)
class DeadLetter:
    """A dead letter as its service keeps it."""

    id: str
    status: str
    """``open``, ``releasing`` (its parked records are being let go) or ``resolved``."""
    replay_count: int
    record: Record


def dead_letter_id(service: str, record: Record) -> str:
    """The same record failing again at the same service is the same dead letter."""
    return derived_id(record.coordinates, f"dead-letter of {service}")


def cause_name(identity: str) -> str:
    """Under which the outbox keeps what a dead letter publishes."""
    return f"dead-letter|{identity}"


def write(db: Connection, service: str, record: Record, failure: Failure, blocks_lane: bool, now: datetime) -> str:
    """Keep the record and write it to the service's dead-letter topic; returns the outbox lane."""
    identity = dead_letter_id(service, record)
    before = db.execute(sa.select(dead_letter.c.replay_count).where(dead_letter.c.id == identity)).scalar()
    replays = 0 if before is None else before + 1
    db.execute(dead_letter.delete().where(dead_letter.c.id == identity))
    db.execute(
        dead_letter.insert().values(
            id=identity,
            status="open",
            lane=record.lane,
            blocks_lane=blocks_lane,
            cause=failure.cause,
            message=failure.message,
            attempts=failure.attempts,
            replay_count=replays,
            failed_at=now,
            **_columns(record),
        )
    )
    headers = (*record.headers, *_evidence(service, identity, record, failure, replays, now))
    topic = dead_letters(service).name
    return add_record(db, cause_name(identity), topic, record.key, record.value, headers, now)


def _evidence(service: str, identity: str, record: Record, failure: Failure, replays: int, now: datetime) -> Headers:
    facts = {
        "dlq-id": identity,
        "dlq-reason-code": failure.cause,
        "dlq-reason-class": _CLASSES.get(failure.cause, DeadLetterClass.PERMANENT),
        "dlq-message": failure.message,
        "dlq-exception": failure.exception,
        "dlq-stacktrace": failure.stack,
        "dlq-original-topic": record.topic,
        "dlq-original-partition": str(record.partition),
        "dlq-original-offset": str(record.offset),
        "dlq-original-timestamp": str(record.timestamp_ms),
        "dlq-consumer": service,
        "dlq-attempts": str(failure.attempts),
        "dlq-first-failed-at": failure.first_failed_at.isoformat(),
        "dlq-failed-at": now.isoformat(),
        "dlq-service-version": version("goodorder"),
        "dlq-replay-count": str(replays),
    }
    return tuple((name, value.encode()) for name, value in facts.items())


def find(db: Connection, identity: str) -> DeadLetter | None:
    row = db.execute(sa.select(dead_letter).where(dead_letter.c.id == identity)).one_or_none()
    return None if row is None else DeadLetter(row.id, row.status, row.replay_count, _record(row))


def set_status(db: Connection, identity: str, status: str) -> None:
    db.execute(dead_letter.update().where(dead_letter.c.id == identity).values(status=status))


@dataclass(frozen=True)
class Standing:
    """What the database knows of a record before it is handled."""

    in_inbox: bool
    is_dead_letter: bool
    """This very record was given up before, whatever became of it."""
    is_blocked: bool
    """An unresolved dead letter holds its lane."""
    is_forgotten: bool
    """What it is about was forgotten on purpose."""


_STANDING = sa.union_all(
    sa.select(sa.literal("in inbox", sa.Text)).where(
        inbox.c.source == sa.bindparam("event_source"), inbox.c.event_id == sa.bindparam("event_id")
    ),
    # A topic that was made anew counts from 0 again: the time tells its records from the old ones.
    sa.select(sa.literal("dead letter", sa.Text)).where(
        dead_letter.c.id == sa.bindparam("dead_letter"), dead_letter.c.timestamp_ms == sa.bindparam("timestamp")
    ),
    sa.select(sa.literal("blocked", sa.Text)).where(
        dead_letter.c.lane == sa.bindparam("lane"), dead_letter.c.blocks_lane, dead_letter.c.status != "resolved"
    ),
    sa.select(sa.literal("forgotten", sa.Text)).where(forgotten.c.subject == sa.bindparam("subject")),
)


def standing_of(db: Connection, service: str, record: Record, event: CloudEvent[Any] | None) -> Standing:
    """One query for everything that decides whether a record is handled at all."""
    found = db.execute(
        _STANDING,
        {
            "event_source": event.source if event else None,
            "event_id": event.id if event else None,
            "dead_letter": dead_letter_id(service, record),
            "timestamp": record.timestamp_ms,
            "lane": record.lane,
            "subject": event.subject if event else None,
        },
    ).scalars()
    facts = set(found)
    return Standing("in inbox" in facts, "dead letter" in facts, "blocked" in facts, "forgotten" in facts)


def park(db: Connection, record: Record) -> None:
    """Let the record wait behind the dead letter of its lane; parking it twice is once."""
    place = (
        (parked.c.topic == record.topic) & (parked.c.partition == record.partition) & (parked.c.offset == record.offset)
    )
    if db.execute(sa.select(parked.c.seq).where(place)).scalar() is None:
        db.execute(parked.insert().values(lane=record.lane, **_columns(record)))


def how_many_parked(db: Connection) -> tuple[int, int]:
    """Events that wait behind a dead letter, and of how many cases they are."""
    events, lanes = db.execute(sa.select(sa.func.count(), sa.func.count(parked.c.lane.distinct()))).one()
    return int(events), int(lanes)


def oldest_parked(db: Connection, lane: str) -> tuple[int, Record] | None:
    """The parked record of the lane whose turn it is, with its place in the queue."""
    row = db.execute(sa.select(parked).where(parked.c.lane == lane).order_by(parked.c.seq).limit(1)).one_or_none()
    return None if row is None else (row.seq, _record(row))


def unpark(db: Connection, seq: int) -> None:
    db.execute(parked.delete().where(parked.c.seq == seq))


def _columns(record: Record) -> dict[str, object]:
    return {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp_ms": record.timestamp_ms,
        "key": record.key,
        "value": record.value,
        "headers": pack(record.headers),
    }


def _record(row: Row[Any]) -> Record:
    return Record(row.topic, row.partition, row.offset, row.timestamp_ms, row.key, row.value, unpack(row.headers))


class Flood:
    """Watches the share of our own failures; too many stop the consumer: a bad deploy, not bad data."""

    def __init__(self, window: int, minimum: int) -> None:
        self._recent: deque[bool] = deque(maxlen=window)
        self._minimum = minimum

    def note(self, failed: bool) -> None:
        self._recent.append(failed)

    @property
    def is_here(self) -> bool:
        """At least the minimum failed, and half or more of the window."""
        failed = sum(self._recent)
        return failed >= self._minimum and failed * 2 >= len(self._recent)
