"""The first lines of ``goodorder status``: what is stuck, what to type, and nothing that is merely under way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from goodorder.health import HouseHealth, PartHealth, look
from goodorder.house import House
from goodorder.trouble import troubles
from services.console.letters.index import Kind
from services.console.operations.troubles import Heading, Trouble
from services.console.operations.uploads import Found, Stage
from tests.cli.terminal import goodorder

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def found(tmp_path: Path, *parts: PartHealth, kinds: tuple[Kind, ...] = (), kafka: str = "") -> list[Trouble]:
    house = House(tmp_path, {"AWS_REGION": "us-east-1", "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"}, None)
    return troubles(house, HouseHealth(parts, kinds, kafka), NOON)


def test_what_is_well_or_under_way_is_no_trouble(tmp_path: Path) -> None:
    assert found(tmp_path, PartHealth("cases", "ready", True, behind=500, dead_letters=0)) == []


def test_each_trouble_says_what_to_type_and_where_to_read_on(tmp_path: Path) -> None:
    told = found(
        tmp_path,
        PartHealth("notify", "not ready", False, "stopped by a flood of failures", is_stopped=True),
        PartHealth("cases", "backing off", False, "does not answer on port 8104"),
        PartHealth("intake", "ready", True, waits_for=("S3", "database")),
        PartHealth("validation", "ready", True, waits_for=("mail",)),
        kinds=(Kind("cases", "unknown_case", 2, NOON - timedelta(hours=3)),),
    )
    assert [trouble.runbook for trouble in told] == [
        Heading.STOPPED,
        Heading.NOT_READY,
        Heading.NOT_READY,
        Heading.DISK,
        Heading.MAILS,
        Heading.DEAD_LETTER,
    ]
    assert told[-1].what == "2 dead letters of cases: unknown case, the oldest 3 h old."
    assert told[-1].do == "goodorder dead-letters list --service cases"
    assert all(trouble.do.startswith("goodorder ") for trouble in told)


def test_without_kafka_the_parts_are_still_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goodorder.broker._PATIENCE_MS", 200)
    house = House(tmp_path, {"GOODORDER_KAFKA": "127.0.0.1:1"}, None)
    health = look(house)
    assert "Kafka does not answer" in health.kafka_is_down
    assert len(health.parts) > 5
    said = goodorder("--data", tmp_path, "status", GOODORDER_KAFKA="127.0.0.1:1")
    assert said.code == 1
    assert "Everything waits for it, nothing is lost" in said.words


@pytest.mark.parametrize(
    ("stage", "minutes", "is_stuck"),
    [
        (Stage.NOT_TAKEN, 1, False),
        (Stage.NOT_TAKEN, 3, True),
        (Stage.RECEIVED, 3, False),
        (Stage.RECEIVED, 11, True),
        (Stage.READ, 99, False),
        (Stage.REFUSED, 99, False),
        (Stage.UNMATCHED, 99, False),
        (Stage.UNPACKED, 99, False),
    ],
)
def test_an_upload_is_stuck_when_it_waits_longer_than_all_its_steps_take(
    stage: Stage, minutes: int, is_stuck: bool
) -> None:
    upload = Found("drop/AG-1/a.pdf", 1, NOON - timedelta(minutes=minutes), stage)
    assert upload.is_stuck(NOON) is is_stuck
