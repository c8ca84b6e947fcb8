"""The probe's handlers on a real database, with a broker that is a list: the runner without Kafka."""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from schemas.envelope import CloudEvent
from schemas.topics import Topic, commands, dead_letters
from services.chassis.commit import GroupCommit
from services.chassis.database import connect, migrate
from services.chassis.outbox import Relay
from services.chassis.record import Headers, Record
from services.chassis.runner import Handler, Runner
from services.chassis.settings import ServiceSettings
from services.chassis.tables import dead_letter, inbox, outbox, parked
from tests.chassis.events import NOON, record
from tests.chassis.probe import IN, counted

OPEN = Topic("probe.open", key="case id", ordered=False)
"""A topic that outsiders publish on: nothing is parked there."""
COMMANDS = commands("probe")
DEAD = dead_letters("probe").name
MIGRATIONS = ("probe", Path(__file__).parent / "probe_migrations")


@dataclass
class Clock:
    """Goes on by a millisecond whenever it is asked."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now


@dataclass
class Taken:
    """A record that the broker has."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: dict[str, str]

    @property
    def event(self) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.value or b"")
        return parsed


@dataclass
class Broker:
    """Takes records into a list; what is put into ``faults`` it raises first, one a send."""

    taken: list[Taken] = field(default_factory=list)
    faults: deque[BaseException] = field(default_factory=deque)
    before: Callable[[str, bytes | None], Any] = lambda topic, key: None

    async def publish(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        self.before(topic, key)
        await asyncio.sleep(0)
        if self.faults:
            raise self.faults.popleft()
        shown = {name: content.decode() for name, content in headers}
        self.taken.append(Taken(topic, key, value, shown))

    def notes(self, topic: str = "probe.out") -> list[str | None]:
        """What was published there, as the requirement ids of the reports."""
        return [taken.event["data"]["requirement_id"] for taken in self.taken if taken.topic == topic]


class Workshop:
    """One worker's runner, relay and group commit on a database that others may share."""

    def __init__(self, engine: Engine, broker: Broker, handlers: Sequence[Handler[Any, Any]], **settings: Any) -> None:
        self.engine = engine
        self.broker = broker
        self.clock = Clock()
        self.commit = GroupCommit(engine, "probe")
        self.relay = Relay("probe", self.commit, broker.publish, self.clock)
        quick = ServiceSettings(**{"first_pause": 0.001, **settings})
        self.runner = Runner("probe", (IN, OPEN, COMMANDS), handlers, self.commit, self.relay, self.clock, quick)
        self._offset = 0

    async def take(self, event: CloudEvent[Any], topic: Topic = IN, offset: int | None = None) -> Record:
        """Process an event as the next record of its topic; returns the record."""
        if offset is None:
            self._offset += 1
            offset = self._offset
        taken = record(event, topic, offset)
        await self.runner.process(taken)
        return taken

    def rows(self, table: sa.Table) -> list[Any]:
        with self.engine.begin() as db:
            return list(db.execute(sa.select(table)).all())

    def times(self, case: str) -> int:
        """How often the probe counted this case."""
        with self.engine.begin() as db:
            found: int | None = db.execute(sa.select(counted.c.times).where(counted.c.case_id == case)).scalar()
        return found or 0

    @property
    def sizes(self) -> dict[str, int]:
        """Rows of the chassis's tables."""
        return {table.name: len(self.rows(table)) for table in (inbox, outbox, dead_letter, parked)}


def open_database(url: str) -> Engine:
    engine = connect(url, "probe")
    migrate(engine, "probe", MIGRATIONS)
    return engine


@asynccontextmanager
async def workshop(
    url: str, broker: Broker, handlers: Sequence[Handler[Any, Any]], migrated: bool = False, **settings: Any
) -> AsyncIterator[Workshop]:
    """A worker, closed at the end without tidying up: what it left undone is left, as after a crash."""
    engine = connect(url, "probe") if migrated else open_database(url)
    shop = Workshop(engine, broker, handlers, **settings)
    try:
        yield shop
    finally:
        await shop.commit.close()


async def until(condition: Callable[[], Any], what: str, seconds: float = 10.0) -> None:
    """Give others their turn until the condition holds; fails at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        await asyncio.sleep(0.005)


def count_of(db: Connection, table: sa.Table) -> int:
    found: int = db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    return found
