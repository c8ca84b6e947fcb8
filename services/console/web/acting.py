"""What people do: a command event, written with its audit in one transaction, published as soon as Kafka takes it."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaProducer
from sqlalchemy.engine import Connection

from schemas.envelope import Cause
from services.chassis.commit import GroupCommit
from services.chassis.errors import Outgoing
from services.chassis.outbox import Publish, Relay
from services.chassis.record import Headers
from services.chassis.shell import Desk
from services.console.database import SERVICE, Database
from services.console.people import audit
from services.console.people.audit import Action
from services.console.people.roles import Visitor
from services.console.settings import ConsoleSettings

log = logging.getLogger(__name__)

_PATIENCE = 4.0
"""Seconds that a page waits for Kafka; after that the command goes when Kafka is back."""


class Broker:
    """Publishes; connects at the first event, and again after an outage."""

    def __init__(self, settings: ConsoleSettings) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()
        self._producer: AIOKafkaProducer | None = None

    async def publish(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        async with self._lock:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    bootstrap_servers=self._settings.kafka.split(","),
                    acks="all",
                    enable_idempotence=True,
                    max_request_size=self._settings.largest_event + 200_000,
                    **self._settings.kafka_client(),
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
        await self._producer.send_and_wait(topic, key=key, value=value, headers=list(headers))

    async def close(self) -> None:
        if self._producer is not None:
            await self._producer.stop()


class Acting:
    """Lives in the web server's event loop."""

    def __init__(
        self, settings: ConsoleSettings, database: Database, clock: Callable[[], datetime], publish: Publish
    ) -> None:
        self._commit = GroupCommit(database.writer, SERVICE)
        self._relay = Relay(SERVICE, self._commit, publish, clock)
        self._desk = Desk(SERVICE, self._commit, self._relay, clock, settings.largest_event)
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self) -> None:
        """Call inside the loop. What a crash leaves unpublished the console's worker publishes."""
        self._keep(self._relay.forget_published())

    async def ask(
        self,
        visitor: Visitor,
        action: Action,
        outgoing: Sequence[Outgoing],
        case_id: str | None = None,
        what: str | None = None,
        reason: str | None = None,
    ) -> bool:
        """Write the command and the audit of it; ``False`` when Kafka is away and the command waits for it."""
        identity = str(uuid.uuid4())
        cause = Cause(source=f"/goodorder/{SERVICE}", id=identity, correlationid=identity)

        def write(db: Connection, now: datetime) -> Sequence[Outgoing]:
            audit.record(db, visitor, action, now, case_id, what, reason)
            return outgoing

        sending = self._keep(self._desk.write(cause, write))
        done, _ = await asyncio.wait({sending}, timeout=_PATIENCE)
        if done:
            sending.result()
        return bool(done)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._commit.close()

    def _keep(self, work: Awaitable[Any]) -> asyncio.Task[Any]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
