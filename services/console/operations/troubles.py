"""Is anything lost or stuck, and what is to be done: each trouble in words, with its remedy; pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from services.console.letters.desk import IN_WORDS
from services.console.letters.index import Kind
from services.console.operations.answers import Part
from services.console.wording import counted, in_short


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

    @property
    def anchor(self) -> str:
        return self.lower().replace(" ", "-")


MAIL_WAITS = timedelta(minutes=10)
LATELY = timedelta(days=1)
_WAITS_FOR = {"kafka": Heading.KAFKA, "mail": Heading.MAILS, "database": Heading.DISK}
_SERVICES, _UPLOADS, _MAILS = "/operations#services", "/operations#uploads", "/operations#mails"


@dataclass(frozen=True)
class Trouble:
    """Something that is lost, stuck, or about to be."""

    what: str
    do: str
    """The command to type first."""
    runbook: Heading
    """What goes on from there."""
    page: str
    """Where the console shows more of it."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Seen:
    """What is known of the house at a moment; what could not be asked is left at nothing, and its part says why."""

    parts: Sequence[Part]
    kinds: Sequence[Kind] = ()
    """What is open in the dead letters."""
    kafka_is_down: str = ""
    """Why Kafka could not be asked, if so."""
    untaken: int = 0
    """Uploads that intake has not taken."""
    unread: int = 0
    """Documents that it took and has not read for long."""
    parked: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By service: events that wait behind a dead letter, and of how many cases."""
    mails_waiting: int = 0
    """For longer than :data:`MAIL_WAITS`."""
    mails_refused: int = 0
    """Within :data:`LATELY`."""


def troubles(seen: Seen, now: datetime) -> list[Trouble]:
    """Everything that somebody should look at, the worst first; nothing that is merely under way."""
    return [
        *_of_kafka(seen.kafka_is_down),
        *_of_parts(seen.parts),
        *_of_uploads(seen.untaken, seen.unread),
        *_of_letters(seen.kinds, now),
        *_of_parked(seen.parked),
        *_of_mails(seen.mails_waiting, seen.mails_refused),
    ]


def _of_kafka(why: str) -> Iterator[Trouble]:
    if why:
        yield Trouble(
            f"{why} Everything waits for it, nothing is lost. What is said here of dead letters is as old as the"
            " outage.",
            "goodorder status",
            Heading.KAFKA,
            _SERVICES,
        )


def _of_parts(parts: Iterable[Part]) -> Iterator[Trouble]:
    for part in parts:
        if part.is_stopped:
            yield Trouble(
                f"{part.name} stopped itself: too many failures of our own in a row. Its work waits, nothing is lost.",
                f"goodorder dead-letters list --service {part.name}",
                Heading.STOPPED,
                letters_page(service=part.name),
            )
        elif not part.is_ready:
            yield Trouble(
                f"{part.name} is {part.state}: {part.why_not or 'it has not said why'}. What it should do waits.",
                "goodorder status",
                Heading.KAFKA if part.name == "kafka" else Heading.NOT_READY,
                _SERVICES,
            )
        for dependency in part.waits_for:
            yield Trouble(
                f"{part.name} waits for {dependency}, which is down. It goes on by itself when that is back.",
                "goodorder status",
                _WAITS_FOR.get(dependency, Heading.NOT_READY),
                _SERVICES,
            )


def _of_uploads(untaken: int, unread: int) -> Iterator[Trouble]:
    if untaken:
        yield Trouble(
            f"{counted(untaken, 'upload')} in the drop bucket that intake has not taken.",
            "goodorder uploads",
            Heading.UPLOAD,
            _UPLOADS,
        )
    if unread:
        yield Trouble(
            f"{counted(unread, 'document')} received and not read for ten minutes or more.",
            "goodorder dead-letters list --service intake",
            Heading.UPLOAD,
            _UPLOADS,
        )


def _of_letters(kinds: Sequence[Kind], now: datetime) -> Iterator[Trouble]:
    for kind in kinds:
        words, age = IN_WORDS.get(kind.cause, kind.cause), in_short(now - kind.oldest)
        yield Trouble(
            f"{counted(kind.open, 'dead letter')} of {kind.service}: {words}, the oldest {age} old.",
            f"goodorder dead-letters list --service {kind.service}",
            Heading.DEAD_LETTER,
            letters_page(service=kind.service, cause=kind.cause),
        )


def _of_parked(parked: Mapping[str, tuple[int, int]]) -> Iterator[Trouble]:
    for service, (events, lanes) in parked.items():
        if events:
            yield Trouble(
                f"{counted(events, 'event')} of {counted(lanes, 'case')} wait in {service} behind a dead letter.",
                f"goodorder dead-letters list --service {service}",
                Heading.PARKED,
                letters_page(service=service),
            )


def _of_mails(waiting: int, refused: int) -> Iterator[Trouble]:
    if waiting:
        yield Trouble(
            f"{counted(waiting, 'mail')} waiting for ten minutes or more.", "goodorder mails", Heading.MAILS, _MAILS
        )
    if refused:
        yield Trouble(
            f"{counted(refused, 'mail')} refused for good by the mail server within a day: nobody was told.",
            "goodorder mails",
            Heading.MAILS,
            _MAILS,
        )


def letters_page(**filters: str) -> str:
    return f"/dead-letters?{urlencode(filters)}"
