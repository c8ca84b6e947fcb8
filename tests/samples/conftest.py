"""A Kafka alone, once for all scripted parties, which speak nothing else."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka import KafkaProducer

from infra.stack.run import RunInfo
from schemas.envelope import CloudEvent
from tests.stack import running_stack


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunInfo]:
    with running_stack(tmp_path_factory.mktemp("kafka"), "kafka") as stack:
        yield stack.run


def publish(kafka: RunInfo, topic: str, key: str, event: CloudEvent[Any]) -> None:
    """Hand over an event as it is: nothing that is private in a house is private here."""
    producer = KafkaProducer(bootstrap_servers=kafka.kafka)
    producer.send(topic, key=key.encode(), value=event.model_dump_json(exclude_none=True).encode()).get(30)
    producer.close()


def until_holds(holds: Callable[[], bool], seconds: float = 90) -> None:
    """Returns when it holds; fails at the deadline."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail("a scripted party did not get there in time")
        time.sleep(0.3)
