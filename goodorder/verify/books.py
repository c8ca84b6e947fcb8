"""What a house has on record, collected in one value: the rules look at nothing else."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from schemas.base import Contract
from schemas.events import BY_DATA

KEPT_ON_TOPICS = timedelta(days=29)
"""Topics keep their records for 30 days: of what is older, nothing is demanded of them."""

NOT_COMPACTED = timedelta(hours=23)
"""A topic that keeps the latest record of a key leaves those of the last day alone."""


@dataclass(frozen=True)
class StoredUpload:
    """One version of one object in the drop bucket."""

    bucket: str
    key: str
    version_id: str
    size: int
    at: datetime
    sha256: str | None = None
    """Of its bytes; ``None`` when they were not read."""


@dataclass(frozen=True)
class KeptDocument:
    """An object of the archive."""

    key: str
    size: int
    sha256: str | None = None


@dataclass(frozen=True)
class Event:
    """An event as it lies on its topic; applications are left out of ``data``."""

    topic: str
    partition: int
    offset: int
    at: datetime
    key: str
    source: str
    id: str
    type: str
    cause: str | None
    data: Mapping[str, Any]
    digest: str
    """Of the whole event as published."""

    @property
    def place(self) -> tuple[str, int, int]:
        return self.topic, self.partition, self.offset

    @property
    def identity(self) -> tuple[str, str]:
        return self.source, self.id


@dataclass(frozen=True)
class DeadRecord:
    """A record on a dead-letter topic."""

    service: str
    letter_id: str
    cause: str = ""
    original: str = ""
    """Where the record lies that failed, as topic[partition]@offset."""


@dataclass(frozen=True)
class Mail:
    """A message that the mail server took."""

    message_id: str
    at: datetime
    again: bool = False
    """It came before, under the same Message-ID: the mailbox keeps one."""


@dataclass(frozen=True)
class LedgerUpload:
    """An upload as intake has it on record."""

    bucket: str
    key: str
    version_id: str
    document_id: str
    seen_at: datetime


@dataclass(frozen=True)
class Document:
    """A document as intake has it on record."""

    document_id: str
    status: str
    first_seen_at: datetime


@dataclass(frozen=True)
class Change:
    """A change in a case's history."""

    case_id: str
    revision: int
    recorded_at: datetime


@dataclass(frozen=True)
class Submission:
    submission_id: str
    case_id: str
    submitted_at: datetime


@dataclass(frozen=True)
class Order:
    """An order to a vendor, as requirements has it on record."""

    case_id: str
    requirement_id: str
    number: int
    ordered_at: datetime | None


@dataclass(frozen=True)
class Notification:
    """A mail as notify has it on record."""

    seq: int
    id: str
    about: str
    occasion: str
    state: str
    message_id: str | None
    queued_at: datetime


@dataclass(frozen=True)
class DeadLetter:
    """A record that a service gave up, as the service has it."""

    id: str
    status: str
    lane: str
    topic: str
    partition: int
    offset: int
    failed_at: datetime

    @property
    def is_open(self) -> bool:
        return self.status != "resolved"


@dataclass(frozen=True)
class Waiting:
    """An event in an outbox: not published yet."""

    seq: int
    topic: str
    created_at: datetime


@dataclass(frozen=True)
class Parked:
    """A record that waits behind a dead letter of its lane."""

    lane: str
    topic: str
    partition: int
    offset: int


@dataclass(frozen=True)
class ServiceBooks:
    """What every service has: inbox, outbox, dead letters, what is parked."""

    inbox: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    """Source and id of each event that was dealt with, and when."""
    outbox: tuple[Waiting, ...] = ()
    dead_letters: tuple[DeadLetter, ...] = ()
    parked: tuple[Parked, ...] = ()

    @cached_property
    def given_up(self) -> frozenset[tuple[str, int, int]]:
        letters = {(letter.topic, letter.partition, letter.offset) for letter in self.dead_letters}
        return frozenset(letters | {(row.topic, row.partition, row.offset) for row in self.parked})


@dataclass(frozen=True)
class Books:
    """Everything, as it was at one time."""

    looked_at: datetime
    uploads: tuple[StoredUpload, ...] = ()
    archive: Mapping[str, KeptDocument] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    """In the order of their partitions."""
    dead_records: tuple[DeadRecord, ...] = ()
    services: Mapping[str, ServiceBooks] = field(default_factory=dict)
    """Those that have a database here."""
    ledger: tuple[LedgerUpload, ...] = ()
    documents: tuple[Document, ...] = ()
    cases: Mapping[str, int] = field(default_factory=dict)
    """The revision of each case that is open or was."""
    history: tuple[Change, ...] = ()
    submissions: tuple[Submission, ...] = ()
    orders: tuple[Order, ...] = ()
    notifications: tuple[Notification, ...] = ()
    mails: tuple[Mail, ...] | None = None
    """``None`` when the mailbox is not ours to see."""

    @property
    def on_topics_since(self) -> datetime:
        return self.looked_at - KEPT_ON_TOPICS

    @cached_property
    def first_publications(self) -> tuple[Event, ...]:
        """Each event once: a publication that is repeated under its id is recognised by every reader."""
        first: dict[tuple[str, str], Event] = {}
        for event in self.events:
            first.setdefault(event.identity, event)
        return tuple(first.values())

    @cached_property
    def _by_type(self) -> Mapping[str, list[Event]]:
        kinds: dict[str, list[Event]] = defaultdict(list)
        for event in self.first_publications:
            kinds[event.type].append(event)
        return kinds

    def of(self, data: type[Contract]) -> list[Event]:
        """The events of a kind, each once, in the order of their partitions."""
        return self._by_type.get(BY_DATA[data].type, [])

    def given_up_by(self, service: str) -> frozenset[tuple[str, int, int]]:
        """Where the records lie that a service gave up, or parked behind one."""
        return self.services[service].given_up if service in self.services else frozenset()
