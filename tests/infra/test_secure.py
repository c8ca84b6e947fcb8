"""Kafka with its locks on: a carrier can touch its own cases and topics, and nothing else."""

import json
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from infra.stack.secure import client_settings, rights
from schemas.ids import case_id
from schemas.publish.__main__ import sample
from tests.stack import RunningStack, running_stack

pytestmark = pytest.mark.stack

CASE = case_id("a case between two carriers")
OURS, OTHERS = "carriers.aldermoor", "carriers.quillhaven"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("locked"), "cases", secure=True) as running:
        yield running


def publish(stack: RunningStack, account: str, topic: str, event: dict[str, Any]) -> None:
    """Raises what the broker says to it."""
    run = stack.run
    producer = KafkaProducer(bootstrap_servers=run.kafka, **client_settings(run.data, account))
    try:
        producer.send(topic, key=CASE.encode(), value=json.dumps(event).encode()).get(timeout=10)
    finally:
        producer.close()


def first(stack: RunningStack, account: str, topic: str, group: str | None = None) -> Any:
    """The first record of a topic that is about the case; raises what the broker says to the question."""
    run = stack.run
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=run.kafka,
        group_id=group,
        auto_offset_reset="earliest",
        **client_settings(run.data, account),
    )
    deadline = time.monotonic() + 30
    try:
        while time.monotonic() < deadline:
            for records in consumer.poll(timeout_ms=500).values():
                for record in records:
                    if record.key == CASE.encode():
                        return record
    finally:
        consumer.close()
    raise AssertionError(f"nothing about the case on {topic} within 30 s")


def visible_to(stack: RunningStack, account: str) -> set[str]:
    run = stack.run
    consumer = KafkaConsumer(bootstrap_servers=run.kafka, **client_settings(run.data, account))
    try:
        return set(consumer.topics())
    finally:
        consumer.close()


def told(name: str, event_id: str, **data: Any) -> dict[str, Any]:
    """A published sample, said of the case."""
    event = sample(name)
    about = {"case_id": CASE} if "case_id" in event["data"] else {}
    return {**event, "id": event_id, "subject": CASE, "data": {**event["data"], **about, **data}}


def decided(event_id: str) -> dict[str, Any]:
    return told("goodorder.carriers.decided.v1", event_id, decision="declined", answer_by=None)


def test_a_carrier_can_decide_its_own_cases_and_no_others(locked: RunningStack) -> None:
    publish(locked, "intake", "intake.applications", told("goodorder.intake.application-read.v1", "read"))
    igo = told("goodorder.validation.verdict-reached.v1", "judged", verdict="igo", findings=[])
    publish(locked, "validation", "validation.verdicts", igo)
    submitted = json.loads(first(locked, "carrier-aldermoor", f"{OURS}.submissions", f"{OURS}.intake").value)
    assert submitted["data"]["carrier"] == "aldermoor"

    # On the other's topic the broker itself refuses.
    with pytest.raises(TopicAuthorizationFailedError):
        publish(locked, "carrier-quillhaven", f"{OURS}.decisions", decided("intruder"))
    # On its own topic the desk refuses, and says why.
    publish(locked, "carrier-quillhaven", f"{OTHERS}.decisions", decided("mistaken"))
    dead = first(locked, "operations", "cases.dead-letters")
    headers = {name: value.decode() for name, value in dead.headers}
    assert headers["dlq-reason-code"] == "wrong_carrier"
    assert f"case {CASE}, which is with aldermoor" in headers["dlq-message"]
    # It does not even see the other's topics, and cannot read under the other's name.
    assert visible_to(locked, "carrier-quillhaven") == {f"{OTHERS}.submissions", f"{OTHERS}.decisions"}
    with pytest.raises(GroupAuthorizationFailedError):
        first(locked, "carrier-quillhaven", f"{OTHERS}.submissions", f"{OURS}.intake")

    publish(locked, "carrier-aldermoor", f"{OURS}.decisions", decided("ours"))
    states = set()
    deadline = time.monotonic() + 30
    while "declined" not in states and time.monotonic() < deadline:
        states = set(_states(locked))
    assert "declined" in states
    page = f"http://127.0.0.1:{locked.run.ports.services['cases']}/cases"
    with urlopen(f"{page}?q={CASE}") as listed, urlopen(f"{page}/{CASE}") as whole:  # noqa: S310
        assert [case["state"] for case in json.load(listed)["cases"]] == ["declined"]
        assert "is declined since" in json.load(whole)["answer"]


def _states(locked: RunningStack) -> Iterator[str]:
    run = locked.run
    consumer = KafkaConsumer(
        "cases.changes",
        bootstrap_servers=run.kafka,
        auto_offset_reset="earliest",
        consumer_timeout_ms=1000,
        **client_settings(run.data, "operations"),
    )
    try:
        yield from (json.loads(record.value)["data"]["to_state"] for record in consumer)
    finally:
        consumer.close()


def test_nobody_gets_in_without_an_account_or_with_a_wrong_password(locked: RunningStack) -> None:
    run = locked.run
    right = client_settings(run.data, "carrier-aldermoor")
    for settings in ({}, {**right, "sasl_plain_password": "a guess"}):
        with pytest.raises(KafkaError):
            KafkaProducer(bootstrap_servers=run.kafka, bootstrap_timeout_ms=1500, **settings).close()


def test_passwords_are_in_files_of_their_owner_and_on_no_command_line(locked: RunningStack) -> None:
    files = list((locked.run.data / "secrets" / "kafka").iterdir())
    assert {file.stem for file in files} >= {"broker", "cases", "carrier-aldermoor", "carrier-quillhaven", "vendor"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    passwords = [file.read_text() for file in files]
    assert stat.S_IMODE((locked.run.data / "kafka" / "server.properties").stat().st_mode) == 0o600
    for part in locked.run.parts.values():
        seen = Path(f"/proc/{part.pid}/cmdline").read_bytes() + Path(f"/proc/{part.pid}/environ").read_bytes()
        assert not [password for password in passwords if password.encode() in seen]
    logs = "".join(file.read_text(errors="replace") for file in locked.run.logs.iterdir())
    assert not [password for password in passwords if password in logs]


def test_a_carriers_rights_are_on_its_own_topics_only() -> None:
    for right in rights(("aldermoor", "quillhaven")):
        if right.principal == "User:carrier-quillhaven":
            assert right.resource_pattern.resource_name.startswith(f"{OTHERS}.")
