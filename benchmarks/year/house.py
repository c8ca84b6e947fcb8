"""The house of the simulated year: its services on the wire, their timers rung by the clock, their mails counted."""

import re
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from samples.packets.building import HOUSE, Shelf
from schemas.codes import CaseState
from schemas.events import ProducerImported
from schemas.topics import LICENSING_IMPORTS
from services.cases import store as cases
from services.cases.case import Case
from services.cases.worker import Clerk
from services.cases.worker import describe_service as cases_service
from services.chassis.tables import outbox, parked, timer
from services.chassis.timers import Timers
from services.licensing.folder import read_folder
from services.licensing.worker import describe_service as licensing_service
from services.notify import store as notify
from services.notify.bell import Bell
from services.notify.message import parse_address
from services.notify.postman import Postman, Round
from services.notify.worker import describe_service as notify_service
from services.requirements import store as requirements
from services.requirements.worker import Ordering
from services.requirements.worker import describe_service as requirements_service
from services.validation import store as validation
from services.validation.worker import describe_service as validation_service
from tests.wire import SteppedClock, Wire, wired

T = TypeVar("T")

_MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.MULTILINE | re.IGNORECASE)

_KEPT = timedelta(days=90)
_HOW = Round(
    owner="the simulated year",
    owner_returns=True,
    sender=parse_address("New business desk <new-business@example.com>"),
    reply_to=None,
    lease=120,
    retry_first=1,
    retry_longest=300,
    reconnect_first=0.2,
    reconnect_longest=5,
)


@dataclass
class Mailbox:
    """Takes every mail and counts it by its Message-ID."""

    arrived: Counter[str] = field(default_factory=Counter)

    async def send(self, sender: str, recipient: str, message: bytes) -> str:
        found = _MESSAGE_ID.search(message)
        self.arrived[found[1].decode() if found else "none"] += 1
        return "250 taken"

    async def close(self) -> None:
        """Nothing to close."""


@dataclass
class House:
    wire: Wire
    clock: SteppedClock
    clerk: Clerk
    requirement_timers: Timers
    postman: Postman
    mailbox: Mailbox
    next_due: datetime | None = None
    """When the next timer rings or the next offer lapses."""

    async def go_by(self) -> None:
        """Deal with everything that was said, and with everything that is due by now."""
        workers = self.wire.workers
        await self.wire.settle()
        if self.next_due is not None and self.next_due <= self.clock.now:
            await self.requirement_timers.ring_due(workers["requirements"].desk)
            await self.clerk.let_offers_lapse(workers["cases"].desk)
            await self.wire.settle()
        while await self.postman.send_next(workers["notify"].desk) is not None:
            pass
        soonest = [await self._ask("requirements", _next_timer), await self._ask("cases", _next_lapse)]
        self.next_due = min(filter(None, soonest), default=None)

    async def forget(self) -> None:
        """What validation does hour by hour: applications whose time is over are emptied."""
        before = self.clock.now - _KEPT
        work = partial(validation.forget_applications, judged_before=before)
        await self.wire.workers["validation"].commit.run(work)

    async def close_books(self) -> "Closing":
        """What the services' own tables say at the end."""
        for worker in self.wire.workers.values():
            await worker.commit.run(worker.relay.forget_now)
        states = await self._ask("cases", _states)
        tracked = [await self._ask("requirements", partial(requirements.load, case_id=case)) for case in states]
        return Closing(
            states=states,
            waiting_words=await self._ask("cases", _waiting_words),
            open_orders={
                each.requirement.requirement_id for case in tracked for each in case.tracked if each.is_open_order
            },
            ended_at_requirements={case.case_id for case in tracked if case.ended},
            unsent=await self._ask("notify", _unsent),
            mails=dict(self.mailbox.arrived),
            left={name: await self._ask(name, partial(_left, now=self.clock.now)) for name in self.wire.workers},
        )

    async def _ask(self, service: str, query: Callable[[Connection], T]) -> T:
        return await self.wire.workers[service].commit.run(query)


@dataclass(frozen=True)
class Closing:
    states: dict[str, CaseState]
    """By case."""
    waiting_words: dict[str, list[str]]
    """By case: words of its carrier that were never possible."""
    open_orders: set[str]
    """Requirements that a vendor is at work on."""
    ended_at_requirements: set[str]
    """Cases that requirements takes for over."""
    unsent: int
    mails: dict[str, int]
    """By Message-ID: how often it arrived."""
    left: dict[str, dict[str, int]]
    """By service: rows that should be gone, by table."""


def _next_timer(db: Connection) -> datetime | None:
    return db.execute(sa.select(timer.c.due_at).order_by(timer.c.due_at).limit(1)).scalar()


def _next_lapse(db: Connection) -> datetime | None:
    ends = cases.cases.c.lapses_at
    return db.execute(sa.select(ends).where(ends.is_not(None)).order_by(ends).limit(1)).scalar()


def _states(db: Connection) -> dict[str, CaseState]:
    rows = db.execute(sa.select(cases.cases.c.case_id, cases.cases.c.state))
    return {row.case_id: CaseState(row.state) for row in rows}


def _waiting_words(db: Connection) -> dict[str, list[str]]:
    records = (Case.model_validate(record) for record in db.execute(sa.select(cases.cases.c.record)).scalars())
    return {case.case_id: [each.word.decision.value for each in case.waiting] for case in records if case.waiting}


def _unsent(db: Connection) -> int:
    return sum(mail.finished_at is None for mail in notify.mails(db))


def _left(db: Connection, now: datetime) -> dict[str, int]:
    counted = {
        "outbox": sa.select(sa.func.count()).select_from(outbox),
        "parked": sa.select(sa.func.count()).select_from(parked),
        "timers overdue": sa.select(sa.func.count()).select_from(timer).where(timer.c.due_at < now),
    }
    return {name: count for name, query in counted.items() if (count := db.execute(query).scalar_one())}


@asynccontextmanager
async def opened(folder: Path, shelf: Shelf, clock: SteppedClock) -> AsyncIterator[House]:
    """All services but intake, whose part the simulation speaks, on fresh SQLite files in a folder."""
    mailbox = Mailbox()
    agents = {producer.code: producer for producer in shelf.producers}
    services = (
        licensing_service(None),
        validation_service(shelf.carriers),
        requirements_service(shelf.carriers),
        cases_service(shelf.carriers),
        notify_service(agents, mailbox, _HOW),
    )
    async with wired(clock, folder, services) as wire:
        house = House(
            wire,
            clock,
            Clerk(shelf.carriers),
            Timers("/goodorder/requirements", Ordering(shelf.carriers).on_timer),
            Postman(mailbox, Bell(), _HOW),
            mailbox,
        )
        for record in read_folder(HOUSE / "samples" / "licensing"):
            imported = ProducerImported(record=record, imported_at=clock(), source="the licensing desk's folder")
            wire.say(imported, LICENSING_IMPORTS, f"import of {record.agent_code}", record.agent_code)
        await house.go_by()
        yield house
