"""A worker with timers, for the tests: each ring publishes one event. As a program it is killed in the middle."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from schemas.codes import VendorStatus
from schemas.requirement_events import VendorStatusReported
from schemas.topics import VENDORS_STATUSES
from services.chassis.errors import Outgoing
from services.chassis.shell import Service
from services.chassis.timers import Timer, Timers
from tests.chassis.events import NOON
from tests.offline import worker

SERVICE = Service(name="probe", consumes=(), handlers=(), migrations=Path(__file__).parent / "probe_migrations")


def told(timer: Timer) -> Outgoing:
    said = VendorStatusReported(
        case_id=timer.subject,
        requirement_id=timer.name,
        status=VendorStatus.CONTACTING,
        effective_at=timer.due_at,
    )
    return Outgoing(VENDORS_STATUSES, timer.subject, said)


def publish_one(db: Connection, timer: Timer, now: datetime) -> Iterable[Outgoing]:
    return [told(timer)]


async def ring_until_killed(url: str, fatal: str) -> None:
    """Ring what is due; in the transaction of the timer called ``fatal`` the process is killed."""

    def ring(db: Connection, timer: Timer, now: datetime) -> Iterable[Outgoing]:
        if timer.name == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return [told(timer)]

    async with worker(SERVICE, url, clock=lambda: NOON) as at_work:
        await Timers("/goodorder/probe", ring).ring_due(at_work.desk)


if __name__ == "__main__":
    asyncio.run(ring_until_killed(sys.argv[1], sys.argv[2]))
