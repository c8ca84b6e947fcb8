"""The outbox: events are written with the effect they tell of, and published in the order of each lane."""

import asyncio
import base64
import logging
import random
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.codes import DeadLetterCause
from schemas.envelope import CONTENT_TYPE, Cause, caused_event
from services.chassis import metrics
from services.chassis.commit import GroupCommit
from services.chassis.errors import Outgoing, Permanent, describe
from services.chassis.private.events import as_written
from services.chassis.private.vault import vault_of
from services.chassis.record import Headers, lane_of
from services.chassis.tables import outbox
from services.chassis.tracing import child_of

log = logging.getLogger(__name__)

Publish = Callable[[str, bytes | None, bytes | None, Headers], Awaitable[None]]
"""Topic, key, value, headers; returns when the broker has acknowledged."""


# Built once: with a few statements an event, building them costs more than running them.
_INSERT = outbox.insert()
_RECORD = (outbox.c.seq, outbox.c.lane, outbox.c.topic, outbox.c.key, outbox.c.value, outbox.c.headers)
_IN_LANES = sa.select(*_RECORD).where(outbox.c.lane.in_(sa.bindparam("lanes", expanding=True))).order_by(outbox.c.seq)
_LANES_OF = sa.select(outbox.c.lane).where(outbox.c.cause.in_(sa.bindparam("causes", expanding=True))).distinct()


@dataclass(frozen=True)
class Unpublished:
    seq: int
    lane: str
    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


def add_events(
    db: Connection, service: str, cause: Cause, events: Iterable[Outgoing], now: datetime, largest: int
) -> set[str]:
    """Write events into the outbox; returns their lanes. Raises :class:`Permanent` for one that is too large.

    Private values are sealed here, so that no table and no topic holds them open. Raises what the vault raises.
    """
    lanes = set()
    for index, outgoing in enumerate(events):
        event = caused_event(service, outgoing.data, outgoing.subject, now, cause, index)
        event = event.model_copy(update={"traceparent": child_of(cause.traceparent, event.id)})
        value = as_written(event, outgoing.reader, lambda: vault_of(db))
        if len(value) > largest:
            raise Permanent(
                DeadLetterCause.REJECTED_SEND,
                f"The event {event.type} would be {len(value)} bytes, more than the {largest} that a record may have."
                " Raise GOODORDER_LARGEST_EVENT and the topic's max.message.bytes together, then replay.",
            )
        headers = (
            ("content-type", CONTENT_TYPE.encode()),
            ("ce_id", event.id.encode()),
            ("ce_type", event.type.encode()),
            *((("traceparent", event.traceparent.encode()),) if event.traceparent else ()),
        )
        key = outgoing.subject.encode()
        lanes.add(add_record(db, f"{cause.source}|{cause.id}", outgoing.topic.name, key, value, headers, now))
    return lanes


def add_record(
    db: Connection,
    cause: str,
    topic: str,
    key: bytes | None,
    value: bytes | None,
    headers: Headers,
    now: datetime,
) -> str:
    """Write one record as it is; returns its lane."""
    lane = lane_of(topic, key)
    row = {"lane": lane, "cause": cause, "topic": topic, "key": key, "value": value, "created_at": now}
    db.execute(_INSERT, {**row, "headers": pack(headers)})
    return lane


def unpublished_in(db: Connection, lanes: Collection[str]) -> list[Unpublished]:
    """Everything of these lanes that is not published yet, in order: also what an earlier crash left."""
    if not lanes:
        return []
    return [_unpublished(row) for row in db.execute(_IN_LANES, {"lanes": list(lanes)})]


def unpublished_of(db: Connection, causes: Collection[str]) -> list[Unpublished]:
    """What is still to be published because of these causes, with everything before it in the same lanes."""
    return unpublished_in(db, db.execute(_LANES_OF, {"causes": list(causes)}).scalars().all())


def pack(headers: Headers) -> list[list[str]]:
    """Headers as JSON can hold them: names with base64 of the bytes, repeated names kept."""
    return [[name, base64.b64encode(value).decode()] for name, value in headers]


def unpack(headers: list[list[str]]) -> Headers:
    return tuple((name, base64.b64decode(value)) for name, value in headers)


def _unpublished(row: Any) -> Unpublished:
    return Unpublished(row.seq, row.lane, row.topic, row.key, row.value, unpack(row.headers))


def jittered(pause: float) -> float:
    """A pause that no two waiters share."""
    return pause * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


class Relay:
    """Publishes outbox rows: within a lane one after the other, lanes side by side.

    Whoever publishes a row has first published all rows before it in its lane, so two relays at work on the
    same rows can double an event (its id tells) but never put a later one before an earlier one.
    """

    def __init__(self, service: str, commit: GroupCommit, publish: Publish, clock: Callable[[], datetime]) -> None:
        self._service = service
        self._commit = commit
        self._publish = publish
        self._clock = clock
        self._acknowledged: set[int] = set()
        self._lanes: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._forget = asyncio.Event()
        self.waiting_since: datetime | None = None
        """Since when the broker takes nothing, if so."""

    async def publish(self, rows: Iterable[Unpublished]) -> None:
        """Returns when the broker has acknowledged every row."""
        lanes: dict[str, list[Unpublished]] = {}
        for row in rows:
            lanes.setdefault(row.lane, []).append(row)
        if len(lanes) == 1:
            await self._publish_lane(*next(iter(lanes.items())))
        elif lanes:
            await asyncio.gather(*(self._publish_lane(lane, queue) for lane, queue in lanes.items()))

    async def _publish_lane(self, lane: str, rows: list[Unpublished]) -> None:
        lock = self._lanes.setdefault(lane, asyncio.Lock())
        async with lock:
            for row in rows:
                if row.seq not in self._acknowledged:
                    await self._publish_when_up(row)
                    self._acknowledged.add(row.seq)
                    self._forget.set()

    async def _publish_when_up(self, row: Unpublished) -> None:
        pause = 0.1
        while True:
            try:
                await self._publish(row.topic, row.key, row.value, row.headers)
            except asyncio.CancelledError:
                raise
            except Exception as error:
                self.waiting_since = self.waiting_since or self._clock()
                metrics.WAITING.labels(self._service, "kafka").set(1)
                metrics.RETRIES.labels(self._service, "publish").inc()
                log.warning("Kafka does not take a record for %s, trying again: %s", row.topic, describe(error))
                # Never in step with others: a batch that holds one refused record is refused whole.
                await asyncio.sleep(jittered(pause))
                pause = min(pause * 2, 5.0)
            else:
                self.waiting_since = None
                metrics.WAITING.labels(self._service, "kafka").set(0)
                metrics.PUBLISHED.labels(self._service, row.topic).inc()
                return

    async def forget_published(self) -> None:
        """Delete acknowledged rows for ever, a few at a time; a crash before it only repeats them."""
        while True:
            await self._forget.wait()
            await asyncio.sleep(0.05)
            self._forget.clear()
            batch = list(self._acknowledged)[:500]
            await self._commit.run(lambda db, batch=batch: _delete(db, batch))  # type: ignore[misc]
            self._acknowledged.difference_update(batch)
            if self._acknowledged:
                self._forget.set()

    def forget_now(self, db: Connection) -> None:
        """Delete what is acknowledged still, at the end of the worker."""
        _delete(db, list(self._acknowledged))

    async def sweep(self, every: float = 5.0) -> None:
        """Publish for ever what a crash left between a commit and its publication."""
        older = timedelta(0)
        while True:
            limit = self._clock() - older
            rows = await self._commit.run(lambda db, limit=limit: _older_than(db, limit))  # type: ignore[misc]
            oldest = rows[0][1] if rows else self._clock()
            metrics.OUTBOX_OLDEST.labels(self._service).set((self._clock() - oldest).total_seconds())
            left = [row for row, _ in rows if row.seq not in self._acknowledged]
            if left:
                await self.publish(left)
            older = timedelta(seconds=every)
            await asyncio.sleep(0 if len(rows) == _SWEEP else every)


_SWEEP = 500
_CLOCKS_DIFFER = timedelta(minutes=5)
"""More than the clocks of several machines do; a row that is taken too early is only published twice."""


def _older_than(db: Connection, limit: datetime) -> list[tuple[Unpublished, datetime]]:
    # What lies in the future was written by a clock that was ahead and has been set right since.
    is_old = (outbox.c.created_at <= limit) | (outbox.c.created_at > limit + _CLOCKS_DIFFER)
    # By number up to the newest that is old: another worker's clock must not let a row overtake one before it.
    newest = sa.select(sa.func.max(outbox.c.seq)).where(is_old).scalar_subquery()
    query = sa.select(outbox).where(outbox.c.seq <= newest).order_by(outbox.c.seq).limit(_SWEEP)
    return [(_unpublished(row), row.created_at) for row in db.execute(query)]


def _delete(db: Connection, batch: list[int]) -> None:
    db.execute(outbox.delete().where(outbox.c.seq.in_(batch)))
