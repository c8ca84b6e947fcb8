"""Forgets a case: its key first, then the packets that it alone was read from, and says so on the audit topic."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from goodorder.access import put_on_record
from goodorder.dropping import connect_to_s3
from goodorder.house import House
from goodorder.records import Records
from schemas.codes import AccessAction
from schemas.envelope import CloudEvent, dataschema_of
from schemas.events import BY_DATA
from schemas.privacy_events import CaseForgotten
from schemas.topics import PRIVATE_FORGOTTEN
from services.intake.casebook import case_documents
from services.intake.drop import archive_key
from services.intake.store import document_key, uploads

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from services.chassis.private.vault import Vault


def forget(house: House, case_id: str, actor: str, reason: str, now: datetime) -> CaseForgotten:
    """Done again after a failure it goes on where it was. Raises :class:`goodorder.faults.Fault`."""
    vault, s3 = house.vault(), connect_to_s3(house)
    with Records(house.settings).of("intake") as db:
        mine = sa.select(case_documents.c.document_id).where(case_documents.c.case_id == case_id)
        others = sa.select(case_documents.c.document_id).where(case_documents.c.case_id != case_id)
        documents = set(db.execute(mine).scalars())
        kept = documents & set(db.execute(others.where(case_documents.c.document_id.in_(documents))).scalars())
        gone = sorted(documents - kept)
        found = sa.select(uploads.c.bucket, uploads.c.key).where(uploads.c.document_id.in_(gone))
        places = {(row.bucket, row.key) for row in db.execute(found)}
    places |= {(house.environment.get("GOODORDER_ARCHIVE_BUCKET", "goodorder-archive"), archive_key(d)) for d in gone}
    put_on_record(house, actor, "goodorder forget", f"{len(gone)} documents", reason, [case_id], AccessAction.FORGET)
    _forget_keys(vault, [case_id, *(document_key(document) for document in gone)], now)
    for bucket, key in sorted(places):
        _delete_every_version(s3, bucket, key)
    told = CaseForgotten(
        case_id=case_id,
        deleted_documents=tuple(gone),
        kept_documents=tuple(sorted(kept)),
        actor=actor,
        reason=reason,
        forgotten_at=now,
    )
    event_type, identity = BY_DATA[CaseForgotten].type, str(uuid.uuid4())
    event = CloudEvent[CaseForgotten](
        id=identity,
        source="/goodorder/cli",
        type=event_type,
        subject=case_id,
        time=now,
        dataschema=dataschema_of(event_type),
        correlationid=identity,
        data=told,
    )
    house.broker().publish(PRIVATE_FORGOTTEN.name, case_id, event)
    return told


def _forget_keys(vault: "Vault", subjects: list[str], now: datetime) -> None:
    for subject in subjects:
        vault.forget(subject, now)


def _delete_every_version(s3: "S3Client", bucket: str, key: str) -> None:
    """The object and whatever lies beneath its name, e.g. pictures of its pages: all their versions and marks."""
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
        for version in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            name = version["Key"]
            if name == key or name.startswith((f"{key}/", f"{key}.", f"{key}-")):
                s3.delete_object(Bucket=bucket, Key=name, VersionId=version["VersionId"])
