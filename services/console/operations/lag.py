"""How far the services are on Kafka: what each has finished of each partition, and how old the rest is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from kafka import TopicPartition

from schemas.events import BY_DATA
from schemas.parties import receives

AGES = tuple(
    timedelta(seconds=seconds) for seconds in (10, 60, 5 * 60, 15 * 60, 3600, 6 * 3600, 24 * 3600, 7 * 24 * 3600)
)
"""So finely it is told how old a waiting record is; Kafka is asked once for each, while something is older."""


@dataclass(frozen=True)
class Standing:
    """A service on one partition."""

    topic: str
    partition: int
    finished: int
    """The offset that it goes on with."""
    end: int
    older_than: timedelta | None = None
    """The record that waits longest was written before that; ``None``: nothing waits, or only just."""

    @property
    def behind(self) -> int:
        return max(self.end - self.finished, 0)


def standings(admin: Any, consumer: Any, services: Iterable[str]) -> dict[str, tuple[Standing, ...]]:
    """Of each service (clients of kafka-python), by topic and partition.

    All that lies on a topic of which a service has finished no record waits for it; on a fresh one that is nothing.
    """
    names = list(services)
    committed = admin.list_group_offsets(names)
    return {name: tuple(_of(consumer, name, committed.get(name) or {})) for name in names}


def topics_of(service: str) -> frozenset[str]:
    """What a service reads for certain; of the carriers' topics it reads those of the carriers that it has on file."""
    received = {BY_DATA[data].topic.replace("{service}", service) for data in receives(service)}
    return frozenset(topic for topic in received if "{" not in topic)


def _of(consumer: Any, service: str, committed: Mapping[Any, Any]) -> list[Standing]:
    partitions = partitions_of(consumer, {place.topic for place in committed} | topics_of(service))
    if not partitions:
        return []
    starts, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
    return [
        Standing(
            place.topic,
            place.partition,
            int(committed[place].offset if place in committed else starts[place]),
            int(ends[place]),
        )
        for place in partitions
    ]


def with_ages(consumer: Any, found: Iterable[Standing], now: datetime) -> tuple[Standing, ...]:
    """The same, each with how old its oldest waiting record is. Kafka tells it without showing the record."""
    known = tuple(found)
    late = {TopicPartition(each.topic, each.partition): each.finished for each in known if each.behind}
    ages: dict[Any, timedelta] = {}
    for age in AGES:
        if not late:
            break
        since = consumer.offsets_for_times(dict.fromkeys(late, int((now - age).timestamp() * 1000)))
        # It is older when the first record that was written since then lies behind it, or there is none.
        late = {at: offset for at, offset in late.items() if since[at] is None or since[at].offset > offset}
        ages |= dict.fromkeys(late, age)
    return tuple(replace(each, older_than=ages.get(TopicPartition(each.topic, each.partition))) for each in known)


def partitions_of(consumer: Any, topics: Iterable[str]) -> list[Any]:
    """Every partition of the topics that are there."""
    consumer.topics()
    return [
        TopicPartition(topic, number)
        for topic in sorted(set(topics))
        for number in sorted(consumer.partitions_for_topic(topic) or ())
    ]
