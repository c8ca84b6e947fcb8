"""A carrier with kcat and the published page alone: its decision moves the case, and its mistakes are found where the
page says. The commands are the page's own; nothing of Goodorder runs on the publishing side."""

import json
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from kafka.partitioner import murmur2

from schemas.carrier_events import CarrierDecided
from schemas.publish.__main__ import ROOT, SAMPLES
from schemas.publish.json_schema import parsed
from schemas.topics import PARTITIONS
from tests.contract.page import blocks, run
from tests.stack import RunningStack, running_stack

PAGE = ROOT / "docs" / "publish-a-decision.md"
COMMANDS = blocks(PAGE, "sh")
FIND, WRITE, PUBLISH = COMMANDS["Find the case"], COMMANDS["Write the decision"], COMMANDS["Publish it"]
ANSWER, DEAD_LETTERS = COMMANDS["See what came of it"], COMMANDS["When nothing changes"]
DIFFERENCES = COMMANDS["When a decision waits"]
SCHEMA = json.loads((ROOT / "schemas" / "json" / "goodorder.carriers.decided.v1.json").read_text("utf-8"))
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Carrier:
    """One who has a shell, kcat and the page."""

    def __init__(self, broker: str, folder: Path) -> None:
        self._folder = folder
        groups = ("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
        self.case = "-".join(("GO", *groups))
        self._settings = {"BROKER": broker, "CARRIER": "aldermoor", "CASE": self.case}

    def do(self, command: str, **other: str) -> str:
        return run(command, self._folder, {**self._settings, **other})

    def until(self, command: str, holds: str, seconds: float = 90.0) -> str:
        """Ask again until the answer holds these words."""
        deadline = time.monotonic() + seconds
        while holds not in (seen := self.do(command)):
            assert time.monotonic() < deadline, f"not within {seconds:g} s: {holds!r}; last seen: {seen!r}"
        return seen

    def publish_sample(self, topic: str, name: str, **data: object) -> None:
        """What the services before would have said of the case, from the published samples."""
        text = (SAMPLES / f"{name}.json").read_text("utf-8")
        event = json.loads(text.replace(json.loads(text)["subject"], self.case))
        event = {**event, "id": f"{self.case}-{name}", "data": {**event["data"], **data}}
        (self._folder / "sample.json").write_text(json.dumps(event), "utf-8")
        self.do(f'kcat -P -b "$BROKER" -t {topic} -k "$CASE" -X topic.partitioner=murmur2_random sample.json')

    @property
    def decision(self) -> Path:
        return self._folder / "decision.json"


@pytest.fixture(scope="module")
def broker_and_cases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Nobody else at work: validation would judge the sample application by itself."""
    with running_stack(tmp_path_factory.mktemp("carrier"), "cases") as running:
        yield running


@pytest.fixture
def carrier(broker_and_cases: RunningStack, tmp_path: Path) -> Carrier:
    return Carrier(broker_and_cases.run.kafka, tmp_path)


@pytest.fixture
def submitted(carrier: Carrier) -> Carrier:
    """A carrier that holds a submission."""
    carrier.publish_sample("intake.applications", "goodorder.intake.application-read.v1", version=1)
    good = {"version": 1, "verdict": "igo", "findings": []}
    carrier.publish_sample("validation.verdicts", "goodorder.validation.verdict-reached.v1", **good)
    carrier.until(FIND, carrier.case)
    return carrier


@pytest.mark.stack
def test_a_decision_published_by_the_page_moves_the_case(submitted: Carrier) -> None:
    submitted.do(WRITE)
    submitted.do(PUBLISH)
    answer = submitted.until(ANSWER, '"to_state":"carrier_pending"')
    change = json.loads(answer.removeprefix(f"{submitted.case} "))
    Draft202012Validator(
        json.loads((ROOT / "schemas" / "json" / "goodorder.cases.changed.v1.json").read_text("utf-8"))
    ).validate(change)
    assert change["data"]["carrier_status"] == "acknowledged"
    assert change["data"]["carrier_reference"] == "ALD-2026-000123"
    assert change["causationid"] == f"{submitted.case}-acknowledged"
    assert submitted.do(DEAD_LETTERS) == ""


@pytest.mark.stack
def test_publishing_the_same_decision_again_changes_nothing(submitted: Carrier) -> None:
    submitted.do(WRITE)
    for _ in range(3):
        submitted.do(PUBLISH)
    submitted.do(WRITE.replace("acknowledged", "declined"))
    submitted.do(PUBLISH)
    submitted.until(ANSWER, '"to_state":"declined"')
    every_change = submitted.do(ANSWER.replace("| tail -n 1", ""))
    assert every_change.count('"to_state":"carrier_pending"') == 1


@pytest.mark.stack
def test_a_case_that_nobody_knows_is_found_in_the_dead_letters(carrier: Carrier) -> None:
    carrier.do(WRITE)
    carrier.do(PUBLISH)
    carrier.until(DEAD_LETTERS, "dlq-reason-code=unknown_case")


@pytest.mark.stack
def test_another_carriers_case_is_found_in_the_dead_letters(submitted: Carrier) -> None:
    submitted.do(WRITE, CARRIER="quillhaven")
    submitted.do(PUBLISH, CARRIER="quillhaven")
    submitted.until(DEAD_LETTERS, "dlq-reason-code=wrong_carrier")


@pytest.mark.stack
def test_a_decision_that_the_case_does_not_allow_is_found_among_the_differences(submitted: Carrier) -> None:
    for decision in ("declined", "placed"):
        submitted.do(WRITE.replace("acknowledged", decision))
        submitted.do(PUBLISH)
    submitted.until(DIFFERENCES, '"kind":"not_possible"')
    assert submitted.do(DEAD_LETTERS) == ""


@pytest.mark.stack
@pytest.mark.parametrize("spoil", ["head -c 80 decision.json", "sed s/effective_at/effective/ decision.json"])
def test_a_malformed_decision_is_found_in_the_dead_letters(carrier: Carrier, spoil: str) -> None:
    carrier.do(WRITE)
    carrier.do(f"{spoil} > spoiled.json && mv spoiled.json decision.json")
    carrier.do(PUBLISH)
    carrier.until(DEAD_LETTERS, "dlq-reason-code=malformed")


@pytest.mark.stack
def test_kcat_puts_a_case_where_other_clients_put_it(carrier: Carrier) -> None:
    carrier.do(WRITE)
    carrier.do(PUBLISH)
    read = 'kcat -C -q -e -b "$BROKER" -t "carriers.$CARRIER.decisions" -f "%k %p\\n"'
    placed = carrier.until(f'{read} | grep "^$CASE "', carrier.case)
    by_java = (murmur2(carrier.case.encode()) & 0x7FFFFFFF) % PARTITIONS
    assert placed == f"{carrier.case} {by_java}\n"


@pytest.mark.stack
def test_a_carrier_without_a_topic_is_told_that_nothing_was_delivered(carrier: Carrier) -> None:
    carrier.do(WRITE)
    impatient = PUBLISH.replace("timeout.ms=10000", "timeout.ms=1500").rstrip()
    assert "Message timed out" in carrier.do(f"{impatient} 2>&1", CARRIER="nobody")


def test_the_pages_decisions_keep_the_published_schema(tmp_path: Path) -> None:
    written = Carrier("nowhere:9092", tmp_path)
    written.do(WRITE)
    for text in (written.decision.read_text("utf-8"), blocks(PAGE, "json")["Write the decision"]):
        event = json.loads(text)
        Draft202012Validator(SCHEMA).validate(event)
        assert isinstance(parsed(event).data, CarrierDecided)


def test_the_page_explains_every_cause_that_a_decision_can_meet() -> None:
    page = PAGE.read_text("utf-8")
    for cause in ("malformed", "unknown_case", "wrong_carrier"):
        assert f"| `{cause}` |" in page
