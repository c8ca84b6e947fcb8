"""Files that came in another: each is kept in the archive and received like an upload of its own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import Connection

from schemas.base import StoredObject
from schemas.codes import RefusalCause
from schemas.events import DocumentReceived
from schemas.file_events import DocumentUnpacked
from schemas.ids import document_id
from schemas.topics import INTAKE_DOCUMENTS
from services.chassis.errors import Outgoing
from services.intake import casebook, store
from services.intake.bucket import Buckets
from services.intake.reading.page_reading import Unpacked
from services.intake.refusals import refused


@dataclass(frozen=True)
class KeptMember:
    """A file of a ZIP file or portfolio, as the archive has it."""

    name: str
    document_id: str
    archive: StoredObject
    size: int


async def kept(unpacked: Unpacked, buckets: Buckets, archive_bucket: str) -> tuple[KeptMember, ...]:
    """Each file in the archive, by its content."""
    held = []
    for member in unpacked.members:
        document = document_id(member.content)
        key = await buckets.archive(document, member.content)
        held.append(
            KeptMember(member.name, document, StoredObject(bucket=archive_bucket, key=key), len(member.content))
        )
    return tuple(held)


def receive(
    db: Connection, container: DocumentReceived, members: tuple[KeptMember, ...], now: datetime
) -> list[Outgoing]:
    """Each file as a document of the same upload; one that was here before is only noted, or refused once more."""
    unpacked = DocumentUnpacked(
        document_id=container.document_id,
        upload=container.upload,
        file_name=container.file_name,
        members=tuple(member.document_id for member in members),
    )
    told = [Outgoing(INTAKE_DOCUMENTS, container.document_id, unpacked)]
    for member in members:
        event = _received(container, member)
        if is_news(db, event, store.add_document(db, member.document_id, member.archive.key, now)):
            told.append(Outgoing(INTAKE_DOCUMENTS, member.document_id, event))
    store.keep_members(db, container.document_id, ((member.name, member.document_id) for member in members))
    # Of a file that was refused before this upload, its agent is told here.
    return told + refused_members(db, container.document_id)


def is_news(db: Connection, event: DocumentReceived, is_new: bool) -> bool:
    """Whether a document is to be read: it is new, or names a case that has not got it."""
    if is_new or event.case_reference is None:
        return is_new
    known = store.find_document(db, event.document_id)
    may_be_filed = known is not None and known.cause in (None, RefusalCause.NO_KNOWN_FORM)
    return may_be_filed and not casebook.has(db, event.case_reference, event.document_id)


def refused_members(db: Connection, container_id: str, upload: store.LedgerEntry | None = None) -> list[Outgoing]:
    """The refusals of files in a document that are known to be unreadable; ``upload``: for this one alone."""
    uploads = [upload] if upload else store.uploads_of(db, container_id)
    return [
        refused(store.LedgerEntry(entry.upload, document.document_id, entry.agent_code, name), cause, message)
        for name, document in store.members_of(db, container_id)
        if (cause := document.cause) and (message := document.message)
        for entry in uploads
    ]


def _received(container: DocumentReceived, member: KeptMember) -> DocumentReceived:
    return DocumentReceived(
        document_id=member.document_id,
        upload=container.upload,
        archive=member.archive,
        file_name=f"{container.file_name}/{member.name}",
        size=member.size,
        agent_code=container.agent_code,
        uploaded_at=container.uploaded_at,
        case_reference=container.case_reference,
        requirement=container.requirement,
        part_of=container.document_id,
    )
