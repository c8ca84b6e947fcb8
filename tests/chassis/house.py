"""The probe as real processes on a real broker: started, fed, killed, and counted afterwards."""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from infra.stack.ports import free_ports
from infra.stack.run import ROOT
from infra.stack.topics import ensure
from schemas.envelope import CloudEvent
from schemas.topics import Topic, commands, dead_letters
from services.chassis.patience import patiently
from tests.chassis.events import headers_of, to_bytes
from tests.chassis.probe import counted

Answer = TypeVar("Answer")

_libc = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1


def eventually(condition: Callable[[], Any], what: str, seconds: float = 60.0) -> Any:
    """The condition's answer as soon as it is true; fails at the deadline."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.05)
    return answer


@dataclass
class Worker:
    """One worker slot: its process, and what it wrote."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            if self.process.poll() is not None:
                raise AssertionError(f"the probe ended with {self.process.returncode}: {self.said[-3000:]}") from None
            return False

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """As the kernel does when memory is short: no goodbye."""
        self.process.kill()
        self.process.wait()

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def ended(self, seconds: float = 30.0) -> int:
        """The exit code, once it has ended."""
        return self.process.wait(seconds)


@dataclass
class Told:
    """Everything on ``probe.out``: for each case its reports, in the order of their first occurrence."""

    records: int
    ids: Counter[str]
    by_case: dict[str, list[str]]

    @property
    def reports(self) -> int:
        return sum(len(reports) for reports in self.by_case.values())

    @property
    def repeated(self) -> int:
        return self.records - len(self.ids)


@dataclass
class House:
    """A broker's address, a folder, and one probe service of a name of its own with any number of workers."""

    kafka: str
    folder: Path
    name: str
    database_url: str
    workers: dict[str, Worker] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.incoming = Topic(f"{self.name}.in", key="case id", ordered=True)
        self.outgoing = Topic(f"{self.name}.out", key="case id", ordered=True)
        self.commands, self.dead_letters = commands(self.name), dead_letters(self.name)
        topics = (self.incoming, self.outgoing, self.commands, self.dead_letters)
        patiently(lambda: ensure(self.kafka, topics))
        self.producer = KafkaProducer(bootstrap_servers=self.kafka, linger_ms=5, max_request_size=2_000_000)

    def start(self, slot: str = "one", **environment: str) -> Worker:
        """Start the worker of a slot, after a kill once more; its static member id is the slot's."""
        port = self.ports.setdefault(slot, free_ports().kafka)
        log = self.folder / f"{slot}.log"
        settings = {
            "PROBE_NAME": self.name,
            "GOODORDER_KAFKA": self.kafka,
            "GOODORDER_DATA": str(self.folder),
            "GOODORDER_DATABASE_URL": self.database_url,
            "GOODORDER_WEB_PORT": str(port),
            "GOODORDER_WORKER_ID": f"{self.name}-{slot}",
            "GOODORDER_LONGEST_HANDLER": "30",
            **environment,
        }
        with log.open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.chassis.probe"], cwd=ROOT, env=os.environ | settings,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, preexec_fn=end_with_parent,
            )  # fmt: skip
        self.workers[slot] = Worker(process, port, log)
        return self.workers[slot]

    def start_ready(self, slot: str = "one", **environment: str) -> Worker:
        worker = self.start(slot, **environment)
        eventually(worker.is_ready, f"worker {slot} is ready")
        return worker

    def close(self) -> None:
        """End what is still running."""
        for worker in self.workers.values():
            if worker.process.poll() is None:
                worker.kill()
        self.producer.close()

    def send(self, events: Iterable[CloudEvent[Any]], topic: Topic | None = None) -> int:
        """Publish events under their subjects, in this order; returns how many, when the broker has them all."""
        name, sent = (topic or self.incoming).name, []
        for event in events:
            key, headers = (event.subject or "").encode(), list(headers_of(event))
            sent.append(self.producer.send(name, key=key, value=to_bytes(event), headers=headers))
        for promise in sent:
            promise.get(timeout=60)
        return len(sent)

    def send_bytes(self, key: bytes, value: bytes | None) -> None:
        self.producer.send(self.incoming.name, key=key, value=value).get(timeout=60)

    def records(self, topic: Topic) -> list[Any]:
        """Everything that is on a topic now, partition after partition."""

        def read(consumer: Any, places: list[Any]) -> list[Any]:
            ends = consumer.end_offsets(places)
            consumer.seek_to_beginning(*places)
            found: list[Any] = []
            while any(consumer.position(place) < ends[place] for place in places):
                for batch in consumer.poll(timeout_ms=500).values():
                    found.extend(batch)
            return sorted(found, key=lambda record: (record.partition, record.offset))

        return self._on(topic, read)

    def published(self, topic: Topic) -> int:
        """How many records the topic holds."""
        return self._on(topic, lambda consumer, places: sum(consumer.end_offsets(places).values()))

    def _on(self, topic: Topic, read: Callable[[Any, list[Any]], Answer]) -> Answer:
        """What is read of all the topic's partitions, once the broker lets it be read."""

        def ask() -> Answer:
            # Checksums would be added up byte by byte in Python; the broker did.
            consumer = KafkaConsumer(
                bootstrap_servers=self.kafka, enable_auto_commit=False, group_id=None, check_crcs=False
            )
            try:
                places = [TopicPartition(topic.name, partition) for partition in range(topic.partitions)]
                consumer.assign(places)
                return read(consumer, places)
            finally:
                consumer.close()

        return patiently(ask)

    def told(self) -> Told:
        ids: Counter[str] = Counter()
        by_case: defaultdict[str, list[str]] = defaultdict(list)
        records = self.records(self.outgoing)
        for record in records:
            event = json.loads(record.value)
            ids[event["id"]] += 1
            if ids[event["id"]] == 1:
                by_case[record.key.decode()].append(event["data"]["requirement_id"])
        return Told(len(records), ids, dict(by_case))

    def times(self) -> dict[str, int]:
        """How often the probe's database says that each case was counted."""
        engine = sa.create_engine(self.database_url)
        table = counted
        if engine.dialect.name == "postgresql":
            table = counted.to_metadata(sa.MetaData(), schema=self.name)
        try:
            with engine.connect() as db:
                return {row.case_id: row.times for row in db.execute(sa.select(table))}
        finally:
            engine.dispose()

    def acknowledged(self) -> int:
        """Offsets that the group has committed on ``probe.in``, added up."""
        offsets: Mapping[Any, Any] = self._administer(lambda admin: admin.list_group_offsets({self.name: None}))
        return sum(place.offset for tp, place in offsets[self.name].items() if tp.topic == self.incoming.name)

    def group_state(self) -> str:
        """The broker's word for what the group is doing, e.g. ``Stable``."""
        return str(self._administer(lambda admin: admin.describe_groups([self.name]))[self.name]["group_state"])

    def configure(self, topic: Topic, **settings: str) -> None:
        """Change settings of a topic: ``max_message_bytes`` for ``max.message.bytes``."""
        changes = {name.replace("_", "."): ("SET", value) for name, value in settings.items()}
        resource = ConfigResource(ConfigResourceType.TOPIC, topic.name, changes)
        self._administer(lambda admin: admin.alter_configs([resource]))

    def _administer(self, ask: Callable[[Any], Answer]) -> Answer:
        """The admin's answer, once the broker can give one."""

        def asked() -> Answer:
            admin = KafkaAdminClient(bootstrap_servers=self.kafka)
            try:
                return ask(admin)
            finally:
                admin.close()

        return patiently(asked)


def end_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
