"""Several services in one process without Kafka: what each publishes is carried to the handlers of the others.

Everything else is the services' own: their handlers on their own tables, group commit, inbox and outbox. Records of a
key reach a service one after the other, in the order of their publication.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from schemas.base import Contract
from schemas.envelope import CONTENT_TYPE, CloudEvent
from schemas.events import BY_DATA, BY_TYPE
from schemas.topics import Topic
from services.chassis.private.events import as_opened
from services.chassis.record import Headers, Record
from services.chassis.shell import Service
from tests.keys import VAULT
from tests.offline import Offline

Data = TypeVar("Data", bound=Contract)

_AT_ONCE = 64
"""As many as a group commit takes, so that a batch is one transaction."""


@dataclass
class SteppedClock:
    """Stands at a moment until it is moved, but for a microsecond whenever it is asked: no two answers are alike."""

    now: datetime
    _asked: int = 0

    def __call__(self) -> datetime:
        self._asked += 1
        return self.now + timedelta(microseconds=self._asked)

    def move_to(self, moment: datetime) -> None:
        """Raises ``ValueError`` for a moment that is past."""
        if moment < self():
            raise ValueError(f"{moment} is before {self.now}")
        self.now, self._asked = moment, 0


@dataclass(frozen=True)
class Carried:
    """A record that somebody published."""

    record: Record

    @cached_property
    def kind(self) -> str:
        """Of the event; empty for what is none."""
        return dict(self.record.headers).get("ce_type", b"").decode()

    @property
    def subject(self) -> str:
        return (self.record.key or b"").decode()

    def event(self, data: type[Data]) -> CloudEvent[Data]:
        opened = as_opened(self.record.value or b"", data, lambda: VAULT)
        return _MODELS[data].model_validate_json(opened)  # type: ignore[return-value]

    @cached_property
    def data(self) -> Any:
        return self.event(BY_TYPE[self.kind].data).data


_MODELS: dict[type[Contract], type[CloudEvent[Any]]] = {
    kind.data: CloudEvent[kind.data]  # type: ignore[name-defined]
    for kind in BY_TYPE.values()
}

Listener = Callable[[Carried], None]


@dataclass
class Wire:
    """The broker between the services, and those who listen from outside."""

    clock: Callable[[], datetime]
    workers: dict[str, Offline] = field(default_factory=dict)
    _listeners: dict[str, list[Listener]] = field(default_factory=lambda: defaultdict(list))
    _to_all: list[Listener] = field(default_factory=list)
    _readers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _waiting: dict[str, deque[Record]] = field(default_factory=dict)
    _offsets: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def connect(self, service: Service, url: str) -> Offline:
        """Put a service on the wire; its tasks are not run."""
        worker = Offline(service, url, self.publish, self.clock)
        self.workers[service.name] = worker
        self._waiting[service.name] = deque()
        for topic in service.consumes:
            self._readers[topic.name].append(service.name)
        return worker

    def listen(self, listener: Listener, *kinds: type[Contract]) -> None:
        """Tell somebody of each record of these kinds, or of every record."""
        if not kinds:
            self._to_all.append(listener)
        for kind in kinds:
            self._listeners[BY_DATA[kind].type].append(listener)

    def say(self, data: Contract, topic: Topic, event_id: str, subject: str, source: str = "/tests") -> None:
        """Publish an event from outside."""
        kind = BY_DATA[type(data)].type
        event = CloudEvent[Any](id=event_id, source=source, type=kind, subject=subject, time=self.clock(), data=data)
        value = event.model_dump_json(exclude_none=True).encode()
        headers = (("content-type", CONTENT_TYPE.encode()), ("ce_id", event_id.encode()), ("ce_type", kind.encode()))
        self._carry(topic.name, subject.encode(), value, headers)

    async def publish(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        """What a service's relay does with a row of its outbox."""
        self._carry(topic, key, value, headers)

    def _carry(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        offset = self._offsets[topic]
        self._offsets[topic] += 1
        record = Record(topic, 0, offset, offset, key, value, headers)
        for reader in self._readers.get(topic, ()):
            self._waiting[reader].append(record)
        carried = Carried(record)
        for listener in (*self._to_all, *self._listeners.get(carried.kind, ())):
            listener(carried)

    async def settle(self) -> None:
        """Let every service deal with what is there, and with what follows from it, until nothing is left."""
        while any(self._waiting.values()):
            for name, waiting in self._waiting.items():
                while waiting:
                    batch = _next_of_each_key(waiting)
                    await asyncio.gather(*(self.workers[name].runner.process(record) for record in batch))


def _next_of_each_key(waiting: deque[Record]) -> list[Record]:
    """Take the oldest records, one of a key."""
    taken: dict[bytes | None, Record] = {}
    left: deque[Record] = deque()
    while waiting and len(taken) < _AT_ONCE:
        record = waiting.popleft()
        if record.key in taken:
            left.append(record)
        else:
            taken[record.key] = record
    waiting.extendleft(reversed(left))
    return list(taken.values())


@asynccontextmanager
async def wired(clock: Callable[[], datetime], folder: Path, services: Iterable[Service]) -> AsyncIterator[Wire]:
    """These services on SQLite files in a folder; what was carried is taken out of their outboxes for ever."""
    wire = Wire(clock)
    async with AsyncExitStack() as stack:
        for service in services:
            worker = wire.connect(service, f"sqlite:///{folder / service.name}.db")
            stack.push_async_callback(worker.commit.close)
            emptying = asyncio.create_task(worker.relay.forget_published())
            stack.push_async_callback(_ended, emptying)
        yield wire


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
