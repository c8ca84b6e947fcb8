"""Timers that survive restarts and ring once: rows that are taken, with what they lead to, in one transaction.

A service sets a timer in the transaction of the event that calls for it (:func:`set_timer`) and gives
:class:`Timers` what to do when it is due. Whichever worker deletes the row in its transaction has rung it; a worker
that is killed before its commit has rung nothing, and another one does.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.envelope import Cause
from schemas.ids import derived_id
from services.chassis.errors import Outgoing, describe
from services.chassis.private.vault import Forgotten
from services.chassis.shell import Desk
from services.chassis.tables import timer as table

log = logging.getLogger(__name__)

_FIRST_PAUSE = timedelta(seconds=30)
_LONGEST_PAUSE = timedelta(hours=6)


@dataclass(frozen=True)
class Timer:
    """One thing that is to happen at a time."""

    subject: str
    """Whose timer: a case."""
    name: str
    """What for; a subject has one timer of a name."""
    due_at: datetime
    attempts: int = 0
    """How often it rang and what was to be done failed."""


# Built once: they run with every event, and building them costs more than running them.
_OF = sa.select(table).where(table.c.subject == sa.bindparam("whose")).order_by(table.c.due_at, table.c.name)
_SET = table.insert()
_DROP = table.delete().where(table.c.subject == sa.bindparam("whose"), table.c.name == sa.bindparam("which"))
_DUE = (
    sa.select(table)
    .where(table.c.due_at <= sa.bindparam("now"))
    .order_by(table.c.due_at, table.c.subject, table.c.name)
    .limit(1)
)


def set_timer(db: Connection, subject: str, name: str, due_at: datetime) -> None:
    """Let it ring at this time, and not at any other that was set before."""
    drop_timer(db, subject, name)
    db.execute(_SET, {"subject": subject, "name": name, "due_at": due_at, "attempts": 0})


def drop_timer(db: Connection, subject: str, name: str) -> None:
    """It does not ring any more."""
    db.execute(_DROP, {"whose": subject, "which": name})


def timers_of(db: Connection, subject: str) -> tuple[Timer, ...]:
    """What is set for a subject, the next one first."""
    rows = db.execute(_OF, {"whose": subject})
    return tuple(Timer(row.subject, row.name, row.due_at, row.attempts) for row in rows)


def keep_timers(db: Connection, subject: str, due: Mapping[str, datetime]) -> None:
    """Let a subject have these timers, by name, and no others."""
    already = {timer.name: timer.due_at for timer in timers_of(db, subject)}
    for name in already.keys() - due.keys():
        drop_timer(db, subject, name)
    for name, at in due.items():
        if name not in already:
            db.execute(_SET, {"subject": subject, "name": name, "due_at": at, "attempts": 0})
        elif already[name] != at:
            set_timer(db, subject, name, at)


Ring = Callable[[Connection, Timer, datetime], Iterable[Outgoing]]
"""What to do about a timer that is due, in the transaction that takes it; it may set it again."""


class Timers:
    """A service's task that rings what is due."""

    def __init__(self, source: str, ring: Ring, look_every: float = 2.0) -> None:
        self._source = source
        self._ring = ring
        self._look_every = look_every

    async def work(self, desk: Desk) -> None:
        """Ring for ever."""
        while True:
            await self.ring_due(desk)
            await asyncio.sleep(self._look_every)

    async def ring_due(self, desk: Desk) -> int:
        """Ring everything that is due now, what was due first first; returns how many timers there were."""
        rung = 0
        while (due := await desk.read(lambda db: _next_due(db, desk.clock()))) is not None:
            rung += 1
            try:
                await desk.write(self._cause(due), lambda db, now, due=due: self._take(db, due, now))  # type: ignore[misc]
            except Forgotten as gone:
                log.info("Timer %s of %s is dropped: %s", due.name, due.subject, gone)
                await desk.read(lambda db, due=due: drop_timer(db, due.subject, due.name))  # type: ignore[misc]
            except Exception as error:
                # One that fails must not keep the others from ringing.
                log.exception(
                    "Timer %s of %s failed (%s); it rings again later", due.name, due.subject, describe(error)
                )
                await desk.read(lambda db, due=due: _put_off(db, due, desk.clock()))  # type: ignore[misc]
        return rung

    def _take(self, db: Connection, due: Timer, now: datetime) -> list[Outgoing]:
        taken = db.execute(table.delete().where(_is(due)))
        return list(self._ring(db, due, now)) if taken.rowcount == 1 else []

    def _cause(self, due: Timer) -> Cause:
        identity = derived_id(f"{due.subject}|{due.name}|{due.due_at.isoformat()}", "timer")
        return Cause(source=self._source, id=identity, correlationid=identity)


def _next_due(db: Connection, now: datetime) -> Timer | None:
    row = db.execute(_DUE, {"now": now}).one_or_none()
    return None if row is None else Timer(row.subject, row.name, row.due_at, row.attempts)


def _put_off(db: Connection, failed: Timer, now: datetime) -> None:
    pause = min(_FIRST_PAUSE * 2**failed.attempts, _LONGEST_PAUSE)
    db.execute(table.update().where(_is(failed)).values(due_at=now + pause, attempts=failed.attempts + 1))


def _is(timer: Timer) -> sa.ColumnElement[bool]:
    c = table.c
    return sa.and_(c.subject == timer.subject, c.name == timer.name, c.due_at == timer.due_at)
