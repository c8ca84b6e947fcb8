"""Timers: each rings once, whatever number of workers look, whoever is killed, whatever fails."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import Connection

from schemas.requirement_events import VendorStatusReported
from services.chassis.errors import Outgoing
from services.chassis.timers import Timer, Timers, drop_timer, set_timer, timers_of
from tests.chassis.events import NOON
from tests.chassis.ringing import SERVICE, publish_one, told
from tests.chassis.workshop import Broker
from tests.offline import Worker, worker

CASE = "GO-7K3M-9QXT-2B4F"
HOUR = timedelta(hours=1)


def set_many(db: Connection, count: int) -> None:
    for number in range(count):
        set_timer(db, CASE, f"{number:03}", NOON - timedelta(minutes=count - number))


def rung(at_work: Worker) -> list[str]:
    return [said.requirement_id for said in at_work.published(VendorStatusReported)]


def rung_once(broker: Broker) -> list[str]:
    """Two relays may publish the same event twice; its id tells."""
    return sorted({taken.headers["ce_id"]: taken.event["data"]["requirement_id"] for taken in broker.taken}.values())


async def test_what_is_due_rings_once_in_order_and_what_is_not_waits(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=lambda: NOON) as at_work:
        await at_work.read(lambda db: set_many(db, 3))
        await at_work.read(lambda db: set_timer(db, CASE, "later", NOON + HOUR))
        timers = Timers("/goodorder/probe", publish_one)
        assert (await timers.ring_due(at_work.desk), await timers.ring_due(at_work.desk)) == (3, 0)
        assert rung(at_work) == ["000", "001", "002"]
        assert await at_work.read(lambda db: timers_of(db, CASE)) == (Timer(CASE, "later", NOON + HOUR),)


async def test_one_that_is_set_again_or_dropped_does_not_ring_at_its_former_time(sqlite_url: str) -> None:
    async with worker(SERVICE, sqlite_url, clock=lambda: NOON) as at_work:
        await at_work.read(lambda db: set_many(db, 2))
        await at_work.read(lambda db: set_timer(db, CASE, "000", NOON + HOUR))
        await at_work.read(lambda db: drop_timer(db, CASE, "001"))
        assert await Timers("/goodorder/probe", publish_one).ring_due(at_work.desk) == 0


async def test_workers_that_look_at_the_same_time_ring_each_timer_once(database_url: str) -> None:
    broker = Broker()
    async with (
        worker(SERVICE, database_url, broker, lambda: NOON) as one,
        worker(SERVICE, database_url, broker, lambda: NOON) as other,
    ):
        await one.read(lambda db: set_many(db, 40))
        timers = Timers("/goodorder/probe", publish_one)
        await asyncio.gather(timers.ring_due(one.desk), timers.ring_due(other.desk))
        assert rung_once(broker) == [f"{number:03}" for number in range(40)]


async def test_one_that_fails_lets_the_others_ring_and_rings_again_later(sqlite_url: str) -> None:
    now, broken = [NOON], [True]

    def ring(db: Connection, timer: Timer, _: datetime) -> Iterable[Outgoing]:
        if timer.name == "000" and broken[0]:
            raise ValueError("not today")
        return [told(timer)]

    async with worker(SERVICE, sqlite_url, clock=lambda: now[0]) as at_work:
        await at_work.read(lambda db: set_many(db, 2))
        timers = Timers("/goodorder/probe", ring)
        await timers.ring_due(at_work.desk)
        assert rung(at_work) == ["001"]
        broken[0], now[0] = False, NOON + HOUR
        await timers.ring_due(at_work.desk)
        assert rung(at_work) == ["001", "000"]


@pytest.mark.kills
@pytest.mark.slow
async def test_a_worker_killed_while_it_rings_rang_nothing_and_another_rings_it_once(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=lambda: NOON) as at_work:
        await at_work.read(lambda db: set_many(db, 5))
        command = [sys.executable, "-m", "tests.chassis.ringing", database_url, "002"]
        killed = await asyncio.to_thread(subprocess.run, command, capture_output=True, timeout=60, check=False)
        assert killed.returncode == -signal.SIGKILL
        left = [timer.name for timer in await at_work.read(lambda db: timers_of(db, CASE))]
        assert left == ["002", "003", "004"]
        await Timers("/goodorder/probe", publish_one).ring_due(at_work.desk)
        # What the killed one had committed but perhaps not published is published from the outbox.
        assert rung_once(at_work.broker) == ["000", "001", *left]
