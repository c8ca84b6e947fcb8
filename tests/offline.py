"""Any service's handlers and tasks on a real database, with a broker that is a list: a worker without Kafka."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from schemas.base import Contract
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA
from schemas.topics import Topic, commands
from services.chassis.commit import GroupCommit
from services.chassis.database import connect, migrate
from services.chassis.outbox import Publish, Relay
from services.chassis.private.events import as_opened
from services.chassis.runner import Runner
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Desk, Service
from tests.chassis.events import NOON, record
from tests.chassis.workshop import Broker, Clock
from tests.keys import KEYS, VAULT, vault

Data = TypeVar("Data", bound=Contract)
T = TypeVar("T")


class Offline:
    """A service's runner, relay and desk on a database that others may share, with what stands for the broker."""

    def __init__(
        self, service: Service, url: str, publish: Publish, clock: Callable[[], datetime], has_tables: bool = False
    ) -> None:
        self.vault = vault(KEYS)
        engine = connect(url, service.name, self.vault)
        if not has_tables:
            migrate(engine, service.name, (service.name, service.migrations))
        settings = ServiceSettings(first_pause=0.001)
        self.clock = clock
        self.commit = GroupCommit(engine, service.name)
        self.relay = Relay(service.name, self.commit, publish, clock)
        topics = (*service.consumes, commands(service.name))
        self.runner = Runner(
            service.name,
            topics,
            service.handlers,
            self.commit,
            self.relay,
            clock,
            settings,
            self.vault,
            service.only_shown,
        )
        self.desk = Desk(service.name, self.commit, self.relay, clock, settings.largest_event, self.runner.put_right)

    async def read(self, query: Callable[[Connection], T]) -> T:
        return await self.commit.run(query)


class Worker(Offline):
    """One worker of a service, with a broker that is a list."""

    def __init__(
        self, service: Service, url: str, broker: Broker, clock: Callable[[], datetime], has_tables: bool = False
    ) -> None:
        super().__init__(service, url, broker.publish, clock, has_tables)
        self.broker = broker
        self._offset = 0

    async def take(self, data: Contract, topic: Topic, event_id: str, subject: str) -> None:
        """Process an event as the next record of its topic."""
        self._offset += 1
        await self.runner.process(record(envelope(data, event_id, subject), topic, self._offset))

    def published(self, data: type[Data]) -> list[Data]:
        """The data of every event of this type that the broker has, in order."""
        wanted = BY_DATA[data].type
        return [
            data.model_validate(json.loads(as_opened(taken.value, data, lambda: VAULT))["data"])
            for taken in self.broker.taken
            if taken.value and taken.headers.get("ce_type") == wanted
        ]


def envelope(data: Contract, event_id: str, subject: str) -> CloudEvent[Any]:
    return CloudEvent[Any](
        id=event_id, source="/tests", type=BY_DATA[type(data)].type, subject=subject, time=NOON, data=data
    )


@asynccontextmanager
async def worker(
    service: Service, url: str, broker: Broker | None = None, clock: Callable[[], datetime] | None = None
) -> AsyncIterator[Worker]:
    """A worker with its tasks running; at the end it is dropped without tidying up, as by a crash."""
    at_work = Worker(service, url, broker or Broker(), clock or Clock())
    tasks = [asyncio.create_task(_run(task, at_work.desk)) for task in service.tasks]
    try:
        yield at_work
    finally:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)
        await at_work.commit.close()


async def _run(task: Callable[[Desk], Any], desk: Desk) -> None:
    await task(desk)
