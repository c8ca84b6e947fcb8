"""Receives uploads: from notifications at once, from the sweep when a notification was missed."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from prometheus_client import Counter
from sqlalchemy.engine import Connection

from schemas.base import StoredObject
from schemas.envelope import Cause
from schemas.events import DocumentReceived
from schemas.ids import derived_id, document_id
from schemas.topics import INTAKE_DOCUMENTS
from services.chassis.errors import Outgoing, Transient
from services.chassis.logs import about
from services.chassis.shell import Desk
from services.intake import store
from services.intake.bucket import Buckets, ObjectGone
from services.intake.drop import Upload, agent_code, case_named, requirement_named
from services.intake.members import is_news, refused_members
from services.intake.notifications import NotANotification, UploadHint, parse
from services.intake.refusals import refused
from services.intake.settings import IntakeSettings

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

log = logging.getLogger(__name__)

UPLOADS = Counter("intake_uploads_total", "Uploads received", ["found_by"])
SWEEP_FOUND = Counter("intake_sweep_found_total", "Uploads that no notification told of: not zero is an alarm")
ODD_MESSAGES = Counter("intake_odd_messages_total", "Queue messages that are no upload notification")


_AT_ONCE = 8
"""Uploads that are fetched side by side."""
_SWEPT_AT_ONCE = 4
"""Those of them that the sweep may have: when a queue has lost thousands, the latest uploads still come through."""


class Receiving:
    """Turns objects in the drop into documents, each upload once."""

    def __init__(self, buckets: Buckets, settings: IntakeSettings) -> None:
        self._buckets = buckets
        self._settings = settings
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def watch(self, desk: Desk) -> None:
        """Follow the queue of notifications for ever; a message is deleted after its uploads are on record."""
        while True:
            try:
                messages = await self._buckets.messages()
            except Transient as error:
                log.warning("No notifications just now: %s", error)
                await asyncio.sleep(1)
                continue
            await asyncio.gather(*(self._answer(desk, message) for message in messages))

    async def sweep(self, desk: Desk) -> None:
        """Compare the bucket with the ledger for ever, and take what was missed."""
        while True:
            try:
                await self.sweep_once(desk)
            except Transient as error:
                log.warning("The sweep waits: %s", error)
            await asyncio.sleep(self._settings.sweep_every)

    async def sweep_once(self, desk: Desk) -> int:
        """Take every upload older than the grace that the ledger lacks; returns how many."""
        limit = desk.clock() - timedelta(seconds=self._settings.sweep_grace)
        found = 0
        async for page in self._buckets.uploads():
            listed = [upload for upload in page if upload.uploaded_at <= limit]
            missed = await desk.read(lambda db, listed=listed: store.unknown_of(db, listed))  # type: ignore[misc]
            for start in range(0, len(missed), _SWEPT_AT_ONCE):
                some = missed[start : start + _SWEPT_AT_ONCE]
                found += sum(await asyncio.gather(*(self._take(desk, upload, "sweep") for upload in some)))
        if found:
            SWEEP_FOUND.inc(found)
            log.warning("The sweep found %d uploads that no notification told of", found)
        return found

    async def _answer(self, desk: Desk, message: "MessageTypeDef") -> None:
        body = message["Body"]
        try:
            hints = parse(body)
        except NotANotification as error:
            # Left in the queue: after its last delivery it goes to the queue's own dead letters.
            ODD_MESSAGES.inc()
            log.error("A queue message is no upload notification (%s)", error)
            return
        hidden = asyncio.create_task(self._buckets.keep_hidden(message))
        try:
            for hint in hints:
                await self._look(desk, hint)
            await self._buckets.delete(message)
        except Transient as error:
            log.warning("A notification is left for its next delivery: %s", error)
        finally:
            hidden.cancel()

    async def _look(self, desk: Desk, hint: UploadHint) -> None:
        if hint.bucket != self._settings.drop_bucket or not hint.key.startswith(self._settings.drop_prefix):
            log.warning("A notification tells of an object outside the drop; left alone")
            return
        try:
            upload = await self._buckets.look_at(hint.bucket, hint.key, hint.version_id)
        except ObjectGone:
            log.warning("A notification tells of an object that is gone; nothing to do")
            return
        await self._take(desk, upload, "notification")

    async def _take(self, desk: Desk, upload: Upload, found_by: str) -> bool:
        """Put an upload on record with the document it brings; ``False`` when that was done before."""
        async with self._at_once:
            if upload.is_folder or await desk.read(
                lambda db: store.is_known(db, upload.bucket, upload.key, upload.version_id)
            ):
                return False
            try:
                if found_by == "sweep":
                    # A listing does not tell what an object says of itself.
                    upload = await self._buckets.look_at(upload.bucket, upload.key, upload.version_id)
                document, archived = await self._keep(upload)
            except ObjectGone:
                log.warning("An upload was removed before it could be read; nothing to do")
                return False
            prefix = self._settings.drop_prefix
            agent = agent_code(upload.key, prefix)
            event = DocumentReceived(
                document_id=document,
                upload=StoredObject(bucket=upload.bucket, key=upload.key, version_id=upload.version_id),
                archive=archived,
                file_name=upload.file_name,
                size=upload.size,
                agent_code=agent,
                uploaded_at=upload.uploaded_at,
                case_reference=case_named(upload, prefix),
                requirement=requirement_named(upload, prefix),
            )
            cause = Cause(
                source="/goodorder/intake",
                id=derived_id(f"{upload.bucket}|{upload.key}|{upload.version_id}", "upload"),
                correlationid=document,
            )

            def work(db: Connection, now: datetime) -> list[Outgoing]:
                return record(db, upload, event, found_by, now)

            with about(document_id=document):
                await desk.write(cause, work)
                log.info("Upload received (%s), %d bytes, agent %s", found_by, upload.size, agent)
            UPLOADS.labels(found_by).inc()
            return True

    async def _keep(self, upload: Upload) -> tuple[str, StoredObject]:
        """The document's identity and where it is kept; what is too large to read is not copied."""
        here = StoredObject(bucket=upload.bucket, key=upload.key, version_id=upload.version_id)
        if upload.size > self._settings.largest_upload:
            return await self._buckets.hash_of(upload.bucket, upload.key, upload.version_id), here
        content = await self._buckets.fetch(upload.bucket, upload.key, upload.version_id)
        document = document_id(content)
        key = await self._buckets.archive(document, content)
        return document, StoredObject(bucket=self._settings.archive_bucket, key=key)


def record(db: Connection, upload: Upload, event: DocumentReceived, found_by: str, now: datetime) -> list[Outgoing]:
    """The ledger's row, and the event: a document is received when it is new, or names a case that has not got it;
    a known bad one is refused once more."""
    if store.is_known(db, upload.bucket, upload.key, upload.version_id):
        return []
    document = event.document_id
    new = store.add_document(db, document, event.archive.key, now)
    store.add_upload(db, upload, document, event.agent_code, found_by, now)
    if is_news(db, event, new):
        return [Outgoing(INTAKE_DOCUMENTS, document, event)]
    known, entry = store.find_document(db, document), store.LedgerEntry(upload, document, event.agent_code)
    if known and known.cause and known.message:
        return [refused(entry, known.cause, known.message)]
    return refused_members(db, document, entry)
