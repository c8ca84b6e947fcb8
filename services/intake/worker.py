"""Intake on Kafka: receives uploads beside the stream, reads each document that came, publishes its application."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy.engine import Connection

from schemas.carrier import load_carriers
from schemas.codes import DeadLetterCause, RefusalCause, VirusScan
from schemas.document_events import CorrectValues, FileDocument
from schemas.events import CaseChanged, DocumentReceived
from schemas.privacy_events import EraseCase
from schemas.retention import policy_of
from schemas.topics import (
    CASES_CHANGES,
    INTAKE_CORRECTIONS,
    INTAKE_DOCUMENTS,
    INTAKE_FILING_REQUESTS,
    PRIVATE_ERASURES,
)
from services.chassis.database import connect
from services.chassis.errors import Outgoing, Permanent
from services.chassis.private.vault import open_vault
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service, utc_now
from services.intake import casebook, store
from services.intake.bucket import Buckets, ObjectGone
from services.intake.clerk import Clerk
from services.intake.erasing import Eraser
from services.intake.members import KeptMember, kept, receive
from services.intake.pages import PAGES
from services.intake.reading.page_reading import Reading, Refused, Unpacked
from services.intake.reading.pool import ReaderPool
from services.intake.reading.refusing import refusal
from services.intake.receiving import Receiving
from services.intake.refusals import refused
from services.intake.settings import IntakeSettings
from services.intake.shelf import DurableShelf
from services.intake.virus_scan import Address, VirusScanner

log = logging.getLogger(__name__)

_FIRST_WORD, _FURTHER_WORDS = 3.0, 5.0
"""Seconds after which a document that is still being read is told of, and again."""


@dataclass(frozen=True)
class Outcome:
    """What the readers made of a document, and when they began."""

    started_at: datetime
    result: Reading | Refused | tuple[KeptMember, ...]
    """The last: the files that were in it."""


class Desk:
    """Reads documents and writes down what became of them."""

    def __init__(self, buckets: Buckets, pool: ReaderPool, clerk: Clerk, scanner: VirusScanner | None = None) -> None:
        self._buckets = buckets
        self._pool = pool
        self._clerk = clerk
        self._scanner = scanner

    async def read(self, received: Received[DocumentReceived]) -> Outcome:
        """Fetch the document and read it; the slow part."""
        started_at, document = utc_now(), received.data
        if document.size > self._pool.limits.max_bytes:
            return Outcome(started_at, self._pool.too_large())
        place = document.archive
        try:
            content = await self._buckets.fetch(place.bucket, place.key, place.version_id)
        except ObjectGone as error:
            raise Permanent(
                DeadLetterCause.OBJECT_GONE,
                f"Document {document.document_id[:12]} is no longer in bucket {place.bucket}."
                " Ask the agent for it again, or put it back and replay.",
            ) from error
        if self._scanner and (found := await self._scanner.found_in(content)):
            return Outcome(started_at, refusal(RefusalCause.VIRUS_FOUND, found=found))
        result = await self._pool.read(content, document.document_id, Told(document.document_id))
        if isinstance(result, Unpacked):
            if document.part_of:
                return Outcome(started_at, refusal(RefusalCause.NESTED_ARCHIVE))
            return Outcome(started_at, await kept(result, self._buckets, place.bucket))
        scan = VirusScan.CLEAN if self._scanner else VirusScan.NOT_SCANNED
        return Outcome(started_at, _with_scan(result, scan))

    def file(
        self, db: Connection, received: Received[DocumentReceived], outcome: Outcome, now: datetime
    ) -> Iterable[Outgoing]:
        """What the document says to its case, or to one of its own; or the refusal, to every agent who sent it."""
        document, result = received.data, outcome.result
        if isinstance(result, tuple):
            return receive(db, document, result, now)
        if result.seen:
            store.set_seen(db, document.document_id, result.seen)
        if not isinstance(result, Refused):
            return self._clerk.take(db, document, result, outcome.started_at, now)
        if result.cause is RefusalCause.NO_KNOWN_FORM and (document.case_reference or result.covers):
            return self._clerk.take_without_form(db, document, result.covers, now)
        return self._refuse(db, document, result)

    def file_by_hand(
        self, db: Connection, received: Received[FileDocument], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        return self._clerk.by_hand(db, received.data, now)

    def corrected(
        self, db: Connection, received: Received[CorrectValues], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        return self._clerk.corrected(db, received.data, now)

    def on_case(self, db: Connection, received: Received[CaseChanged], _: None, now: datetime) -> Iterable[Outgoing]:
        """Where a case stands: what came for it is filed otherwise once its carrier has it."""
        change = received.data
        casebook.set_state(db, change.case_id, change.to_state, change.revision)
        return ()

    def _refuse(self, db: Connection, document: DocumentReceived, why: Refused) -> list[Outgoing]:
        def tell(db: Connection) -> list[Outgoing]:
            # In one transaction: an upload that comes after it finds the refusal, and is told of it there.
            store.set_refused(db, document.document_id, why.cause, why.message)
            uploads = store.uploads_of(db, document.document_id)
            return [refused(entry, why.cause, why.message, why.seen) for entry in uploads]

        if why.cause == RefusalCause.NO_KNOWN_FORM:
            # Readable, but no form on file: a matter for a person, not for the dead letters.
            return tell(db)
        raise Permanent(
            DeadLetterCause.UNREADABLE_DOCUMENT,
            f"Document {document.document_id[:12]}, {why.cause}: {why.message} The agent was told so.",
            tell=tell,
        )


CONSUMES = (INTAKE_DOCUMENTS, INTAKE_FILING_REQUESTS, INTAKE_CORRECTIONS, CASES_CHANGES, PRIVATE_ERASURES)


def handlers(desk: Desk, eraser: Eraser) -> tuple[Handler[Any, Any], ...]:
    """What is done with each event."""
    return (
        Handler(DocumentReceived, desk.file, desk.read),
        Handler(FileDocument, desk.file_by_hand),
        Handler(CorrectValues, desk.corrected),
        Handler(CaseChanged, desk.on_case),
        Handler(EraseCase, eraser.done, eraser.erase),
    )


class Told:
    """Logs how far a long packet is; called from the thread in which it is read."""

    def __init__(self, document_id: str, clock: Callable[[], float] = monotonic) -> None:
        self._document = document_id[:12]
        self._clock = clock
        self._next = clock() + _FIRST_WORD

    def __call__(self, done: int, total: int) -> None:
        now = self._clock()
        if now >= self._next and done < total:
            self._next = now + _FURTHER_WORDS
            log.info("Document %s: %d of %d pages are read", self._document, done, total)


def _with_scan(result: Reading | Refused, scan: VirusScan) -> Reading | Refused:
    """The result with what the virus scanner said of the file."""
    seen = result.seen.model_copy(update={"virus_scan": scan}) if result.seen else None
    if isinstance(result, Reading):
        return replace(result, seen=seen)
    return result.model_copy(update={"seen": seen})


def build() -> tuple[Service, ServiceSettings]:
    """The service with its settings from the environment."""
    settings = IntakeSettings()
    buckets = Buckets(settings)
    vault = open_vault(settings, "intake", at_once=True)
    engine = connect(settings.database_url_of("intake"), "intake", vault)
    shelf = DurableShelf(engine, buckets, settings.pages_kept_for, utc_now)
    carriers = load_carriers(settings.carriers)
    pool = ReaderPool(
        carriers,
        processes=settings.reader_processes,
        timeout=settings.reader_timeout,
        max_bytes=settings.largest_upload,
        shelf=shelf,
        archive=settings.archive_bucket,
    )
    scanner = VirusScanner(Address.parse(settings.clamav)) if settings.clamav else None
    if scanner is None:
        log.info("Files are not scanned for viruses: GOODORDER_CLAMAV is not set")
    eraser = Eraser(engine, buckets, vault, policy_of(settings.retention, settings.carriers))
    desk = Desk(buckets, pool, Clerk(pool.catalogue, carriers, settings.archive_bucket), scanner)
    receiving = Receiving(buckets, settings)
    service = Service(
        name="intake",
        consumes=CONSUMES,
        handlers=handlers(desk, eraser),
        migrations=Path(__file__).parent / "migrations",
        pages=PAGES,
        keeps_private=True,
        tasks=(receiving.watch, receiving.sweep, shelf.sweep, eraser.sweep),
        ready=lambda: buckets.down or (scanner.down if scanner else None),
    )
    return service, settings
