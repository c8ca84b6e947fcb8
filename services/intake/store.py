"""Intake's tables: the ledger of uploads, the documents they brought, files in files, and pages already read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from schemas.base import StoredObject
from schemas.codes import RefusalCause
from schemas.events import DocumentReceived
from schemas.file_events import DocumentSeen
from services.chassis.private.vault import keys_about, read_record, vault_of
from services.chassis.tables import Utc
from services.intake.drop import Upload
from services.intake.reading.page_reading import PageReading

metadata = sa.MetaData()

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("document_id", sa.Text, primary_key=True),
    sa.Column("archive_key", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("cause", sa.Text),
    sa.Column("message", sa.Text),
    sa.Column("case_id", sa.Text),
    sa.Column("first_seen_at", Utc, nullable=False),
    sa.Column("seen", sa.Text),
)
"""Status: ``received``, ``read``, ``refused``, ``unmatched``, ``unpacked``. ``case_id``: the case it was filed to last.
``seen`` is what kind of file it is (:class:`DocumentSeen`)."""

uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("bucket", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("version_id", sa.Text, primary_key=True),
    sa.Column("document_id", sa.Text, sa.ForeignKey("documents.document_id"), nullable=False, index=True),
    sa.Column("agent_code", sa.Text),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("uploaded_at", Utc, nullable=False),
    sa.Column("seen_at", Utc, nullable=False),
    sa.Column("found_by", sa.Text, nullable=False),
)
"""Every object version ever seen in the drop: what the sweep compares the bucket with."""

members = sa.Table(
    "members",
    metadata,
    sa.Column("container_id", sa.Text, sa.ForeignKey("documents.document_id"), primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("document_id", sa.Text, sa.ForeignKey("documents.document_id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
)
"""The documents that came in a ZIP file or portfolio, in its order."""

read_pages = sa.Table(
    "read_pages",
    metadata,
    sa.Column("document_id", sa.Text, primary_key=True),
    sa.Column("page", sa.Integer, primary_key=True),
    sa.Column("edition", sa.Text, primary_key=True),
    sa.Column("reading", sa.Text, nullable=False),
    sa.Column("read_at", Utc, nullable=False, index=True),
)
"""What was read from a page's picture, by the document's content and the edition of reader and forms; for a day."""


@dataclass(frozen=True)
class Document:
    document_id: str
    archive_key: str | None
    status: str
    cause: RefusalCause | None
    message: str | None
    case_id: str | None


@dataclass(frozen=True)
class LedgerEntry:
    """An upload as the ledger keeps it."""

    upload: Upload
    document_id: str
    agent_code: str | None
    member: str | None = None
    """The document's own name, where it came in a ZIP file or portfolio."""

    @property
    def file_name(self) -> str:
        return f"{self.upload.file_name}/{self.member}" if self.member else self.upload.file_name


def is_known(db: Connection, bucket: str, key: str, version_id: str) -> bool:
    same = (uploads.c.bucket == bucket) & (uploads.c.key == key) & (uploads.c.version_id == version_id)
    return db.execute(sa.select(sa.literal(1)).where(same)).scalar() is not None


def unknown_of(db: Connection, listed: list[Upload]) -> list[Upload]:
    """Those of the listed uploads that the ledger has not seen."""
    known: set[tuple[str, str]] = set()
    for start in range(0, len(listed), 500):
        keys = [upload.key for upload in listed[start : start + 500]]
        rows = db.execute(sa.select(uploads.c.key, uploads.c.version_id).where(uploads.c.key.in_(keys)))
        known.update((row.key, row.version_id) for row in rows)
    return [upload for upload in listed if (upload.key, upload.version_id) not in known]


@dataclass(frozen=True)
class Standing:
    """An upload on record, and how far its document has come."""

    key: str
    version_id: str
    agent_code: str | None
    uploaded_at: datetime
    found_by: str
    document_id: str
    status: str
    case_id: str | None
    message: str | None


def _standings() -> sa.Select[Any]:
    u, d = uploads.c, documents.c
    return sa.select(
        u.key, u.version_id, u.agent_code, u.uploaded_at, u.found_by, u.document_id, d.status, d.case_id, d.message
    ).join(documents, d.document_id == u.document_id)


def standings_of(db: Connection, keys: Iterable[str]) -> list[Standing]:
    """The uploads of these keys, every version of each, the first one first."""
    query = _standings().where(uploads.c.key.in_(list(keys))).order_by(uploads.c.uploaded_at)
    return [Standing(**row._mapping) for row in db.execute(query)]


def latest_standings(db: Connection, most: int) -> list[Standing]:
    """What was uploaded last, the newest first."""
    query = _standings().order_by(uploads.c.uploaded_at.desc()).limit(most)
    return [Standing(**row._mapping) for row in db.execute(query)]


def unread_since(db: Connection, before: datetime) -> list[Standing]:
    """What was uploaded before that and is not read yet, the oldest first."""
    query = _standings().where(documents.c.status == "received", uploads.c.uploaded_at < before)
    return [Standing(**row._mapping) for row in db.execute(query.order_by(uploads.c.uploaded_at))]


def by_status(db: Connection) -> dict[str, int]:
    """How many uploads brought a document of each status."""
    query = (
        sa.select(documents.c.status, sa.func.count())
        .join(uploads, uploads.c.document_id == documents.c.document_id)
        .group_by(documents.c.status)
    )
    return {row[0]: int(row[1]) for row in db.execute(query)}


def found_by_sweep(db: Connection, since: datetime) -> int:
    """How many uploads no notification told of."""
    u = uploads.c
    query = sa.select(sa.func.count()).where(u.found_by == "sweep", u.seen_at > since)
    return int(db.execute(query).scalar_one())


def add_document(db: Connection, document_id: str, archive_key: str | None, now: datetime) -> bool:
    """Keep a document; ``False`` when it was known."""
    if find_document(db, document_id):
        return False
    db.execute(
        documents.insert().values(
            document_id=document_id, archive_key=archive_key, status="received", first_seen_at=now
        )
    )
    return True


def add_upload(
    db: Connection, upload: Upload, document_id: str, agent: str | None, found_by: str, now: datetime
) -> None:
    db.execute(
        uploads.insert().values(
            bucket=upload.bucket,
            key=upload.key,
            version_id=upload.version_id,
            document_id=document_id,
            agent_code=agent,
            size=upload.size,
            uploaded_at=upload.uploaded_at,
            seen_at=now,
            found_by=found_by,
        )
    )


def find_document(db: Connection, document_id: str) -> Document | None:
    row = db.execute(sa.select(documents).where(documents.c.document_id == document_id)).one_or_none()
    if row is None:
        return None
    return _document(row)


def documents_beginning(db: Connection, id_begins: str) -> list[str]:
    """Ids of the documents on record that begin so, ten at most."""
    like = documents.c.document_id.startswith(id_begins, autoescape=True)
    return list(db.execute(sa.select(documents.c.document_id).where(like).limit(10)).scalars())


def uploads_of(db: Connection, document_id: str) -> list[LedgerEntry]:
    """All uploads that brought these bytes, by themselves or in another file, first one first."""
    direct = sa.select(uploads, sa.null().label("member")).where(uploads.c.document_id == document_id)
    inside = (
        sa.select(uploads, members.c.name.label("member"))
        .join(members, members.c.container_id == uploads.c.document_id)
        .where(members.c.document_id == document_id)
    )
    found = [(row.seen_at, row.key, _entry(row, document_id)) for row in db.execute(direct.union_all(inside))]
    return [entry for *_, entry in sorted(found, key=lambda one: one[:2])]


def keep_members(db: Connection, container_id: str, names_and_documents: Iterable[tuple[str, str]]) -> None:
    """The files in a document, instead of what was noted before."""
    db.execute(members.delete().where(members.c.container_id == container_id))
    rows = [
        {"container_id": container_id, "place": place, "document_id": document, "name": name}
        for place, (name, document) in enumerate(names_and_documents)
    ]
    db.execute(members.insert(), rows)
    same = documents.c.document_id == container_id
    db.execute(documents.update().where(same).values(status="unpacked", cause=None, message=None))


def members_of(db: Connection, container_id: str) -> list[tuple[str, Document]]:
    """Name and document of each file that came in this one, in its order."""
    query = (
        sa.select(members.c.name, documents)
        .join(documents, documents.c.document_id == members.c.document_id)
        .where(members.c.container_id == container_id)
        .order_by(members.c.place)
    )
    return [(row.name, _document(row)) for row in db.execute(query)]


def set_seen(db: Connection, document_id: str, seen: DocumentSeen) -> None:
    same = documents.c.document_id == document_id
    db.execute(documents.update().where(same).values(seen=seen.model_dump_json(exclude_none=True)))


def seen_of(db: Connection, document_id: str) -> DocumentSeen | None:
    """What kind of file a document is, where that was told."""
    said = db.execute(sa.select(documents.c.seen).where(documents.c.document_id == document_id)).scalar()
    return DocumentSeen.model_validate_json(said) if said else None


def set_read(db: Connection, document_id: str, case_id: str) -> None:
    same = documents.c.document_id == document_id
    db.execute(documents.update().where(same).values(status="read", case_id=case_id, cause=None, message=None))


def set_unmatched(db: Connection, document_id: str) -> None:
    """It waits for a person, whatever was said of it before."""
    same = documents.c.document_id == document_id
    db.execute(documents.update().where(same).values(status="unmatched", cause=None, message=None))


def received(db: Connection, document_id: str, archive: str) -> DocumentReceived | None:
    """The document as it came first; ``archive``: the bucket of our own copies."""
    document, entries = find_document(db, document_id), uploads_of(db, document_id)
    if document is None or document.archive_key is None or not entries:
        return None
    upload = entries[0].upload
    return DocumentReceived(
        document_id=document_id,
        upload=StoredObject(bucket=upload.bucket, key=upload.key, version_id=upload.version_id),
        archive=StoredObject(bucket=archive, key=document.archive_key),
        file_name=entries[0].file_name,
        size=upload.size,
        agent_code=entries[0].agent_code,
        uploaded_at=upload.uploaded_at,
    )


def set_refused(db: Connection, document_id: str, cause: RefusalCause, message: str) -> None:
    same = documents.c.document_id == document_id
    db.execute(documents.update().where(same).values(status="refused", cause=cause, message=message))


def pages_read(db: Connection, document_id: str, edition: str) -> list[PageReading]:
    """The document's pages that this edition of the reader has read, in their order."""
    query = (
        sa.select(read_pages.c.reading)
        .where(read_pages.c.document_id == document_id, read_pages.c.edition == edition)
        .order_by(read_pages.c.page)
    )
    readings = db.execute(query).scalars()
    return [read_record(db, document_key(document_id), PageReading, json.loads(reading)) for reading in readings]


def keep_page(db: Connection, page: PageReading, edition: str, now: datetime) -> None:
    """Keep what was read; of two workers at the same document the later one counts."""
    same = (
        (read_pages.c.document_id == page.document_id)
        & (read_pages.c.page == page.page)
        & (read_pages.c.edition == edition)
    )
    closed = vault_of(db).seal(document_key(page.document_id), page, exclude_none=True)
    written = {"reading": json.dumps(closed), "read_at": now}
    if not db.execute(read_pages.update().where(same).values(**written)).rowcount:
        db.execute(read_pages.insert().values(document_id=page.document_id, page=page.page, edition=edition, **written))


def forget_pages(db: Connection, read_before: datetime) -> int:
    return db.execute(read_pages.delete().where(read_pages.c.read_at < read_before)).rowcount


def document_key(document_id: str) -> str:
    """Whose key seals what was read of a document: its own, for nobody may know yet which case it belongs to."""
    return keys_about(document_id)[1]


def _document(row: Row[tuple[object, ...]]) -> Document:
    cause = RefusalCause(row.cause) if row.cause else None
    return Document(row.document_id, row.archive_key, row.status, cause, row.message, row.case_id)


def _entry(row: Row[tuple[object, ...]], document_id: str) -> LedgerEntry:
    upload = Upload(row.bucket, row.key, row.version_id, row.size, row.uploaded_at)
    return LedgerEntry(upload, document_id, row.agent_code, row.member)
