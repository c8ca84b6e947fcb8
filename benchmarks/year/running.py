"""Runs the year: cases arrive, everybody does their part hour by hour, and the books are closed at the end."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.year.agency import Agency
from benchmarks.year.applications import Desk
from benchmarks.year.carriers import ScriptedCarrier
from benchmarks.year.chances import in_working_hours
from benchmarks.year.house import Closing, opened
from benchmarks.year.ledger import Ledger
from benchmarks.year.vendors import Vendors
from benchmarks.year.world import HOUR, World
from tests.wire import SteppedClock

START = datetime(2026, 4, 6, 12, tzinfo=UTC)
_CARRIERS = ("aldermoor", "quillhaven")

_MEMORY = Path("/dev/shm")  # noqa: S108 - databases that outlive nothing need not wait for a disk

Tell = Callable[[datetime, Ledger], None]
"""Hears how far the year is, at the end of each month."""


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder for the databases of one run, in memory where the machine has one."""
    memory = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="goodorder-year-", dir=memory) as folder:
        yield Path(folder)


@dataclass(frozen=True)
class Year:
    """What a run left."""

    start: datetime
    end: datetime
    ledger: Ledger
    closing: Closing
    carriers: dict[str, ScriptedCarrier]


async def run(folder: Path, cases: int, seed: int, days: int, after: int, tell: Tell) -> Year:
    """``cases`` arrive spread over ``days``; the house is watched for ``after`` more days."""
    clock, ledger, desk = SteppedClock(START), Ledger(), Desk.loaded()
    async with opened(folder, desk.shelf, clock) as house:
        world = World(house.wire, clock, seed)
        house.wire.listen(ledger.take)
        carriers = {name: ScriptedCarrier(world, name) for name in _CARRIERS}
        agency = Agency(world, desk, carriers)
        for party in (agency, Vendors(world), *carriers.values()):
            party.attend()
        _plan_arrivals(world, agency, cases, days)
        last = START + timedelta(days=days + after)
        _plan_lists(world, carriers, last)
        month = START.month
        while clock.now < last:
            world.pass_time(house.next_due, last)
            await house.go_by()
            if clock.now.month != month:
                month = clock.now.month
                await house.forget()
                tell(clock.now, ledger)
        for line in ledger.cases.values():
            line.until(clock.now)
        return Year(START, clock.now, ledger, await house.close_books(), carriers)


def _plan_arrivals(world: World, agency: Agency, cases: int, days: int) -> None:
    random = world.random("arrivals")
    for number in range(cases):
        at = in_working_hours(START + timedelta(days=random.uniform(0, days)), random)
        world.later(at, partial(agency.arrive, number))


def _plan_lists(world: World, carriers: dict[str, ScriptedCarrier], until: datetime) -> None:
    """Each carrier sends its full list once a month, and a last one before the books are closed."""
    at = START + timedelta(days=28)
    while at < until:
        for carrier in carriers.values():
            world.later(at + HOUR, carrier.send_list)
        at += timedelta(days=28)
