"""Private values: sealed wherever they rest, opened by their case's key alone, waited for, and forgotten for good."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from cryptography.exceptions import InvalidTag
from moto import mock_aws

from samples.opening import opened as opened_by_reader
from schemas.application import Application, Beneficiary, Person
from schemas.case_events import CaseRequested
from schemas.codes import BeneficiaryClass, CaseRequestKind
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA
from services.chassis.commit import GroupCommit
from services.chassis.database import connect
from services.chassis.errors import Outgoing, Permanent, Transient
from services.chassis.outbox import Relay
from services.chassis.private.events import as_masked, as_opened, as_written
from services.chassis.private.house_key import FileKey, KmsKey, make_key_file
from services.chassis.private.key_store import BucketOfKeys
from services.chassis.private.readers import ReaderKeys
from services.chassis.private.vault import Forgotten, KeysWanted, Vault, read_record, vault_of
from services.chassis.runner import Handler, Received, Runner
from services.chassis.settings import ServiceSettings
from tests.chassis.events import NOON, record
from tests.chassis.probe import IN, OUT
from tests.chassis.workshop import Broker, Clock, open_database, until
from tests.keys import KeysInMemory, folder, readers_private_key, vault

CASE, OTHER = "GO-1574-WM4A-D5HS", "GO-7K3M-9QXT-2B4F"
SSN = "845-20-1188"
INSURED = Person(first_name="Robin", ssn=SSN)
APPLICATION = Application(carrier="aldermoor", insured=INSURED, medications="Zorvexil 20 mg")
REQUEST = CaseRequested(
    case_id=CASE,
    request=CaseRequestKind.CHANGE_BENEFICIARY,
    beneficiaries=(Beneficiary(beneficiary_class=BeneficiaryClass.PRIMARY, name="Robin Merrow", ssn=SSN),),
    actor="m.lee",
    reason="As the client asks.",
    requested_at=NOON,
)


def event(identity: str = "one", subject: str = CASE) -> CloudEvent[CaseRequested]:
    return CloudEvent[CaseRequested](
        id=identity, source="/tests", type=BY_DATA[CaseRequested].type, subject=subject, time=NOON, data=REQUEST
    )


def test_a_sealed_value_opens_at_its_own_place_of_its_own_case_only() -> None:
    at_hand = vault(at_once=True)
    held = at_hand.seal(CASE, APPLICATION)
    assert SSN not in json.dumps(held)
    assert "Zorvexil" not in json.dumps(held)
    assert held["insured"]["first_name"] == "Robin"
    assert at_hand.open(CASE, Application, held) == APPLICATION
    for spoilt in (
        {**held, "medications": held["insured"]["ssn"]},
        {**held, "medications": held["medications"][:-4] + "AAAA"},
        {**held, "medications": "sealed:1:"},
    ):
        with pytest.raises(Permanent, match="cannot be opened"):
            at_hand.open(CASE, Application, spoilt)
    at_hand.seal(OTHER, APPLICATION)
    with pytest.raises(Permanent, match="cannot be opened"):
        at_hand.open(OTHER, Application, held)


def test_of_two_workers_who_make_a_cases_key_at_once_both_use_the_first() -> None:
    store = KeysInMemory()
    one, other = vault(store, at_once=True), vault(store, at_once=True)
    assert other.open(CASE, Application, one.seal(CASE, APPLICATION)) == APPLICATION
    assert one.open(CASE, Application, other.seal(CASE, APPLICATION)) == APPLICATION
    assert store.asked == 3, "one look a case and worker, and one to make it"


def test_a_key_is_at_hand_for_a_short_while() -> None:
    now = [0.0]
    store = KeysInMemory()
    at_hand = vault(store, at_once=True, life=60, clock=lambda: now[0])
    held = at_hand.seal(CASE, APPLICATION)
    store.forget(CASE, NOON)
    now[0] = 59
    assert at_hand.open(CASE, Application, held) == APPLICATION
    now[0] = 61
    with pytest.raises(Forgotten, match="was deleted on purpose"):
        at_hand.open(CASE, Application, held)
    with pytest.raises(Forgotten):
        at_hand.seal(CASE, APPLICATION)


def test_a_key_that_was_lost_is_not_made_anew_to_open_what_was_sealed_by_it() -> None:
    store = KeysInMemory()
    held = vault(store, at_once=True).seal(CASE, APPLICATION)
    store.held.clear()
    with pytest.raises(Permanent, match="nobody forgot it"):
        vault(store, at_once=True).open(CASE, Application, held)
    assert not store.held


def test_a_blind_index_is_the_same_in_one_house_and_another_in_the_next() -> None:
    store = KeysInMemory()
    assert vault(store, at_once=True).blind(SSN) == vault(store, at_once=True).blind(SSN)
    assert vault(store, at_once=True).blind(SSN) != vault(at_once=True).blind(SSN)


def test_a_database_opened_without_the_vault_shows_nothing_private_and_takes_nothing(tmp_path: Path) -> None:
    held = vault(at_once=True).seal(CASE, APPLICATION)
    with connect(f"sqlite:///{tmp_path}/any.db", "any").begin() as db:
        shown = read_record(db, CASE, Application, held)
        assert (shown.insured.first_name, shown.insured.ssn, shown.medications) == ("Robin", None, None)
        with pytest.raises(LookupError, match="without the vault"):
            vault_of(db)


def test_an_event_for_an_outside_reader_is_opened_by_its_own_key_in_a_few_lines() -> None:
    at_hand = vault(at_once=True)
    wire = as_written(event(), "carriers/aldermoor", lambda: at_hand)
    assert SSN.encode() not in wire
    sent = json.loads(wire)
    assert sent["sealedfor"] == "carriers/aldermoor"
    assert opened_by_reader(sent, readers_private_key())["data"]["beneficiaries"][0]["ssn"] == SSN
    assert json.loads(as_opened(wire, CaseRequested, lambda: at_hand))["data"]["beneficiaries"][0]["ssn"] == SSN
    own = json.loads(as_written(event(), None, lambda: at_hand))
    with pytest.raises(InvalidTag):
        # The reader's key opens what is sent to it, and nothing else of the case.
        opened_by_reader({**own, "sealedkey": sent["sealedkey"]}, readers_private_key())
    assert "ssn" not in json.loads(as_masked(wire, CaseRequested))["data"]["beneficiaries"][0]


def test_a_reader_without_a_key_on_file_is_a_clear_dead_letter(tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="carriers/aldermoor is to be sent private values"):
        ReaderKeys(tmp_path).wrap(b"k" * 32, "carriers/aldermoor")


# --- in a worker -----------------------------------------------------------------------------------------------


@pytest.fixture
def keys() -> KeysInMemory:
    return KeysInMemory()


async def run(
    url: str, keys: KeysInMemory, broker: Broker, records: list[Any], handle: Callable[..., Any], then: Any = None
) -> Runner:
    """Process the records with one worker; ``then`` is awaited meanwhile."""
    import asyncio

    at_hand = vault(keys)
    engine = open_database(url).execution_options(vault=at_hand)
    commit = GroupCommit(engine, "probe")
    relay = Relay("probe", commit, broker.publish, Clock())
    settings = ServiceSettings(first_pause=0.001)
    handlers = (Handler(CaseRequested, handle),)
    runner = Runner("probe", (IN,), handlers, commit, relay, Clock(), settings, at_hand)
    try:
        work = asyncio.gather(*(runner.process(each) for each in records))
        if then:
            await then(runner)
        await work
    finally:
        await commit.close()
    return runner


def pass_on(_: Any, received: Received[CaseRequested], __: Any, ___: datetime) -> list[Outgoing]:
    assert received.data == REQUEST, "the handler has it open"
    return [Outgoing(OUT, received.data.case_id, received.data)]


def sealed_record(keys: KeysInMemory) -> Any:
    plain = record(event(), IN, 1)
    value = as_written(event(), None, lambda: vault(keys, at_once=True))
    return plain.__class__(**{**vars(plain), "value": value})


async def test_a_handler_has_the_values_open_and_topics_and_tables_have_them_sealed(
    database_url: str, keys: KeysInMemory
) -> None:
    broker = Broker()
    await run(database_url, keys, broker, [sealed_record(keys)], pass_on)
    (taken,) = broker.taken
    assert SSN.encode() not in (taken.value or b"")
    assert json.loads(as_opened(taken.value or b"", CaseRequested, lambda: vault(keys, at_once=True)))["data"]


async def test_while_the_keys_are_away_events_wait_and_are_no_dead_letters(sqlite_url: str, keys: KeysInMemory) -> None:
    incoming, broker = sealed_record(keys), Broker()
    keys.down = True

    async def come_back(runner: Runner) -> None:
        await until(lambda: runner.waiting, "the event waits")
        assert not broker.taken
        keys.down = False

    await run(sqlite_url, keys, broker, [incoming], pass_on, come_back)
    assert [taken.topic for taken in broker.taken] == [OUT.name]


async def test_what_is_said_of_a_forgotten_case_is_passed_over(sqlite_url: str, keys: KeysInMemory) -> None:
    incoming, broker = sealed_record(keys), Broker()
    keys.forget(CASE, NOON)
    await run(sqlite_url, keys, broker, [incoming, record(event("open"), IN, 2)], pass_on)
    assert broker.taken == [], "neither a sealed event nor one that would be sealed leads to anything"


async def test_a_value_that_does_not_open_is_malformed(sqlite_url: str, keys: KeysInMemory) -> None:
    incoming, broker = sealed_record(keys), Broker()
    moved = json.loads(incoming.value)
    moved["data"]["beneficiaries"].insert(0, {**moved["data"]["beneficiaries"][0], "ssn": None})
    spoilt = incoming.__class__(**{**vars(incoming), "value": json.dumps(moved).encode()})
    await run(sqlite_url, keys, broker, [spoilt], pass_on)
    (dead,) = broker.taken
    assert dead.headers["dlq-reason-code"] == "malformed"
    assert "data.beneficiaries" not in dead.headers["dlq-message"]
    assert "beneficiaries.1.ssn" in dead.headers["dlq-message"]


# --- the house's key and where the cases' keys lie ---------------------------------------------------------------


def test_a_key_file_is_made_for_its_owner_alone_and_never_replaced(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "house.key"
    assert make_key_file(file)
    before = file.read_bytes()
    assert not make_key_file(file)
    assert (file.read_bytes(), file.stat().st_mode & 0o777) == (before, 0o600)
    file.chmod(0o644)
    with pytest.raises(ValueError, match="may be read by others"):
        FileKey(file)
    with pytest.raises(ValueError, match="is not there"):
        FileKey(tmp_path / "none")


def test_the_houses_key_can_be_changed(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    make_key_file(old)
    make_key_file(new)
    wrapped = FileKey(old).wrap(b"k" * 32, CASE)
    with pytest.raises(Transient, match="add it there"):
        FileKey(new).unwrap(wrapped, CASE)
    with pytest.raises(Transient, match="restore it"):
        FileKey(old).unwrap(wrapped, OTHER)
    new.write_bytes(new.read_bytes() + old.read_bytes())
    assert FileKey(new).unwrap(wrapped, CASE) == b"k" * 32


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws():
        yield


@pytest.mark.slow
def test_kms_wraps_a_cases_key_for_that_case(aws: None) -> None:
    kms = boto3.client("kms")
    house = KmsKey(kms.create_key()["KeyMetadata"]["KeyId"], kms)
    wrapped = house.wrap(b"k" * 32, CASE)
    assert b"k" * 32 not in wrapped
    assert house.unwrap(wrapped, CASE) == b"k" * 32
    with pytest.raises(Transient, match="KMS"):
        house.unwrap(wrapped, OTHER)
    at_hand = Vault(KeysInMemory(), house, ReaderKeys(folder()), at_once=True)
    assert at_hand.open(CASE, Application, at_hand.seal(CASE, APPLICATION)) == APPLICATION


@pytest.mark.slow
@pytest.mark.parametrize("versioned", [False, True])
def test_in_the_bucket_the_first_key_counts_and_a_forgotten_one_leaves_no_version(aws: None, versioned: bool) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="keys")
    if versioned:
        s3.put_bucket_versioning(Bucket="keys", VersioningConfiguration={"Status": "Enabled"})
    store = BucketOfKeys("keys", "probe", s3)
    assert store.get(CASE) is None
    assert store.put_first(CASE, b'{"key": "first"}') == b'{"key": "first"}'
    assert store.put_first(CASE, b'{"key": "second"}') == b'{"key": "first"}'
    store.forget(CASE, datetime.now(UTC))
    versions = s3.list_object_versions(Bucket="keys")["Versions"]
    left = [s3.get_object(Bucket="keys", Key=v["Key"], VersionId=v["VersionId"])["Body"].read() for v in versions]
    assert len(left) == 1
    assert b"first" not in left[0]
    assert store.put_first(CASE, b'{"key": "third"}') == left[0], "forgotten is for good"


def test_keys_are_fetched_outside_of_the_transaction() -> None:
    store = KeysInMemory()
    at_hand = vault(store)
    with pytest.raises(KeysWanted) as wanted:
        at_hand.seal(CASE, APPLICATION)
    assert store.asked == 0
    wanted.value.fetch()
    assert at_hand.open(CASE, Application, at_hand.seal(CASE, APPLICATION)) == APPLICATION
