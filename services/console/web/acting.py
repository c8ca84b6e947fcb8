"""What people do: a command event, written with its audit in one transaction, published as soon as Kafka takes it."""

import asyncio
import logging
import uuid
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from aiokafka import AIOKafkaProducer
from sqlalchemy.engine import Connection

from schemas.envelope import Cause, caused_id
from services.chassis.commit import GroupCommit
from services.chassis.errors import Outgoing
from services.chassis.outbox import Publish, Relay
from services.chassis.record import Headers
from services.chassis.shell import Desk
from services.chassis.tables import outbox
from services.console.acts import Act
from services.console.database import SERVICE, Database
from services.console.people import audit, calls
from services.console.people.audit import Action
from services.console.people.calls import Call
from services.console.people.roles import Visitor
from services.console.settings import ConsoleSettings

log = logging.getLogger(__name__)

_PATIENCE = 4.0
"""Seconds that a page waits for Kafka; after that the command goes when Kafka is back."""


class NotWritten(Exception):
    """An act could not be written down in time: the database or the keys are away."""

    def __str__(self) -> str:
        return (
            "It could not be written down in time: the database or the keys do not answer. It may still happen when"
            " they are back: look whether it did before you ask again."
        )


@dataclass(frozen=True)
class Done:
    """What became of an act: it is written down, and happens."""

    event_id: str
    """Of its command."""
    is_sent: bool
    """``False`` while Kafka is away and the command waits for it."""


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
        what: str | None = None,
        reason: str | None = None,
    ) -> bool:
        """Write commands and the audit of them (no action: what is sent is the audit); ``False`` when Kafka is away
        and they wait for it. Raises :class:`NotWritten`."""

        def write(db: Connection, now: datetime) -> Sequence[Outgoing]:
            if action is not None:
                audit.record(db, visitor, action, now, None, what, reason)
            return outgoing

        return await self._write(_cause(str(uuid.uuid4())), write)

    async def do(self, visitor: Visitor, act: Act, call: Call | None = None) -> Done:
        """Write an act's command and the audit of it. A ``call`` of the API that was made before does nothing more.

        Raises :class:`NotWritten`, and :class:`services.console.people.calls.Reused`.
        """
        cause = _cause(call.identity if call else str(uuid.uuid4()))
        event_id = caused_id(cause, type(act.command.data))

        def write(db: Connection, now: datetime) -> Sequence[Outgoing]:
            if call and calls.made(db, call):
                return ()
            if call:
                calls.note(db, call, event_id, now)
            audit.record(db, visitor, act.action, now, act.case_id, act.what, act.reason)
            return [act.command]

        return Done(event_id, await self._write(cause, write))

    async def _write(self, cause: Cause, write: Callable[[Connection, datetime], Sequence[Outgoing]]) -> bool:
        hands = self._hands[asyncio.get_running_loop()]
        sending = hands.keep(hands.desk.write(cause, write))
        await asyncio.wait({sending}, timeout=_PATIENCE)
        if not (sending.done() or await asyncio.to_thread(self._is_written, cause) or sending.done()):
            raise NotWritten
        if sending.done():
            sending.result()
        return sending.done()

    def _is_written(self, cause: Cause) -> bool:
        with self._database.read() as db:
            mine = sa.select(outbox.c.seq).where(outbox.c.cause == f"{cause.source}|{cause.id}")
            return db.execute(mine).first() is not None

    async def close(self) -> None:
        hands = self._hands.pop(asyncio.get_running_loop())
        for task in tuple(hands.tasks):
            task.cancel()
        await asyncio.gather(*hands.tasks, return_exceptions=True)
        await hands.commit.close()


def _cause(identity: str) -> Cause:
    return Cause(source=f"/goodorder/{SERVICE}", id=identity, correlationid=identity)
