"""A tiny service on the chassis, run as a real process: it counts what comes on ``probe.in`` and tells ``probe.out``.

The note of an event says how it is to be dealt with: ``raise`` fails, ``slow SECONDS`` takes its time before the
transaction, ``wait FILE`` makes FILE.begun and waits for FILE, ``permanent`` is refused, ``large N`` publishes N
bytes; anything else just goes through. ``PROBE_NAME`` gives the service and its topics another name; with
``PROBE_LEAVES`` that task of aiokafka's ends at once. With ``PROBE_LISTENS`` it takes what comes on that topic, too.
"""

import asyncio
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.producer.sender import Sender
from sqlalchemy.engine import Connection

from schemas.codes import DeadLetterCause
from schemas.requirement_events import VendorStatusReported
from schemas.topics import Topic
from services.chassis.errors import Outgoing, Permanent
from services.chassis.runner import Handler, Received, nothing
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service, main

NAME = os.environ.get("PROBE_NAME", "probe")
IN = Topic(f"{NAME}.in", key="case id", ordered=True)
OUT = Topic(f"{NAME}.out", key="case id", ordered=True)
MORE = os.environ.get("PROBE_LISTENS", "").split()

counted = sa.Table(
    "counted",
    sa.MetaData(),
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("times", sa.Integer, nullable=False),
)


async def be_slow(received: Received[VendorStatusReported]) -> Any:
    match (received.data.note or "").split():
        case ["slow", seconds]:
            await asyncio.sleep(float(seconds))
        case ["wait", gate]:
            Path(f"{gate}.begun").touch()  # noqa: ASYNC240 (a moment, in a test)
            while not Path(gate).exists():  # noqa: ASYNC110, ASYNC240 (the test is another process)
                await asyncio.sleep(0.02)


def count(db: Connection, received: Received[VendorStatusReported], _: Any, now: datetime) -> Iterable[Outgoing]:
    case, note = received.data.case_id, received.data.note or ""
    times = db.execute(sa.select(counted.c.times).where(counted.c.case_id == case)).scalar() or 0
    db.execute(counted.delete().where(counted.c.case_id == case))
    db.execute(counted.insert().values(case_id=case, times=times + 1))
    if note == "raise":
        raise RuntimeError("the note asked for it")
    if note == "permanent":
        raise Permanent(DeadLetterCause.UNKNOWN_CASE, f"Case {case} is not known here.")
    if note.startswith("large "):
        note = "x" * int(note.split()[1])
    yield Outgoing(OUT, case, received.data.model_copy(update={"note": note}))


def build() -> tuple[Service, ServiceSettings]:
    prepare = nothing if os.environ.get("PROBE_PREPARES") == "no" else be_slow
    return (
        Service(
            name=NAME,
            consumes=(IN, *(Topic(name, key="case id", ordered=True) for name in MORE)),
            handlers=(Handler(VendorStatusReported, count, prepare),),
            migrations=Path(__file__).parent / "probe_migrations",
        ),
        ServiceSettings(),
    )


async def fail(*_: Any) -> None:
    """As aiokafka's own assertion does, now and then, when its subscription changes while it joins."""
    raise AssertionError


if __name__ == "__main__":
    match os.environ.get("PROBE_LEAVES"):
        case "coordination":
            GroupCoordinator._on_join_complete = fail
        case "sending":
            Sender._sender_routine = fail
    main(build)
