"""Intake on Kafka: receives uploads beside the stream, reads each document that came, publishes its application."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic

from sqlalchemy.engine import Connection

from schemas.carrier import load_carriers
from schemas.codes import DeadLetterCause, RefusalCause
from schemas.events import ApplicationRead, DocumentFiled, DocumentReceived, PagePicture
from schemas.ids import case_id
from schemas.topics import INTAKE_APPLICATIONS, INTAKE_DOCUMENTS
from services.chassis.database import connect
from services.chassis.errors import Outgoing, Permanent
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service, utc_now
from services.intake import store
from services.intake.bucket import Buckets, ObjectGone
from services.intake.reading.page_reading import PageReading, Reading, Refused
from services.intake.reading.pool import ReaderPool
from services.intake.receiving import Receiving
from services.intake.refusals import refused
from services.intake.settings import IntakeSettings
from services.intake.shelf import DurableShelf

log = logging.getLogger(__name__)

_FIRST_WORD, _FURTHER_WORDS = 3.0, 5.0
"""Seconds after which a document that is still being read is told of, and again."""


@dataclass(frozen=True)
class Outcome:
    """What the readers made of a document, and when they began."""

    started_at: datetime
    result: Reading | Refused


class Desk:
    """Reads documents and writes down what became of them."""

    def __init__(self, buckets: Buckets, pool: ReaderPool) -> None:
        self._buckets = buckets
        self._pool = pool

    async def read(self, received: Received[DocumentReceived]) -> Outcome:
        """Fetch the document and read it; the slow part."""
        started_at, document = utc_now(), received.data
        if document.size > self._pool.limits.max_bytes:
            return Outcome(started_at, self._pool.too_large())
        kept = document.archive
        try:
            content = await self._buckets.fetch(kept.bucket, kept.key, kept.version_id)
        except ObjectGone as error:
            raise Permanent(
                DeadLetterCause.OBJECT_GONE,
                f"Document {document.document_id[:12]} is no longer in bucket {kept.bucket}."
                " Ask the agent for it again, or put it back and replay.",
            ) from error
        progress = Told(document.document_id)
        return Outcome(started_at, await self._pool.read(content, document.document_id, progress))

    def file(
        self, db: Connection, received: Received[DocumentReceived], outcome: Outcome, now: datetime
    ) -> Iterable[Outgoing]:
        """Each application, version 1 of its case; or the refusal, to every agent who sent these bytes."""
        document, result = received.data, outcome.result
        if isinstance(result, Refused):
            return self._refuse(db, document, result)
        store.set_read(db, document.document_id, case_id(document.document_id))
        filed = DocumentFiled(
            document_id=document.document_id,
            archive=document.archive,
            file_name=document.file_name,
            pictures=_pictures(result.pages),
        )
        told = []
        for place, application in enumerate(result.applications, start=1):
            read = ApplicationRead(
                case_id=case_id(document.document_id, place),
                version=1,
                agent_code=document.agent_code or application.agent_report.agent_code,
                documents=(filed,),
                uploaded_at=document.uploaded_at,
                reading_started_at=outcome.started_at,
                read_at=now,
                application=application,
            )
            told.append(Outgoing(INTAKE_APPLICATIONS, read.case_id, read))
        return told

    def _refuse(self, db: Connection, document: DocumentReceived, why: Refused) -> list[Outgoing]:
        told = [refused(entry, why.cause, why.message) for entry in store.uploads_of(db, document.document_id)]

        def write(db: Connection) -> None:
            store.set_refused(db, document.document_id, why.cause, why.message)

        if why.cause == RefusalCause.NO_KNOWN_FORM:
            # Readable, but no form on file: a matter for a person, not for the dead letters.
            write(db)
            return told
        raise Permanent(
            DeadLetterCause.UNREADABLE_DOCUMENT,
            f"Document {document.document_id[:12]}, {why.cause}: {why.message} The agent was told so.",
            publish=told,
            write=write,
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


def _pictures(pages: Iterable[PageReading]) -> tuple[PagePicture, ...] | None:
    """Those pages' pictures that are kept, if any."""
    kept = tuple(PagePicture(page=page.page, picture=page.picture) for page in pages if page.picture)
    return kept or None


def build() -> tuple[Service, ServiceSettings]:
    """The service with its settings from the environment."""
    settings = IntakeSettings()
    buckets = Buckets(settings)
    engine = connect(settings.database_url_of("intake"), "intake")
    shelf = DurableShelf(engine, buckets, settings.pages_kept_for, utc_now)
    pool = ReaderPool(
        load_carriers(settings.carriers),
        processes=settings.reader_processes,
        timeout=settings.reader_timeout,
        max_bytes=settings.largest_upload,
        shelf=shelf,
        archive=settings.archive_bucket,
    )
    desk = Desk(buckets, pool)
    receiving = Receiving(buckets, settings)
    service = Service(
        name="intake",
        consumes=(INTAKE_DOCUMENTS,),
        handlers=(Handler(DocumentReceived, desk.file, desk.read),),
        migrations=Path(__file__).parent / "migrations",
        tasks=(receiving.watch, receiving.sweep, shelf.sweep),
        ready=lambda: buckets.down,
    )
    return service, settings
