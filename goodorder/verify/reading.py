"""Collects the books of a house, read-only, from what follows to what it follows from.

The mailbox is read first and S3 last: whatever happens while we look is then seen as something that was called for
and has not come yet, never as something that came from nowhere.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from goodorder.dropping import connect_to_s3
from goodorder.faults import Fault
from goodorder.house import House
from goodorder.records import Records
from goodorder.verify.books import (
    Books,
    Change,
    DeadLetter,
    DeadRecord,
    Document,
    Event,
    KeptDocument,
    LedgerUpload,
    Mail,
    Notification,
    Order,
    Parked,
    ServiceBooks,
    StoredUpload,
    Submission,
    Waiting,
)
from schemas.carrier import carrier_folders
from schemas.topics import SERVICES, registry
from services.cases import store as cases
from services.chassis import tables as chassis
from services.chassis.record import Record
from services.intake import store as intake
from services.notify import store as notify
from services.requirements import store as requirements

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DEAD = ".dead-letters"
_LEFT_OUT = frozenset({"application"})
"""Large, personal, and of no use to any rule."""
_AT_ONCE = 8


def read_books(house: House, now: Callable[[], datetime], read_bytes: bool = True) -> Books:
    """Everything on record. ``read_bytes``: fetch every object, to compare its bytes with its id.

    Raises :class:`goodorder.faults.Fault` when a part of the house cannot be read.
    """
    looked_at = now()
    mails = tuple(_mails(house.stack.mail)) if house.stack else None
    services = {service: books for service in SERVICES if (books := _service_books(house, service)) is not None}
    kept = _kept(house)
    events, dead_records = _events(house)
    uploads, archive = _objects(house, read_bytes)
    return Books(
        looked_at=looked_at,
        uploads=uploads,
        archive=archive,
        events=events,
        dead_records=dead_records,
        services=services,
        mails=mails,
        **kept,
    )


def _mails(folder: Path) -> Iterator[Mail]:
    for name, again in (("new", False), ("cur", False), ("repeated", True)):
        place = folder / name
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            head = path.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")[0]
            message_id = str(message_from_bytes(head + b"\n\n", policy=policy.default).get("Message-ID", ""))
            at = datetime.fromtimestamp(int(path.name.partition(".")[0]) / 1e9, UTC)
            yield Mail(message_id.strip(), at, again)


def _service_books(house: House, service: str) -> ServiceBooks | None:
    """``None`` for a service that has never run here."""
    try:
        with Records(house.settings).of(service) as db:
            return _chassis_of(db)
    except Fault:
        return None


def _chassis_of(db: Connection) -> ServiceBooks:
    outbox, dead, parked = chassis.outbox.c, chassis.dead_letter.c, chassis.parked.c
    letters = sa.select(dead.id, dead.status, dead.lane, dead.topic, dead.partition, dead.offset, dead.failed_at)
    return ServiceBooks(
        inbox={(row.source, row.event_id): row.received_at for row in db.execute(sa.select(chassis.inbox))},
        outbox=tuple(Waiting(*row) for row in db.execute(sa.select(outbox.seq, outbox.topic, outbox.created_at))),
        dead_letters=tuple(DeadLetter(*row) for row in db.execute(letters)),
        parked=tuple(
            Parked(*row) for row in db.execute(sa.select(parked.lane, parked.topic, parked.partition, parked.offset))
        ),
    )


def _kept(house: House) -> dict[str, Any]:
    """What single services have on record."""
    records = Records(house.settings)
    mail, history, sent = notify.notifications.c, cases.history.c, cases.submissions.c
    seen, known = intake.uploads.c, intake.documents.c
    with records.of("notify") as db:
        columns = (mail.seq, mail.id, mail.about, mail.occasion, mail.state, mail.message_id, mail.queued_at)
        notifications = tuple(Notification(*row) for row in db.execute(sa.select(*columns)))
    with records.of("cases") as db:
        changes = sa.select(history.case_id, history.revision, history.recorded_at).where(history.revision.is_not(None))
        revisions = sa.select(cases.cases.c.case_id, cases.cases.c.record["revision"].as_integer())
        opened = revisions.where(cases.cases.c.state.is_not(None))
        submissions = sa.select(sent.submission_id, sent.case_id, sent.submitted_at)
        of_cases = {
            "cases": {row[0]: int(row[1] or 0) for row in db.execute(opened)},
            "history": tuple(Change(*row) for row in db.execute(changes)),
            "submissions": tuple(Submission(*row) for row in db.execute(submissions)),
        }
    with records.of("intake") as db:
        uploads = sa.select(seen.bucket, seen.key, seen.version_id, seen.document_id, seen.seen_at)
        documents = sa.select(known.document_id, known.status, known.first_seen_at)
        of_intake = {
            "ledger": tuple(LedgerUpload(*row) for row in db.execute(uploads)),
            "documents": tuple(Document(*row) for row in db.execute(documents)),
        }
    with records.of("requirements") as db:
        orders = tuple(
            Order(state.case_id, tracked.requirement.requirement_id, tracked.orders, tracked.since)
            for state in requirements.every_case(db)
            for tracked in state.tracked
            if tracked.orders
        )
    return {"notifications": notifications, "orders": orders, **of_cases, **of_intake}


def _events(house: House) -> tuple[tuple[Event, ...], tuple[DeadRecord, ...]]:
    carriers = [folder.name for folder in carrier_folders(house.carriers_folder)]
    names = [topic.name for topic in registry(carriers)]
    events: list[Event] = []
    dead: list[DeadRecord] = []
    with house.broker().reading(names) as reading:
        for record in reading.on():
            if record.topic.endswith(_DEAD):
                dead.append(_dead_record(record))
            elif (event := _event(record)) is not None:
                events.append(event)
    return tuple(sorted(events, key=lambda event: event.place)), tuple(dead)


def _dead_record(record: Record) -> DeadRecord:
    said = {name: value.decode("utf-8", "replace") for name, value in record.headers}
    topic, partition, offset = (said.get(f"dlq-original-{part}", "") for part in ("topic", "partition", "offset"))
    letter, cause = said.get("dlq-id", ""), said.get("dlq-reason-code", "")
    return DeadRecord(record.topic.removesuffix(_DEAD), letter, cause, f"{topic}[{partition}]@{offset}")


def _event(record: Record) -> Event | None:
    """``None`` for what is no event: some service has it among its dead letters."""
    try:
        said: Mapping[str, Any] = json.loads(record.value or b"")
        return Event(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            at=datetime.fromtimestamp(record.timestamp_ms / 1000, UTC),
            key=(record.key or b"").decode("utf-8", "replace"),
            source=str(said["source"]),
            id=str(said["id"]),
            type=str(said["type"]),
            cause=said.get("causationid"),
            data={name: value for name, value in said["data"].items() if name not in _LEFT_OUT},
            digest=hashlib.sha256(record.value or b"").hexdigest(),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _objects(house: House, read_bytes: bool) -> tuple[tuple[StoredUpload, ...], dict[str, KeptDocument]]:
    s3 = connect_to_s3(house)
    drop = house.environment.get("GOODORDER_DROP_BUCKET", "goodorder-drop")
    archive = house.environment.get("GOODORDER_ARCHIVE_BUCKET", "goodorder-archive")

    def hashed(bucket: str, key: str, version: str) -> str | None:
        if not read_bytes:
            return None
        body = s3.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"]
        return hashlib.sha256(body.read()).hexdigest()

    def upload(version: Any) -> StoredUpload:
        key, number = version["Key"], version["VersionId"]
        return StoredUpload(drop, key, number, version["Size"], version["LastModified"], hashed(drop, key, number))

    def kept(version: Any) -> KeptDocument:
        return KeptDocument(version["Key"], version["Size"], hashed(archive, version["Key"], version["VersionId"]))

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        # The newest version of a copy is the one that is read.
        copies = (version for version in _versions(s3, archive, "documents/") if version["IsLatest"])
        found = threads.map(kept, copies)
        return tuple(threads.map(upload, _versions(s3, drop, "drop/"))), {one.key: one for one in found}


def _versions(s3: "S3Client", bucket: str, prefix: str) -> Iterable[Any]:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        yield from page.get("Versions", [])
