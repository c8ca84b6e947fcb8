"""What the command line does on Kafka: read topics to their present end, publish one event, wait for an answer."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError

from goodorder.faults import Fault
from schemas.envelope import CONTENT_TYPE, CloudEvent
from services.chassis.patience import patiently
from services.chassis.private.events import as_written
from services.chassis.private.vault import Vault
from services.chassis.record import Record
from services.console.operations.lag import partitions_of, standings

_PATIENCE_MS = 5_000
_SILENCE = 30.0
"""Seconds without a record after which Kafka counts as gone."""


@dataclass(frozen=True)
class Place:
    """Where a published event lies."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"


class Answers:
    """What is written to one topic from the moment this was opened."""

    def __init__(self, consumer: Any) -> None:
        self._consumer = consumer

    def until(self, deadline: float) -> Iterator[Record]:
        """Records as they come; ends at the deadline (:func:`time.monotonic`)."""
        while (left := deadline - monotonic()) > 0:
            for records in self._consumer.poll(timeout_ms=min(int(left * 1000) + 1, 500)).values():
                yield from map(_record, records)


class Reading:
    """Topics read on from where the last look ended."""

    def __init__(self, consumer: Any, starts: Mapping[Any, int], servers: str) -> None:
        """``starts``: the offset from which each partition is read."""
        self._consumer = consumer
        self._next = dict(starts)
        self._servers = servers

    def on(self) -> Iterator[Record]:
        """The records since the last look up to the present ends, oldest first in each partition."""
        ends = patiently(lambda: self._consumer.end_offsets(list(self._next)))
        deadline = monotonic() + _SILENCE
        while waiting := [partition for partition, offset in self._next.items() if offset < ends[partition]]:
            if monotonic() > deadline:
                raise Fault(f"Kafka at {self._servers} stopped answering while its topics were read.")
            read = self._consumer.poll(timeout_ms=500)
            for partition, records in read.items():
                self._next[partition] = records[-1].offset + 1
                yield from map(_record, records)
                deadline = monotonic() + _SILENCE
            if not read:
                # The last offsets of a partition may hold no record: what was compacted away, or a marker.
                self._next |= {partition: self._consumer.position(partition) for partition in waiting}


class Broker:
    """Short-lived connections to one cluster; a broker that does not answer is a :class:`Fault`."""

    def __init__(
        self, servers: str, account: Mapping[str, str] | None = None, vault: Callable[[], Vault] | None = None
    ) -> None:
        """``account``: what kafka-python is told where Kafka asks who speaks; ``vault``: what seals private values
        that are published."""
        self.servers = servers
        self._vault = vault or _no_vault
        self._account = dict(account or {})
        logging.getLogger("kafka").setLevel(logging.CRITICAL)

    def publish(self, topic: str, key: str, event: CloudEvent[Any]) -> Place:
        """Hand over one event; returns when the broker has it safely."""
        (place,) = self.publish_all(topic, {key: event})
        return place

    def publish_all(self, topic: str, events: Mapping[str, CloudEvent[Any]]) -> list[Place]:
        """Hand over events by key; returns when the broker has them all safely."""
        with self._open(KafkaProducer) as producer:
            handed_over = [
                producer.send(
                    topic,
                    key=key.encode(),
                    value=as_written(event, None, self._vault),
                    headers=[("content-type", CONTENT_TYPE.encode())],
                )
                for key, event in events.items()
            ]
            taken = [sent.get(timeout=30) for sent in handed_over]
            return [Place(topic, int(one.partition), int(one.offset)) for one in taken]

    def read(self, topics: Iterable[str]) -> list[Record]:
        """Every record of the topics that exist, up to their present ends, oldest first in each partition."""
        with self.reading(topics) as reading:
            return list(reading.on())

    @contextmanager
    def reading(self, topics: Iterable[str]) -> Iterator["Reading"]:
        """The topics that exist now, from their beginnings: for whoever looks again and again."""
        with self._consumer() as consumer:
            partitions = partitions_of(consumer, topics)
            consumer.assign(partitions)
            starts = consumer.beginning_offsets(partitions)
            for partition, start in starts.items():
                consumer.seek(partition, start)
            yield Reading(consumer, starts, self.servers)

    def ends(self, topics: Iterable[str]) -> dict[tuple[str, int], int]:
        """Where each partition of the topics ends now: the offset that its next record will have."""
        with self._consumer() as consumer:
            ends = consumer.end_offsets(partitions_of(consumer, topics))
            return {(place.topic, place.partition): int(end) for place, end in ends.items()}

    @contextmanager
    def listening(self, topic: str) -> Iterator[Answers]:
        """What is written to ``topic`` from now on."""
        with self._consumer() as consumer:
            partitions = partitions_of(consumer, [topic])
            consumer.assign(partitions)
            for partition, end in consumer.end_offsets(partitions).items():
                consumer.seek(partition, end)
            yield Answers(consumer)

    def lag(self, services: Iterable[str]) -> dict[str, int | None]:
        """Records of each service's topics that it has not finished; ``None`` while none of its topics is there."""
        with self._open(KafkaAdminClient) as admin, self._consumer() as consumer:
            found = patiently(lambda: standings(admin, consumer, services), _PATIENCE_MS / 1000)
        return {name: sum(each.behind for each in parts) if parts else None for name, parts in found.items()}

    @contextmanager
    def _consumer(self) -> Iterator[Any]:
        # Checksums would be added up byte by byte in Python, which takes longer than everything else; the broker did.
        with self._open(KafkaConsumer, group_id=None, enable_auto_commit=False, check_crcs=False) as consumer:
            yield consumer

    @contextmanager
    def _open(self, client: Callable[..., Any], **settings: Any) -> Iterator[Any]:
        try:
            opened = client(
                bootstrap_servers=self.servers.split(","),
                bootstrap_timeout_ms=_PATIENCE_MS,
                **self._account,
                **settings,
            )
        except (KafkaError, OSError, ValueError) as error:
            raise Fault(
                f"Kafka does not answer at {self.servers}.",
                "Start the local stack with `make up`, or name your brokers in GOODORDER_KAFKA.",
            ) from error
        try:
            yield opened
        except KafkaError as error:
            raise Fault(f"Kafka at {self.servers} refused: {type(error).__name__}: {error}") from error
        finally:
            opened.close()


def _no_vault() -> Vault:
    raise Fault("This command publishes private values and was given no key to seal them.")


def _record(read: Any) -> Record:
    headers = tuple((name, bytes(value or b"")) for name, value in read.headers or ())
    return Record(read.topic, read.partition, read.offset, read.timestamp, read.key, read.value, headers)
