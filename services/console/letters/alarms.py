"""Who is told that dead letters began: one word at the first of a kind, the next only after none of it was open."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.dead_letter_events import DeadLettersBegan
from schemas.envelope import Cause
from schemas.topics import DEAD_LETTER_ALERTS
from services.chassis.errors import Outgoing
from services.console.letters import index, metrics
from services.console.letters.index import Kind, Letter, Wanted
from services.console.letters.tables import alarms


def untold(db: Connection) -> tuple[Letter, ...]:
    """The oldest open dead letter of each kind that nobody was told of; kinds that are empty now are forgotten."""
    there = {(kind.service, kind.cause) for kind in index.kinds(db)}
    rung = {(row.service, row.cause) for row in db.execute(sa.select(alarms))}
    for service, cause in rung - there:
        db.execute(alarms.delete().where(_of(service, cause)))
    of_kind = (Wanted(service=service, cause=cause) for service, cause in sorted(there - rung))
    return tuple(index.list_letters(db, wanted, limit=1)[0] for wanted in of_kind)


def cause_of(letter: Letter) -> Cause:
    """What the word leads back to: the same dead letter gives the same word, however often it is given."""
    return Cause(source="dead-letters", id=letter.id, correlationid=letter.id)


def ring(db: Connection, now: datetime, letter: Letter) -> list[Outgoing]:
    """Tell of a kind by its oldest, once: in the transaction that notes that it was told."""
    kind = Wanted(service=letter.service, cause=letter.cause)
    number = index.count_letters(db, kind)
    already = db.execute(sa.select(alarms.c.letter_id).where(_of(letter.service, letter.cause))).first()
    if already is not None or not number:
        return []
    row = {"service": letter.service, "cause": letter.cause, "letter_id": letter.id, "rung_at": now}
    db.execute(alarms.insert().values(**row))
    began = DeadLettersBegan(
        service=letter.service,
        cause=letter.cause,
        dead_letter_id=letter.id,
        message=letter.message,
        open=number,
        failed_at=letter.failed_at,
    )
    return [Outgoing(DEAD_LETTER_ALERTS, f"{letter.service}|{letter.cause}", began)]


def _of(service: str, cause: str) -> sa.ColumnElement[bool]:
    return sa.and_(alarms.c.service == service, alarms.c.cause == cause)


class Gauges:
    """What is open, as metrics; a kind that was open and is not any more shows as none."""

    def __init__(self) -> None:
        self._known: set[tuple[str, str]] = set()

    def show(self, kinds: Collection[Kind], now: datetime) -> None:
        there = {(kind.service, kind.cause): kind for kind in kinds}
        self._known |= there.keys()
        for service, cause in self._known:
            kind = there.get((service, cause))
            metrics.OPEN.labels(service, cause).set(kind.open if kind else 0)
            metrics.OLDEST.labels(service, cause).set((now - kind.oldest).total_seconds() if kind else 0)
