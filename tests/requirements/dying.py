"""A worker of requirements that is killed in the transaction of the first timer it rings, for the tests."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from services.chassis.errors import Outgoing
from services.chassis.timers import Timer, Timers
from services.requirements.worker import Ordering, describe_service
from tests.keys import take_over
from tests.offline import worker
from tests.requirements.cases import CARRIERS, NOW

LATER = NOW + timedelta(days=3)


class Dying(Ordering):
    def on_timer(self, db: Connection, timer: Timer, now: datetime) -> Iterable[Outgoing]:
        list(super().on_timer(db, timer, now))
        os.kill(os.getpid(), signal.SIGKILL)
        return ()


async def die(url: str) -> None:
    service = replace(describe_service(CARRIERS), tasks=())
    async with worker(service, url, clock=lambda: LATER) as at_work:
        await Timers("/goodorder/requirements", Dying(CARRIERS).on_timer).ring_due(at_work.desk)


if __name__ == "__main__":
    take_over(sys.stdin.read())
    asyncio.run(die(sys.argv[1]))
