"""Intake without Kafka and S3: documents go in as their uploads would bring them, and are read in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from schemas.base import StoredObject
from schemas.carrier import Carriers
from schemas.codes import RequirementKind
from schemas.document_events import DocumentUnmatched, FileDocument, LateDocumentFiled
from schemas.events import ApplicationRead, DocumentReceived, DocumentRefused
from schemas.ids import case_id, document_id
from schemas.topics import INTAKE_DOCUMENTS, INTAKE_FILING_REQUESTS
from services.chassis.shell import Service
from services.intake import erasing, receiving, store, worker
from services.intake.clerk import Clerk
from services.intake.drop import Upload, case_named, requirement_named
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import Reading, Refused, Unpacked
from services.intake.virus_scan import VirusScanner
from tests.chassis.events import NOON
from tests.intake.reading.in_process import InProcess
from tests.offline import Worker
from tests.offline import worker as offline_worker


@dataclass
class Shelves:
    """The archive, as far as reading asks for it."""

    held: dict[str, bytes] = field(default_factory=dict)

    async def fetch(self, bucket: str, key: str, version_id: str | None) -> bytes:
        return self.held[key]

    async def archive(self, document_id: str, content: bytes) -> str:
        self.held[document_id] = content
        return document_id


@dataclass
class Readers:
    """Stands for the pool of processes."""

    hands: InProcess
    limits: Limits = field(default_factory=Limits)

    async def read(self, content: bytes, document_id: str, progress: object) -> Reading | Refused | Unpacked:
        return self.hands.read(content)


@dataclass
class Desk:
    """A worker of intake and what agents send it."""

    worker: Worker
    shelves: Shelves
    uploads: int = 0

    async def drop(self, content: bytes, name: str, agent: str = "AG-1042", said: dict[str, str] | None = None) -> str:
        """An upload: onto the ledger, and what that leads to; returns the case that the document would open."""
        for number, data in enumerate(await self.record(content, name, agent, said)):
            if isinstance(data, DocumentReceived):
                await self.take(data, f"{data.upload.key} {self.uploads} {number}")
        return case_id(document_id(content))

    async def record(
        self, content: bytes, name: str, agent: str, said: dict[str, str] | None = None
    ) -> list[DocumentReceived | DocumentRefused]:
        """An upload onto the ledger; returns what is said of it at once."""
        self.uploads += 1
        document, key = document_id(content), f"drop/{agent}/{name}"
        self.shelves.held[document] = content
        at = NOON + timedelta(minutes=self.uploads)
        upload = Upload("goodorder-drop", key, f"v{self.uploads}", len(content), at, said or {})
        event = DocumentReceived(
            document_id=document,
            upload=StoredObject(bucket=upload.bucket, key=key, version_id=upload.version_id),
            archive=StoredObject(bucket="goodorder-archive", key=document),
            file_name=upload.file_name,
            size=upload.size,
            agent_code=agent,
            uploaded_at=at,
            case_reference=case_named(upload, "drop/"),
            requirement=requirement_named(upload, "drop/"),
        )

        def record(db: object) -> list[object]:
            return list(receiving.record(db, upload, event, "notification", NOON))  # type: ignore[arg-type]

        return [outgoing.data for outgoing in await self.worker.read(record)]  # type: ignore[attr-defined]

    async def take(self, event: DocumentReceived, event_id: str) -> None:
        await self.worker.take(event, INTAKE_DOCUMENTS, event_id, event.document_id)

    async def file(
        self, content: bytes, case: str | None, requirement: RequirementKind | None = None, times: int = 1
    ) -> None:
        """A person files a document."""
        document = document_id(content)
        asked = FileDocument(
            document_id=document,
            case_id=case,
            requirement=requirement,
            actor="morgan",
            reason="the agent says so",
            asked_at=NOON,
        )
        for time in range(times):
            await self.worker.take(asked, INTAKE_FILING_REQUESTS, f"file {document} {case} {time}", document)

    async def take_members(self) -> None:
        """What came in another file is read in its turn."""
        for event in self.worker.published(DocumentReceived):
            await self.take(event, f"member {event.document_id} {event.upload.version_id}")

    @property
    def read(self) -> list[ApplicationRead]:
        return self.worker.published(ApplicationRead)

    @property
    def filed(self) -> list[LateDocumentFiled]:
        return self.worker.published(LateDocumentFiled)

    @property
    def unmatched(self) -> list[DocumentUnmatched]:
        return self.worker.published(DocumentUnmatched)

    async def status(self, content: bytes) -> tuple[str, str | None]:
        found = await self.worker.read(lambda db: store.find_document(db, document_id(content)))
        assert found is not None
        return found.status, found.case_id


@asynccontextmanager
async def at_work(
    url: str, hands: InProcess, carriers: Carriers, scanner: VirusScanner | None = None
) -> AsyncIterator[Desk]:
    shelves = Shelves()
    clerk = Clerk(hands.templates.catalogue, carriers, "goodorder-archive")
    desk = worker.Desk(shelves, Readers(hands), clerk, scanner)  # type: ignore[arg-type]
    service = Service(
        name="intake",
        consumes=worker.CONSUMES,
        handlers=worker.handlers(desk, erasing.Eraser(None, shelves, None)),  # type: ignore[arg-type]
        migrations=Path(worker.__file__).parent / "migrations",
    )
    async with offline_worker(service, url) as running:
        yield Desk(running, shelves)


def last(read: list[ApplicationRead], case: str) -> ApplicationRead:
    return [each for each in read if each.case_id == case][-1]
