"""Whose dead letter a bad record is: an outsider's word that nobody can read is that of the service that acts on it."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from infra.stack.run import ROOT
from schemas.carrier import load_carriers
from schemas.carrier_events import CarrierDecided
from schemas.codes import DeadLetterCause, ResolutionOutcome
from schemas.events import BY_DATA
from schemas.parties import only_shown, receives
from schemas.topics import INTAKE_APPLICATIONS, SERVICES, decisions, kinds
from services.chassis.record import Record
from services.chassis.runner import Handler
from services.chassis.tables import dead_letter, inbox
from services.console.letters.worker import _take
from services.console.projection.tables import timeline
from services.console.worker import describe_service
from tests.chassis.events import CASE, NOON
from tests.chassis.workshop import Broker, Clock
from tests.console.letters.records import LETTER_A, asked_correction, letter, resolution
from tests.offline import Worker

CARRIERS = load_carriers(ROOT / "carriers")
CONSOLE = describe_service(CARRIERS)
WORD = {
    "specversion": "1.0",
    "id": "word",
    "source": "/carriers/aldermoor",
    "type": BY_DATA[CarrierDecided].type,
    "subject": CASE,
    "time": "2026-03-15T12:00:00Z",
    "data": {"case_id": CASE, "decision": "withdrawn_by_client", "effective_at": "15.03.2026"},
}
BAD = json.dumps(WORD)
GOOD = BAD.replace("15.03.2026", "2026-03-15T12:00:00Z")


def record(value: str, topic: str = decisions("aldermoor").name, offset: int = 17) -> Record:
    return Record(topic, 3, offset, 1_772_366_400_000, CASE.encode(), value.encode())


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/console.db"


@pytest.fixture
async def console(url: str) -> AsyncIterator[Worker]:
    at_work = Worker(CONSOLE, url, Broker(), Clock())
    yield at_work
    await at_work.commit.close()


async def rows(console: Worker, table: sa.Table) -> list[Any]:
    return list(await console.read(lambda db: db.execute(sa.select(table)).all()))


async def test_a_carriers_malformed_word_is_no_dead_letter_of_the_console(console: Worker) -> None:
    await console.runner.process(record(BAD))
    await console.runner.process(record("neither this"))
    assert console.broker.taken == []
    assert await rows(console, dead_letter) == []
    # The carrier publishes it again under its own id, corrected.
    await console.runner.process(record(GOOD, offset=18))
    assert [entry.kind for entry in await rows(console, timeline)] == ["carrier"]


async def test_what_was_put_right_for_the_service_that_acts_on_it_is_shown_once(console: Worker) -> None:
    await console.runner.process(record(BAD))
    minute = timedelta(minutes=1)
    told = [
        letter(LETTER_A, NOON, DeadLetterCause.MALFORMED, value=BAD.encode()),
        asked_correction(LETTER_A, NOON + minute, GOOD),
        resolution(LETTER_A, NOON + 2 * minute, ResolutionOutcome.REPLAYED, detail="with a corrected value"),
    ]
    for one in told:
        assert await rows(console, timeline) == []
        await console.read(taking(console, one))
    # The same is told again: the index was lost, and fills itself anew.
    await console.read(lambda db: db.execute(sa.text("DELETE FROM letter_positions")))
    await console.read(taking(console, *reversed(told)))
    (entry,) = await rows(console, timeline)
    assert (entry.case_id, entry.kind, entry.at.isoformat()) == (CASE, "carrier", "2026-03-15T12:00:00+00:00")
    assert [row.event_id for row in await rows(console, inbox)] == ["word"]


def taking(console: Worker, *records: Record) -> Callable[[Connection], None]:
    return lambda db: _take(db, records, console.desk)


async def test_what_the_console_itself_cannot_show_stays_its_own_dead_letter(url: str) -> None:
    def fails(*_: Any) -> Any:
        raise KeyError("a defect")

    broken = replace(CONSOLE, handlers=(Handler(CarrierDecided, fails),))
    console = Worker(broken, url, Broker(), Clock())
    await console.runner.process(record(GOOD))
    await console.runner.process(record("{", topic=INTAKE_APPLICATIONS.name))
    assert sorted(letter.cause for letter in await rows(console, dead_letter)) == ["malformed", "unexpected"]
    await console.commit.close()


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_only_shows_another_one_acts_on(service: str) -> None:
    for data in only_shown(service):
        assert [other for other in SERVICES if other != service and data in receives(other)], data.__name__
        assert not kinds()[BY_DATA[data].topic].ordered


def test_the_console_leaves_to_others_what_the_contract_says_and_nothing_else() -> None:
    patterns = (BY_DATA[data].topic for data in only_shown("console"))
    said = {pattern.format(carrier=carrier) for pattern in patterns for carrier in CARRIERS}
    assert {topic.name for topic in CONSOLE.only_shown} == said
    assert all(topic in CONSOLE.consumes for topic in CONSOLE.only_shown)
