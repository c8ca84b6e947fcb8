"""Whatever is delivered again, broken and mended: in the end each report is counted once and told in order."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.tables import dead_letter
from tests.chassis.events import cases, discard, replay, reported
from tests.chassis.test_runner import Scripted, scripted_handlers
from tests.chassis.workshop import COMMANDS, Broker, Workshop, open_database, workshop

CASES = cases(2)
REPORTS = 6

redeliveries = st.lists(st.integers(1, REPORTS), max_size=6)
"""After report n is delivered, these earlier offsets are delivered again, as after a crash or a rebalance."""


@given(
    broken=st.sets(st.integers(1, REPORTS)),
    again=st.lists(redeliveries, min_size=REPORTS, max_size=REPORTS),
    mended_halfway=st.sets(st.integers(1, REPORTS)),
    restarts=st.sets(st.integers(1, REPORTS)),
)
@settings(max_examples=12, deadline=None)
def test_each_report_is_counted_once_and_told_in_the_order_of_its_case(
    broken: set[int], again: list[list[int]], mended_halfway: set[int], restarts: set[int]
) -> None:
    asyncio.run(_run(broken, again, mended_halfway, restarts))


async def _run(broken: set[int], again: list[list[int]], mended_halfway: set[int], restarts: set[int]) -> None:
    script, broker = Scripted(), Broker()
    script.broken = {f"report {number}" for number in broken}
    with database() as url:
        delivered = 0
        for stretch in _stretches(restarts):
            async with workshop(url, broker, scripted_handlers(script), migrated=True) as shop:
                for number in stretch:
                    delivered = number
                    await _deliver(shop, number)
                    for earlier in again[number - 1]:
                        await _deliver(shop, min(earlier, delivered))
                await _replay_all(shop, 0)
            script.broken -= {f"report {number}" for number in mended_halfway}
        script.broken = set()
        async with workshop(url, broker, scripted_handlers(script), migrated=True) as shop:
            rounds = 1
            while any(row.status != "resolved" for row in shop.rows(dead_letter)):
                await _replay_all(shop, rounds)
                rounds += 1
                assert rounds < 2 * REPORTS, "the dead letters never end"
            for number in range(1, REPORTS + 1):
                await _deliver(shop, number)
            assert sum(shop.times(case) for case in CASES) == REPORTS
            assert shop.sizes["parked"] == 0
    for parity in (0, 1):
        mine = [f"report {number}" for number in range(1, REPORTS + 1) if number % 2 == parity]
        told = [note for note in dict.fromkeys(broker.notes()) if note in mine]
        assert told == mine


@cache
def migrated_database() -> bytes:
    """An empty database with its tables; copied, for the migrations take longer than an example."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "probe.db"
        open_database(f"sqlite:///{file}").dispose()
        return file.read_bytes()


@contextmanager
def database() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "probe.db"
        file.write_bytes(migrated_database())
        yield f"sqlite:///{file}"


async def _deliver(shop: Workshop, number: int) -> None:
    await shop.take(reported(number, CASES[number % 2]), offset=number)


async def _replay_all(shop: Workshop, salt: int) -> None:
    for place, row in enumerate(shop.rows(dead_letter)):
        if row.status != "resolved":
            command = replay(row.id, salt * 1000 + place)
            await shop.take(command, COMMANDS, offset=salt * 1000 + place)


@given(st.sets(st.integers(1, REPORTS), min_size=1))
@settings(max_examples=10, deadline=None)
def test_what_is_discarded_stays_discarded_and_nothing_else_does(broken: set[int]) -> None:
    asyncio.run(_discard(broken))


async def _discard(broken: set[int]) -> None:
    script, broker = Scripted(), Broker()
    script.broken = {f"report {number}" for number in broken}
    with database() as url:
        async with workshop(url, broker, scripted_handlers(script), migrated=True) as shop:
            for number in range(1, REPORTS + 1):
                await _deliver(shop, number)
            commands = 0
            while open_letters := [row for row in shop.rows(dead_letter) if row.status == "open"]:
                commands += 1
                await shop.take(discard(open_letters[0].id, commands), COMMANDS, offset=commands)
            for number in range(1, REPORTS + 1):
                await _deliver(shop, number)
            assert shop.sizes["parked"] == 0
    well = {f"report {number}" for number in range(1, REPORTS + 1) if number not in broken}
    assert set(broker.notes()) == well


def _stretches(restarts: set[int]) -> list[list[int]]:
    """The reports in order, cut after each restart."""
    stretches: list[list[int]] = [[]]
    for number in range(1, REPORTS + 1):
        stretches[-1].append(number)
        if number in restarts:
            stretches.append([])
    return stretches
