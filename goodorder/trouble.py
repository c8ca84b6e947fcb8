"""Is anything lost or stuck, and what is to be done: each trouble with its command and its place in the runbook."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from goodorder.faults import Fault
from goodorder.health import HouseHealth, PartHealth
from goodorder.house import House
from goodorder.records import Records
from goodorder.screen import counted, in_short
from schemas.codes import DeliveryOutcome
from schemas.topics import SERVICES
from services.chassis.tables import parked
from services.console.letters.desk import IN_WORDS
from services.console.letters.index import Kind
from services.notify.store import QUEUED, SENDING, notifications


class Heading(StrEnum):
    """The headings of ``docs/runbook.md`` that a trouble leads to."""

    STOPPED = "A service stopped itself"
    KAFKA = "Kafka is down"
    NOT_READY = "A part is not ready"
    MAILS = "Mails do not go out"
    DISK = "The disk is full"
    DEAD_LETTER = "A dead letter"
    PARKED = "A case is parked"
    UPLOAD = "An upload is missing"


_LISTED = 20_000
"""Objects of the drop bucket that are looked at; ``goodorder uploads --most`` looks further."""
_MAIL_WAITS = timedelta(minutes=10)
_LATELY = timedelta(days=1)
_WAITS_FOR = {"kafka": Heading.KAFKA, "mail": Heading.MAILS, "database": Heading.DISK}


@dataclass(frozen=True)
class Trouble:
    """Something that is lost, stuck, or about to be."""

    what: str
    do: str
    """The command to type first."""
    runbook: Heading
    """What goes on from there."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def troubles(house: House, health: HouseHealth, now: datetime) -> list[Trouble]:
    """Everything that somebody should look at, the worst first; nothing that is merely under way."""
    return [
        *_of_kafka(health),
        *_of_parts(health.parts),
        *_of_uploads(house, now),
        *_of_letters(health.kinds, now),
        *_parked(house),
        *_of_mails(house, now),
    ]


def _of_kafka(health: HouseHealth) -> Iterator[Trouble]:
    if health.kafka_is_down:
        yield Trouble(
            f"{health.kafka_is_down} Everything waits for it, nothing is lost. What is said here of dead letters is"
            " as old as the outage.",
            "goodorder status",
            Heading.KAFKA,
        )


def _of_parts(parts: Iterable[PartHealth]) -> Iterator[Trouble]:
    for part in parts:
        if part.is_stopped:
            yield Trouble(
                f"{part.name} stopped itself: too many failures of our own in a row. Its work waits, nothing is lost.",
                f"goodorder dead-letters list --service {part.name}",
                Heading.STOPPED,
            )
        elif not part.is_ready:
            yield Trouble(
                f"{part.name} is {part.state}: {part.why_not or 'it has not said why'}. What it should do waits.",
                "goodorder status",
                Heading.KAFKA if part.name == "kafka" else Heading.NOT_READY,
            )
        for dependency in part.waits_for:
            yield Trouble(
                f"{part.name} waits for {dependency}, which is down. It goes on by itself when that is back.",
                "goodorder status",
                _WAITS_FOR.get(dependency, Heading.NOT_READY),
            )


def _of_letters(kinds: Sequence[Kind], now: datetime) -> Iterator[Trouble]:
    for kind in kinds:
        words, age = IN_WORDS.get(kind.cause, kind.cause), in_short(now - kind.oldest)
        yield Trouble(
            f"{counted(kind.open, 'dead letter')} of {kind.service}: {words}, the oldest {age} old.",
            f"goodorder dead-letters list --service {kind.service}",
            Heading.DEAD_LETTER,
        )


def _parked(house: House) -> Iterator[Trouble]:
    """Events that wait behind a dead letter of their case, in the order of their coming."""
    for service in SERVICES:
        rows = _asked(house, service, sa.select(sa.func.count(), sa.func.count(parked.c.lane.distinct())))
        for waiting, lanes in rows:
            if waiting:
                yield Trouble(
                    f"{counted(waiting, 'event')} of {counted(lanes, 'case')} wait in {service} behind a dead letter.",
                    f"goodorder dead-letters list --service {service}",
                    Heading.PARKED,
                )


def _of_uploads(house: House, now: datetime) -> Iterator[Trouble]:
    from goodorder.uploads import Stage, uploads_found

    try:
        found = uploads_found(house, _LISTED)
    except Fault:
        return  # S3 or intake is down: that is said by the parts
    stuck = [each for each in found if each.is_stuck(now)]
    untaken = sum(each.stage is Stage.NOT_TAKEN for each in stuck)
    if untaken:
        yield Trouble(
            f"{counted(untaken, 'upload')} in the drop bucket that intake has not taken.",
            "goodorder uploads",
            Heading.UPLOAD,
        )
    if unread := len(stuck) - untaken:
        yield Trouble(
            f"{counted(unread, 'document')} received and not read for ten minutes or more.",
            "goodorder dead-letters list --service intake",
            Heading.UPLOAD,
        )


def _of_mails(house: House, now: datetime) -> Iterator[Trouble]:
    c = notifications.c
    waiting = sa.select(sa.func.count()).where(c.state.in_((QUEUED, SENDING)), c.queued_at < now - _MAIL_WAITS)
    refused = sa.select(sa.func.count()).where(c.state == DeliveryOutcome.REFUSED, c.finished_at > now - _LATELY)
    for (number,) in _asked(house, "notify", waiting):
        if number:
            what = f"{counted(number, 'mail')} waiting for ten minutes or more."
            yield Trouble(what, "goodorder mails", Heading.MAILS)
    for (number,) in _asked(house, "notify", refused):
        if number:
            what = f"{counted(number, 'mail')} refused for good by the mail server within a day: nobody was told."
            yield Trouble(what, "goodorder mails", Heading.MAILS)


def _asked(house: House, service: str, query: Any) -> list[Any]:
    """A service's own records; none where it never ran."""
    try:
        with Records(house.settings).of(service) as db:
            return list(db.execute(query))
    except Fault:
        return []
