"""Two workers, killed at random while busy: each event counted once, told once or more, first told in order."""

import itertools
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chassis.events import cases, reported
from tests.chassis.house import House, Told, eventually
from tests.stack import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.kills, pytest.mark.timeout(170)]

CASES = 60
KILLS = 8
DEADLINE = 150.0


@pytest.mark.parametrize(("engine", "reports"), [("sqlite", 50), ("postgresql", 40)])
def test_nothing_is_lost_doubled_or_out_of_order_however_often_workers_are_killed(
    engine: str,
    reports: int,
    stack: RunningStack,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    figures: Callable[..., None],
) -> None:
    url = f"sqlite:///{tmp_path / 'torture.db'}" if engine == "sqlite" else request.getfixturevalue("postgres_database")
    house = House(stack.run.kafka, tmp_path, f"torture_{engine}", url)
    try:
        many = cases(CASES)
        sent = house.send(reported(number, case) for number in range(1, reports + 1) for case in many)
        started = time.monotonic()
        torture(house, sent, random.Random(engine))
        took = time.monotonic() - started
        told, times = house.told(), house.times()
        expected = [f"report {number}" for number in range(1, reports + 1)]
        figures(
            f"torture on {engine}",
            sent=sent,
            kills=KILLS,
            lost=sent - told.reports,
            doubled_effects=sum(times.values()) - sent,
            order_breaks=order_breaks(told),
            repeated=told.repeated,
            events_a_second=round(sent / took),
        )
        assert {case: told.by_case.get(case) for case in many} == dict.fromkeys(many, expected)
        assert times == dict.fromkeys(many, reports)
    finally:
        house.close()


def torture(house: House, sent: int, chance: random.Random) -> None:
    """Kill a random worker and start it again, at random moments spread over the work, until all is acknowledged."""
    deadline = time.monotonic() + DEADLINE
    for slot in ("one", "two"):
        house.start_ready(slot)
    for number in range(1, KILLS + 1):
        stretch = sent // (KILLS + 1)
        moment = number * stretch + chance.randint(-stretch // 3, stretch // 3)
        left = deadline - time.monotonic()
        eventually(lambda moment=moment: house.published(house.outgoing) >= moment, "the workers get on", left)
        slot = chance.choice(("one", "two"))
        house.workers[slot].kill()
        house.start(slot)
    eventually(lambda: house.acknowledged() == sent, "everything is acknowledged", deadline - time.monotonic())


def order_breaks(told: Told) -> int:
    """Reports whose first occurrence comes after that of a later report of the case."""
    numbers = {case: [int(report.split()[1]) for report in reports] for case, reports in told.by_case.items()}
    return sum(later < earlier for row in numbers.values() for earlier, later in itertools.pairwise(row))
