"""Gathers what the command line can see of the house, from the services' own records, for the desk of operations."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy.engine import Connection

from goodorder.faults import Fault
from goodorder.health import HouseHealth
from goodorder.house import House
from goodorder.records import Records
from schemas.topics import SERVICES
from services.chassis.dead_letters import how_many_parked
from services.console.operations.troubles import LATELY, MAIL_WAITS, Seen, Trouble
from services.console.operations.troubles import troubles as in_words
from services.notify import store

Answer = TypeVar("Answer")

_LISTED = 20_000
"""Objects of the drop bucket that are looked at; ``goodorder uploads --most`` looks further."""


def troubles(house: House, health: HouseHealth, now: datetime) -> list[Trouble]:
    """Everything that somebody should look at, the worst first; nothing that is merely under way."""
    untaken, unread = _stuck_uploads(house, now)
    seen = Seen(
        parts=health.parts,
        kinds=health.kinds,
        kafka_is_down=health.kafka_is_down,
        untaken=untaken,
        unread=unread,
        parked={service: _asked(house, service, how_many_parked, (0, 0)) for service in SERVICES},
        mails_waiting=_asked(house, "notify", lambda db: store.waiting_since(db, now - MAIL_WAITS), 0),
        mails_refused=_asked(house, "notify", lambda db: store.refused_since(db, now - LATELY), 0),
    )
    return in_words(seen, now)


def _stuck_uploads(house: House, now: datetime) -> tuple[int, int]:
    """Not taken, and taken but not read."""
    from goodorder.uploads import uploads_found
    from services.console.operations.uploads import Stage

    try:
        found = uploads_found(house, _LISTED)
    except Fault:
        return 0, 0  # S3 or intake is down: that is said by the parts
    stuck = [each for each in found if each.is_stuck(now)]
    untaken = sum(each.stage is Stage.NOT_TAKEN for each in stuck)
    return untaken, len(stuck) - untaken


def _asked(house: House, service: str, query: Callable[[Connection], Answer], otherwise: Answer) -> Answer:
    """A service's own records; none where it never ran."""
    try:
        with Records(house.settings).of(service) as db:
            return query(db)
    except Fault:
        return otherwise
