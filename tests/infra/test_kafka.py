"""What every service relies on of the local broker: acknowledged means kept, and no topic is made by a typing error."""

import uuid
from collections import Counter
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from infra.stack import topics
from infra.stack.errors import StackError
from infra.stack.run import ROOT
from schemas.topics import Topic, registry
from services.chassis.patience import patiently
from tests.stack import RunningStack

pytestmark = pytest.mark.stack

_LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F"}
"""127.0.0.1 as /proc/net writes it, for IPv4 and for IPv4 by way of IPv6."""


def new_topic(partitions: int = 4, config: dict[str, str] | None = None) -> Topic:
    return Topic(f"test.{uuid.uuid4().hex[:12]}", key="any", partitions=partitions, config=config or {})


async def everything_in(bootstrap: str, topic: str) -> Counter[bytes]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        found: Counter[bytes] = Counter()
        ends = await consumer.end_offsets(consumer.assignment())
        while any([await consumer.position(place) < end for place, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                found.update(record.value for record in batch)
        return found
    finally:
        await consumer.stop()


async def test_what_was_acknowledged_survives_a_kill_of_the_broker(own_stack: RunningStack) -> None:
    topic = new_topic()
    bootstrap = own_stack.run.kafka
    topics.ensure(bootstrap, [topic])
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    sent = [f"event {number}".encode() for number in range(300)]
    for number, value in enumerate(sent):
        await producer.send_and_wait(topic.name, value, key=b"%d" % (number % 9))
    # At once: partitions whose files are seconds old are the ones a crash could take.
    own_stack.kill("kafka")
    own_stack.until_ready("kafka")
    await producer.send_and_wait(topic.name, b"after the crash")
    await producer.stop()
    assert await everything_in(bootstrap, topic.name) == Counter([*sent, b"after the crash"])


async def test_a_misspelt_topic_is_an_error(own_stack: RunningStack) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=own_stack.run.kafka, request_timeout_ms=3000)
    await producer.start()
    try:
        with pytest.raises(KafkaError):
            await producer.send_and_wait("intake.aplications", b"x")
    finally:
        await producer.stop()


def test_every_topic_of_the_registry_is_there_when_the_stack_is_ready(own_stack: RunningStack) -> None:
    wanted = registry(topics.carriers_in(own_stack.run.carriers))
    assert any(topic.name.startswith("carriers.") for topic in wanted)
    admin = KafkaAdminClient(bootstrap_servers=own_stack.run.kafka)
    found = patiently(lambda: admin.describe_topics([topic.name for topic in wanted]))
    admin.close()
    described = {row["name"]: len(row["partitions"]) for row in found}
    assert described == {topic.name: topic.partitions for topic in wanted}


def test_settings_that_differ_are_set_right_and_then_left_alone(own_stack: RunningStack) -> None:
    bootstrap = own_stack.run.kafka
    topic = new_topic(config={"retention.ms": "1000"})
    assert topics.ensure(bootstrap, [topic]) == (f"created {topic.name}",)
    changed = Topic(topic.name, key="any", partitions=4, config={"max.message.bytes": "2000000"})
    assert topics.ensure(bootstrap, [changed]) == (f"altered {topic.name}: max.message.bytes, retention.ms",)
    assert topics.ensure(bootstrap, [changed]) == ()
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic.name)]
    found = patiently(lambda: admin.describe_configs(asked))["topic"][topic.name]
    admin.close()
    assert {name: entry["value"] for name, entry in found.items()} == {"max.message.bytes": "2000000"}


def test_another_number_of_partitions_is_told_and_not_changed(own_stack: RunningStack) -> None:
    topic = new_topic(partitions=3)
    topics.ensure(own_stack.run.kafka, [topic])
    with pytest.raises(StackError, match=f"{topic.name} has 3 partitions, 12 are needed"):
        topics.ensure(own_stack.run.kafka, [Topic(topic.name, key="any", config={})])


def test_nothing_listens_beyond_the_loopback(own_stack: RunningStack) -> None:
    run = own_stack.run
    ports = [port for part in run.parts.values() for port in part.ports]
    assert len(ports) == 4
    for port in ports:
        addresses = _listening_addresses(port)
        assert addresses, f"nothing listens on {port}"
        assert addresses <= _LOOPBACK, f"port {port} listens on {addresses}"


def _listening_addresses(port: int) -> set[str]:
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]
    ]
    return {
        fields[1].rpartition(":")[0]
        for fields in lines
        if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port
    }


def test_carriers_are_the_folders_with_a_carrier_file(tmp_path: Path) -> None:
    (tmp_path / "aldermoor").mkdir()
    (tmp_path / "aldermoor" / "carrier.yaml").write_text("{}")
    (tmp_path / "drafts").mkdir()
    assert topics.carriers_in(tmp_path) == ("aldermoor",)
    assert set(topics.carriers_in(ROOT / "carriers")) >= {"aldermoor", "quillhaven"}
