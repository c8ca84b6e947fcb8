"""The event that tells an agent that a file could not be read."""

from schemas.base import StoredObject
from schemas.codes import RefusalCause
from schemas.events import DocumentRefused
from schemas.file_events import DocumentSeen
from schemas.topics import INTAKE_DOCUMENTS
from services.chassis.errors import Outgoing
from services.intake.store import LedgerEntry


def refused(entry: LedgerEntry, cause: RefusalCause, message: str, seen: DocumentSeen | None = None) -> Outgoing:
    """One refusal for one upload: each agent who sent these bytes is told."""
    upload = entry.upload
    event = DocumentRefused(
        document_id=entry.document_id,
        upload=StoredObject(bucket=upload.bucket, key=upload.key, version_id=upload.version_id),
        file_name=entry.file_name,
        agent_code=entry.agent_code,
        uploaded_at=upload.uploaded_at,
        cause=cause,
        message=message,
        seen=seen,
    )
    return Outgoing(INTAKE_DOCUMENTS, entry.document_id, event)
