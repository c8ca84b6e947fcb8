"""The index of dead letters in SQL: filled from the topics in any order, asked by the desk, and never the evidence.

Everything in it follows from the records that were taken, each once: the table of positions, written in the same
transaction, says how far the topics are in it. Empty tables fill themselves again from Kafka.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from services.chassis.outbox import pack, unpack
from services.chassis.record import Record
from services.console.letters.evidence import Deed, DeedKind, Failure, deed_in, failure_in, is_dead_letter
from services.console.letters.masking import masked_key
from services.console.letters.tables import deeds, failures, letters, positions

Place = tuple[str, int]
"""A topic and one of its partitions."""


class Status(StrEnum):
    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


_FINAL = {DeedKind.REPLAYED: Status.REPLAYED, DeedKind.DISCARDED: Status.DISCARDED}
_ANSWERS = (DeedKind.REPLAYED, DeedKind.FAILED_AGAIN, DeedKind.DISCARDED)


@dataclass(frozen=True)
class Letter:
    """A dead letter in a list: nothing of its payload, nothing personal."""

    id: str
    service: str
    cause: str
    status: Status
    about: str
    """The case or the document, where the record's key is one."""
    message: str
    original_topic: str | None
    original: str
    """Topic, partition and offset of the record that failed."""
    attempts: int
    """Of its latest failure."""
    replay_count: int
    """How often it was tried again in vain."""
    first_failed_at: datetime
    failed_at: datetime
    """Its latest failure."""


@dataclass(frozen=True)
class Whole:
    """A dead letter with every failure and every deed, each oldest first."""

    letter: Letter
    failures: tuple[Failure, ...]
    deeds: tuple[Deed, ...]

    @property
    def latest(self) -> Failure:
        return self.failures[-1]

    @property
    def put_right(self) -> Record | None:
        """The record as a person corrected it, once it went through so; under its own topic."""
        went_through = any(deed.kind is DeedKind.REPLAYED and deed.detail for deed in self.deeds)
        values = [deed.value for deed in self.deeds if deed.kind is DeedKind.ASKED_CORRECTION]
        topic = self.latest.original_topic
        if not (went_through and values and topic):
            return None
        return replace(self.latest.record, topic=topic, value=values[-1], headers=self.latest.original_headers)


@dataclass(frozen=True)
class Wanted:
    """Which dead letters; the open ones unless said otherwise."""

    status: Status | None = Status.OPEN
    """``None``: of any status."""
    service: str | None = None
    cause: str | None = None
    about: str | None = None
    """How a case's or a document's id begins."""
    failed_before: datetime | None = None
    """Failed first before this time."""


@dataclass(frozen=True)
class Kind:
    """The open dead letters of one service and one cause."""

    service: str
    cause: str
    open: int
    oldest: datetime
    """When the oldest failed first."""


def list_letters(db: Connection, wanted: Wanted, limit: int | None = None, skip: int = 0) -> tuple[Letter, ...]:
    """Those that are meant, the one that failed first first; a page of them with ``limit`` and ``skip``."""
    c = letters.c
    query = sa.select(letters).where(*_conditions(wanted)).order_by(c.first_failed_at, c.id)
    return tuple(_letter(row) for row in db.execute(query.limit(limit).offset(skip)))


def count_letters(db: Connection, wanted: Wanted) -> int:
    """How many are meant."""
    return int(db.execute(sa.select(sa.func.count()).select_from(letters).where(*_conditions(wanted))).scalar_one())


def kinds(db: Connection) -> tuple[Kind, ...]:
    """What is open by service and cause, the largest number first."""
    c, number = letters.c, sa.func.count()
    query = (
        sa.select(c.service, c.cause, number.label("open"), sa.func.min(c.first_failed_at).label("oldest"))
        .where(c.status == Status.OPEN)
        .group_by(c.service, c.cause)
        .order_by(number.desc(), c.service, c.cause)
    )
    return tuple(Kind(row.service, row.cause, row.open, row.oldest) for row in db.execute(query))


def whose_id_begins(db: Connection, beginning: str, most: int = 2) -> tuple[Letter, ...]:
    """At most so many dead letters whose id begins so, of any status."""
    query = sa.select(letters).where(sa.func.lower(letters.c.id).startswith(beginning.lower(), autoescape=True))
    return tuple(_letter(row) for row in db.execute(query.order_by(letters.c.id).limit(most)))


def whole(db: Connection, letter_id: str) -> Whole | None:
    """Everything that is known of one."""
    row = db.execute(sa.select(letters).where(letters.c.id == letter_id)).one_or_none()
    if row is None:
        return None
    failed = db.execute(sa.select(failures).where(failures.c.letter_id == letter_id).order_by(*_IN_TIME))
    done = db.execute(sa.select(deeds).where(deeds.c.letter_id == letter_id).order_by(deeds.c.at, deeds.c.seq))
    return Whole(_letter(row), tuple(map(_failure, failed)), tuple(map(_deed, done)))


# --- filling it -------------------------------------------------------------------------------------------


def take(db: Connection, records: Iterable[Record]) -> set[str]:
    """Take records that were read from their topics, in the order of each partition; one taken before is left.

    Returns the ids of the dead letters of which they tell something new.
    """
    read = list(records)
    known = read_to(db)
    news = [record for record in read if record.offset >= known.get((record.topic, record.partition), 0)]
    touched = {failure.letter_id for failure in _take_failures(db, news)} | _take_deeds(db, news)
    for letter_id in sorted(touched):
        _settle(db, letter_id)
    set_positions(db, {(record.topic, record.partition): record.offset + 1 for record in news})
    return touched


def read_to(db: Connection) -> dict[Place, int]:
    """The next offset of every partition that is in the index."""
    return {(row.topic, row.partition): int(row.next_offset) for row in db.execute(sa.select(positions))}


def behind(db: Connection, ends: Mapping[Place, int]) -> int:
    """How many records the index does not have yet, by where the topics end."""
    done = read_to(db)
    return sum(max(end - done.get(place, 0), 0) for place, end in ends.items())


def set_positions(db: Connection, to: Mapping[Place, int]) -> None:
    for (topic, partition), offset in to.items():
        same = (positions.c.topic == topic) & (positions.c.partition == partition)
        if db.execute(positions.update().where(same).values(next_offset=offset)).rowcount == 0:
            db.execute(positions.insert().values(topic=topic, partition=partition, next_offset=offset))


def _take_failures(db: Connection, news: Iterable[Record]) -> list[Failure]:
    found = [failure_in(record) for record in news if is_dead_letter(record)]
    for failure in found:
        told = {name: part for name, part in vars(failure).items() if name != "record"}
        record = {name: part for name, part in vars(failure.record).items() if name != "headers"}
        db.execute(failures.insert().values(**told, **record, headers=pack(failure.record.headers)))
    return found


def _take_deeds(db: Connection, news: Iterable[Record]) -> set[str]:
    touched = set()
    for record in news:
        deed = None if is_dead_letter(record) else deed_in(record)
        # An event can be on its topic twice, after a crash between its publication and our note of it.
        if deed and db.execute(sa.select(deeds.c.seq).where(deeds.c.event_id == deed.event_id)).first() is None:
            db.execute(deeds.insert().values(**vars(deed)))
            touched.add(deed.letter_id)
    return touched


_IN_TIME = (failures.c.failed_at, failures.c.replay_count, failures.c.seq)


def _settle(db: Connection, letter_id: str) -> None:
    """The dead letter as it stands by all that is known of it; a deed that came before its failure waits for it."""
    failed = db.execute(sa.select(failures).where(failures.c.letter_id == letter_id).order_by(*_IN_TIME)).all()
    if not failed:
        return
    latest = failed[-1]
    answer: Row[Any] | None = db.execute(
        sa.select(deeds)
        .where(deeds.c.letter_id == letter_id, deeds.c.kind.in_(_ANSWERS))
        .order_by(deeds.c.at.desc(), deeds.c.seq.desc())
        .limit(1)
    ).one_or_none()
    row = {
        "id": letter_id,
        "status": _status(latest.failed_at, answer),
        "about": masked_key(latest.key),
        "first_failed_at": min(each.first_failed_at for each in failed),
        **{name: getattr(latest, name) for name in _AS_LATEST},
    }
    db.execute(letters.delete().where(letters.c.id == letter_id))
    db.execute(letters.insert().values(**row))


_AS_LATEST = (
    "service", "cause", "message", "original_topic", "original", "attempts", "replay_count", "failed_at",
)  # fmt: skip


def _status(failed_at: datetime, answer: Row[Any] | None) -> Status:
    """Open again when it failed after the last word on it."""
    if answer is None or answer.at < failed_at:
        return Status.OPEN
    return _FINAL.get(DeedKind(answer.kind), Status.OPEN)


def _conditions(wanted: Wanted) -> Sequence[sa.ColumnElement[bool]]:
    c = letters.c
    said: list[sa.ColumnElement[bool]] = []
    for column, value in ((c.status, wanted.status), (c.service, wanted.service), (c.cause, wanted.cause)):
        if value is not None:
            said.append(column == value)
    if wanted.about:
        said.append(sa.func.lower(c.about).startswith(wanted.about.lower(), autoescape=True))
    if wanted.failed_before is not None:
        said.append(c.first_failed_at < wanted.failed_before)
    return said


def _letter(row: Row[Any]) -> Letter:
    return Letter(**{**row._mapping, "status": Status(row.status)})


def _failure(row: Row[Any]) -> Failure:
    record = Record(row.topic, row.partition, row.offset, row.timestamp_ms, row.key, row.value, unpack(row.headers))
    told = {name: getattr(row, name) for name in Failure.__dataclass_fields__ if name != "record"}
    return Failure(**told, record=record)


def _deed(row: Row[Any]) -> Deed:
    told = {name: getattr(row, name) for name in Deed.__dataclass_fields__}
    return Deed(**{**told, "kind": DeedKind(row.kind)})
