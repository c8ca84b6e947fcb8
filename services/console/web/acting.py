"""What people do: a command event, written with its audit in one transaction, published as soon as Kafka takes it."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
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


@dataclass
class _Hands:
    """What one event loop works with."""

    commit: GroupCommit
    desk: Desk
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    def keep(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task


class Acting:
    """Works between ``begin`` and ``close``, in the event loop that called them."""

    def __init__(
        self, settings: ConsoleSettings, database: Database, clock: Callable[[], datetime], publish: Publish
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._publish = publish
        self._hands: dict[asyncio.AbstractEventLoop, _Hands] = {}

    def begin(self) -> None:
        """What a crash leaves unpublished the console's worker publishes."""
        commit = GroupCommit(self._database.writer, SERVICE)
        relay = Relay(SERVICE, commit, self._publish, self._clock)
        hands = _Hands(commit, Desk(SERVICE, commit, relay, self._clock, self._settings.largest_event))
        self._hands[asyncio.get_running_loop()] = hands
        hands.keep(relay.forget_published())

    async def ask(
        self,
        visitor: Visitor,
        action: Action | None,
        outgoing: Sequence[Outgoing],
        case_id: str | None = None,
        what: str | None = None,
        reason: str | None = None,
    ) -> bool:
        """Write the command and the audit of it (no action: what is sent is the audit); ``False`` when Kafka is away
        and the command waits for it."""
        identity = str(uuid.uuid4())
        cause = Cause(source=f"/goodorder/{SERVICE}", id=identity, correlationid=identity)

        def write(db: Connection, now: datetime) -> Sequence[Outgoing]:
            if action is not None:
                audit.record(db, visitor, action, now, case_id, what, reason)
            return outgoing

        hands = self._hands[asyncio.get_running_loop()]
        sending = hands.keep(hands.desk.write(cause, write))
        done, _ = await asyncio.wait({sending}, timeout=_PATIENCE)
        if done:
            sending.result()
        return bool(done)

    async def close(self) -> None:
        hands = self._hands.pop(asyncio.get_running_loop())
        for task in tuple(hands.tasks):
            task.cancel()
        await asyncio.gather(*hands.tasks, return_exceptions=True)
        await hands.commit.close()
