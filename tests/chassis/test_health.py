"""Health: a worker is judged by what it finishes; waiting for a dependency is no illness."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from services.chassis.health import Progress
from services.chassis.runner import Runner
from tests.chassis.conftest import PROBE
from tests.chassis.workshop import Broker, workshop

LONGEST, LIMIT = 300.0, 180.0


@dataclass
class Watch:
    """A progress judge with a clock to set."""

    progress: Progress
    now: float = 1000.0
    positions: dict[str, tuple[int, int]] = field(default_factory=dict)

    def after(self, seconds: float, **positions: tuple[int, int]) -> tuple[bool, str]:
        self.now += seconds
        self.positions |= positions
        health = self.progress.judge(self.positions, lambda: self.now)
        return health.well, "; ".join(health.reasons)


Watched = tuple[Watch, Runner]


@pytest.fixture
async def watch(sqlite_url: str, broker: Broker) -> AsyncIterator[Watched]:
    async with workshop(sqlite_url, broker, PROBE) as shop:
        yield Watch(Progress(shop.runner, LONGEST, LIMIT)), shop.runner


async def test_an_idle_worker_is_well_for_ever(watch: Watched) -> None:
    judge, _ = watch
    for _ in range(5):
        assert judge.after(1000, a=(7, 7)) == (True, "")


async def test_a_worker_that_moves_is_well(watch: Watched) -> None:
    judge, _ = watch
    for finished in range(5):
        assert judge.after(170, a=(finished, 100)) == (True, "")


async def test_work_that_waits_while_nothing_is_done_is_ill(watch: Watched) -> None:
    judge, _ = watch
    assert judge.after(0, a=(3, 10), b=(5, 5)) == (True, "")
    assert judge.after(179) == (True, "")
    well, reason = judge.after(2)
    assert not well
    assert reason == "a: 7 records wait, none was finished for 181 s"
    assert judge.after(0, a=(4, 10)) == (True, "")


async def test_the_time_counts_from_when_work_came(watch: Watched) -> None:
    judge, _ = watch
    judge.after(0, a=(3, 3))
    judge.after(10_000)
    assert judge.after(0, a=(3, 4)) == (True, "")


async def test_a_slow_handler_is_well_within_its_limit(watch: Watched) -> None:
    judge, runner = watch
    runner.under_way["a@3"] = judge.now
    judge.after(0, a=(3, 10))
    assert judge.after(LONGEST + LIMIT - 1) == (True, "")
    well, reason = judge.after(2)
    assert (well, reason) == (False, "a@3 has been handled for 481 s")


async def test_waiting_for_a_dependency_is_no_illness(watch: Watched) -> None:
    judge, runner = watch
    runner.under_way["a@3"] = judge.now
    runner.waiting.add("a@3")
    judge.after(0, a=(3, 10))
    assert judge.after(100_000) == (True, "")


async def test_a_worker_stopped_by_a_flood_is_left_alone(watch: Watched) -> None:
    """Ending it would let it flood again after the restart."""
    judge, runner = watch
    judge.after(0, a=(3, 10))
    runner.stopped.set()
    well, _ = judge.after(1000)
    assert well
