"""The stack with its locks on: the work gets done, and nobody can do more than they should."""

import json
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from aiokafka import AIOKafkaConsumer
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import ACLOperation, ResourceType
from kafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from infra.stack.certificates import Authority, authority
from infra.stack.run import ROOT, service_environment
from infra.stack.secure import BROKER, accounts, allow, client_settings, rights, set_rights
from infra.stack.topics import carriers_in
from samples.packets import Delivery, Packet, build
from schemas.ids import case_id, document_id
from schemas.publish.__main__ import sample
from schemas.topics import registry
from services.chassis.kafka_access import access_of
from services.notify.smtp import Down, PutOff, Refused, SmtpMailer, server_of
from tests.cli.terminal import OnTheStack
from tests.infra.acl_rules import may
from tests.stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

SOME_CASE = case_id("a case that there is not")
OURS, OTHERS = "carriers.aldermoor", "carriers.quillhaven"


def publish(stack: RunningStack, account: str, topic: str, event: dict[str, Any]) -> None:
    """Raises what the broker says to it."""
    run = stack.run
    producer = KafkaProducer(bootstrap_servers=run.kafka, **client_settings(run.data, account))
    try:
        producer.send(topic, key=event["subject"].encode(), value=json.dumps(event).encode()).get(timeout=60)
    finally:
        producer.close()


def first(stack: RunningStack, account: str, topic: str, case: str, group: str | None = None) -> Any:
    """The first record of a topic that is about the case; raises what the broker says to the question."""
    run = stack.run
    consumer = KafkaConsumer(
        topic,
        bootstrap_servers=run.kafka,
        group_id=group,
        auto_offset_reset="earliest",
        **client_settings(run.data, account),
    )
    deadline = time.monotonic() + 90
    try:
        while time.monotonic() < deadline:
            for records in consumer.poll(timeout_ms=500).values():
                for record in records:
                    if record.key == case.encode():
                        return record
    finally:
        consumer.close()
    raise AssertionError(f"nothing about the case on {topic} within 90 s")


def visible_to(stack: RunningStack, account: str) -> set[str]:
    run = stack.run
    consumer = KafkaConsumer(bootstrap_servers=run.kafka, **client_settings(run.data, account))
    try:
        return set(consumer.topics())
    finally:
        consumer.close()


def decided(case: str, event_id: str) -> dict[str, Any]:
    """A carrier's word on a case."""
    event = sample("goodorder.carriers.decided.v1")
    said = {"case_id": case, "decision": "declined", "answer_by": None}
    return {**event, "id": event_id, "subject": case, "data": {**event["data"], **said}}


@pytest.fixture(scope="module")
def case(locked: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A packet went the whole way through shut doors, from ``goodorder drop`` to the mail: the case it became."""
    house, file = OnTheStack(locked.run), tmp_path_factory.mktemp("dropped") / "packet.pdf"
    packet = build(Packet("any", "aldermoor", 4711, datetime.now(UTC).date(), (), Delivery.FILLABLE))
    file.write_bytes(packet.content)
    said = house("drop", file, "--wait", "--agent", "AG-1042")
    assert said.code == 0, said.words
    assert "mail to agent AG-1042: submitted, sent" in said.words
    return case_id(document_id(packet.content))


def test_the_house_is_well_with_every_door_shut(locked: RunningStack, case: str) -> None:
    OnTheStack(locked.run).until(lambda said: said.code == 0, "status")


def test_a_carrier_can_decide_its_own_cases_and_no_others(locked: RunningStack, case: str) -> None:
    submitted = json.loads(first(locked, "carrier-aldermoor", f"{OURS}.submissions", case, f"{OURS}.intake").value)
    assert submitted["data"]["carrier"] == "aldermoor"

    # On the other's topic the broker itself refuses.
    with pytest.raises(TopicAuthorizationFailedError):
        publish(locked, "carrier-quillhaven", f"{OURS}.decisions", decided(case, "intruder"))
    # On its own topic the desk refuses, and says why.
    publish(locked, "carrier-quillhaven", f"{OTHERS}.decisions", decided(case, "mistaken"))
    dead = first(locked, "operations", "cases.dead-letters", case)
    headers = {name: value.decode() for name, value in dead.headers}
    assert headers["dlq-reason-code"] == "wrong_carrier"
    assert f"case {case}, which is with aldermoor" in headers["dlq-message"]
    # The console's worker may read of it, and operations may deal with it.
    done = OnTheStack(locked.run)("dead-letters", "discard", headers["dlq-id"], "--reason", "the carrier was told")
    assert done.code == 0, done.words
    # It does not even see the other's topics, and cannot read under the other's name.
    assert visible_to(locked, "carrier-quillhaven") == {f"{OTHERS}.submissions", f"{OTHERS}.decisions"}
    with pytest.raises(GroupAuthorizationFailedError):
        first(locked, "carrier-quillhaven", f"{OTHERS}.submissions", case, f"{OURS}.intake")

    publish(locked, "carrier-aldermoor", f"{OURS}.decisions", decided(case, "ours"))
    states = set()
    deadline = time.monotonic() + 90
    while "declined" not in states and time.monotonic() < deadline:
        states = set(_states(locked, case))
    assert "declined" in states
    assert [case["state"] for case in page(locked, f"/cases?q={case}")["cases"]] == ["declined"]
    assert "is declined since" in page(locked, f"/cases/{case}")["answer"]


def page(locked: RunningStack, path: str, **headers: str) -> Any:
    """A page of the cases worker, asked for with the stack's token or as ``headers`` say."""
    port, token = locked.run.ports.services["cases"], locked.run.web_token_file.read_text()
    asked = Request(f"http://127.0.0.1:{port}{path}", headers=headers or {"Authorization": f"Bearer {token}"})
    with urlopen(asked) as answer:  # noqa: S310
        return json.load(answer)


def _states(locked: RunningStack, case: str) -> Iterator[str]:
    run = locked.run
    consumer = KafkaConsumer(
        "cases.changes",
        bootstrap_servers=run.kafka,
        auto_offset_reset="earliest",
        consumer_timeout_ms=1000,
        **client_settings(run.data, "operations"),
    )
    try:
        yield from (json.loads(record.value)["data"]["to_state"] for record in consumer if record.key == case.encode())
    finally:
        consumer.close()


def test_nobody_gets_in_without_tls_an_account_or_the_right_password(locked: RunningStack, stranger: Authority) -> None:
    run = locked.run
    right = client_settings(run.data, "carrier-aldermoor")
    their_key = str(stranger.vouched("client"))
    wrong = (
        {},
        {**right, "security_protocol": "SASL_PLAINTEXT"},
        {"security_protocol": "SSL", "ssl_cafile": str(run.ca_file)},
        {**right, "sasl_plain_password": "a guess"},
        {**right, "ssl_cafile": str(stranger.certificate)},
        {**right, "ssl_certfile": their_key, "ssl_keyfile": their_key},
    )

    def try_the_door(settings: dict[str, str]) -> None:
        with pytest.raises(KafkaError):
            KafkaProducer(bootstrap_servers=run.kafka, bootstrap_timeout_ms=1500, **settings).close()

    with ThreadPoolExecutor(len(wrong)) as all_at_once:
        list(all_at_once.map(try_the_door, wrong))


async def test_every_client_library_speaks_tls_with_the_same_settings(locked: RunningStack) -> None:
    run = locked.run
    authority(run.data).issue("client")
    certificate = str(authority(run.data).vouched("client"))
    said = {**run.environment(), "GOODORDER_KAFKA_CERTIFICATE_FILE": certificate}
    client = access_of(said).kafka_client()
    consumer = KafkaConsumer(bootstrap_servers=run.kafka, **client)
    assert "cases.changes" in consumer.topics()
    consumer.close()
    other = AIOKafkaConsumer(bootstrap_servers=run.kafka, **client)
    await other.start()
    assert "cases.changes" in await other.topics()
    await other.stop()


def test_a_worker_that_cannot_trust_kafka_says_so_and_ends(locked: RunningStack, stranger: Authority) -> None:
    environment = {
        **service_environment(locked.run, "licensing"),
        "GOODORDER_KAFKA_CA_FILE": str(stranger.certificate),
        "GOODORDER_DATA": str(stranger.folder),
    }
    command = (sys.executable, "-m", "services.licensing")
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False)
    assert ended.returncode == 1
    assert f"Kafka at {locked.run.kafka} shows a certificate that those of" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


async def test_the_mail_server_takes_nothing_without_tls_and_a_login(locked: RunningStack, stranger: Authority) -> None:
    run = locked.run
    whole = run.smtp_url_file.read_text()
    wire = b"Subject: a mail from nobody we know\r\n\r\nA test.\r\n"
    for why, mailer in {
        "STARTTLS": SmtpMailer(server_of(run.smtp_url, "never"), 10, run.ca_file),
        "(?i)auth": SmtpMailer(server_of(run.smtp_url, "always"), 10, run.ca_file),
        "does not let us in": SmtpMailer(server_of(whole.replace("@", "x@")), 10, run.ca_file),
        "is not trusted": SmtpMailer(server_of(whole), 10, stranger.certificate),
    }.items():
        with pytest.raises((Down, Refused, PutOff), match=why):
            await mailer.send("a@example.com", "b@example.com", wire)
        await mailer.close()
    assert _subjects(run.mail).count("a mail from nobody we know") == 0
    mailer = SmtpMailer(server_of(whole), 10, run.ca_file)
    assert (await mailer.send("a@example.com", "b@example.com", wire)).startswith("250")
    await mailer.close()
    assert _subjects(run.mail).count("a mail from nobody we know") == 1


def _subjects(mail: Path) -> list[str]:
    return [str(message_from_bytes(file.read_bytes())["Subject"]) for file in (mail / "new").iterdir()]


def test_a_page_with_cases_is_shown_to_those_who_know_the_token_and_health_to_all(locked: RunningStack) -> None:
    for said in ({"X-Other": "nothing"}, {"Authorization": "Bearer guess"}):
        with pytest.raises(HTTPError, match="401"):
            page(locked, "/cases", **said)
    assert page(locked, "/livez", **{"X-Other": "nothing"})["ok"]
    assert "cases" in page(locked, "/cases")


def test_secrets_are_in_files_of_their_owner_and_on_no_command_line_nor_in_an_environment_or_log(
    locked: RunningStack,
) -> None:
    run = locked.run
    files = [file for file in run.secrets.rglob("*") if file.is_file()]
    assert {file.stem for file in files} >= {"broker", "cases", "carrier-aldermoor", "ca", "smtp", "token"}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in {file.parent for file in files}} == {0o700}
    assert stat.S_IMODE((run.data / "kafka" / "server.properties").stat().st_mode) == 0o600
    secrets = [file.read_text().strip() for file in files if file.suffix != ".pem" or file.stem != "ca"]
    seen = _processes()
    assert {str(part.pid) for part in run.parts.values()} <= seen.keys()
    seen |= {file.name: file.read_bytes() for file in run.logs.iterdir()}
    seen["run.json"] = (run.data / "run.json").read_bytes()
    cases = str(run.parts["cases"].pid)
    assert str(run.web_token_file).encode() in seen[cases], "what was looked through is not what it should be"
    for secret in secrets:
        assert not [name for name, content in seen.items() if secret.encode() in content]


def _processes() -> dict[str, bytes]:
    """What any program of ours can read about each process there is, by its number: parts, their children, others."""
    told = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended meanwhile, or is somebody else's
            told[process.name] = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
    return told


def test_the_broker_knows_the_rights_of_the_table_and_no_others(locked: RunningStack) -> None:
    run = locked.run
    broker, carriers = client_settings(run.data, BROKER), carriers_in(run.carriers)
    assert set_rights(run.kafka, carriers, **broker) == ()
    # Somebody opens a door by hand: the next start shuts it.
    admin = KafkaAdminClient(bootstrap_servers=run.kafka, **broker)
    by_hand = allow("notify", ACLOperation.ALL, ResourceType.TOPIC, "intake.", is_prefix=True)
    strangers = allow("somebody", ACLOperation.READ, ResourceType.TOPIC, "theirs")
    try:
        admin.create_acls([by_hand, strangers])
    finally:
        admin.close()
    assert set_rights(run.kafka, carriers, **broker) == ("taken: User:notify ALL TOPIC intake.*",)
    assert set_rights(run.kafka, carriers, **broker) == ()


@pytest.mark.parametrize(
    ("account", "topic"),
    [
        ("notify", "cases.changes"),
        ("validation", "requirements.changes"),
        ("cases", f"{OTHERS}.decisions"),
        ("intake", "cases.commands"),
        ("vendor", "vendors.orders"),
        ("operations", "validation.verdicts"),
    ],
)
def test_the_broker_lets_nobody_write_what_is_anothers_word(locked: RunningStack, account: str, topic: str) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        publish(locked, account, topic, decided(SOME_CASE, "intruder"))


def test_every_account_sees_the_topics_that_it_uses_and_no_others(locked: RunningStack) -> None:
    carriers = carriers_in(locked.run.carriers)
    table, all_topics = list(rights(carriers)), [topic.name for topic in registry(carriers)]
    for account in accounts(carriers):
        is_seen = {topic for topic in all_topics if may(table, account, ACLOperation.DESCRIBE, topic)}
        assert visible_to(locked, account) == is_seen, account
