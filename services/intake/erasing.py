"""Erases a case: its key and its documents' keys, then the packets that it alone was read from, and says so."""

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from schemas.codes import AccessAction
from schemas.envelope import Cause
from schemas.ids import derived_id
from schemas.privacy_events import CaseForgotten, EraseCase, PrivateDataOpened
from schemas.retention import Retention
from schemas.topics import PRIVATE_ACCESSES, PRIVATE_FORGOTTEN
from services.chassis import forgetting
from services.chassis.errors import Outgoing, Transient
from services.chassis.private.vault import Vault
from services.chassis.runner import Received
from services.intake.bucket import Buckets
from services.intake.casebook import case_documents, cases, unmatched
from services.intake.store import document_key, documents, members, read_pages, uploads

if TYPE_CHECKING:
    from services.chassis.shell import Desk

log = logging.getLogger(__name__)

_FORGOTTEN = "forgotten"
_SWEPT_EVERY = 3600.0
"""Seconds between two looks for uploads that belong to no case."""

ObjectVersion = tuple[str, str, str]
"""Bucket, key and version of an upload."""


@dataclass(frozen=True)
class Meant:
    """What goes with a case, and what others still need."""

    documents: tuple[str, ...]
    kept: tuple[str, ...]
    uploads: tuple[ObjectVersion, ...]


class Eraser:
    """Deletes in the order key, objects, rows: done again after a crash it goes on where it was."""

    def __init__(self, engine: Engine, buckets: Buckets, vault: Vault, policy: Retention | None = None) -> None:
        """``policy``: how long uploads are kept that belong to no case; without one for ever."""
        self._policy = policy
        self._engine = engine
        self._buckets = buckets
        self._vault = vault

    async def erase(self, received: Received[EraseCase]) -> Meant:
        """Delete keys and objects; what is deleted already stays so. Raises ``Transient`` while that cannot be."""
        asked = received.data
        return await asyncio.to_thread(self._erase, asked.case_id, asked.pictures_only, asked.asked_at)

    def done(self, db: Connection, received: Received[EraseCase], meant: Meant, now: datetime) -> Iterable[Outgoing]:
        """The rows go, and everybody is told."""
        asked = received.data
        if asked.pictures_only:
            return ()
        for subject in (asked.case_id, *meant.documents):
            forgetting.note(db, subject, now, now)
        db.execute(case_documents.delete().where(case_documents.c.case_id == asked.case_id))
        db.execute(cases.delete().where(cases.c.case_id == asked.case_id))
        let_go(db, meant.documents)
        told = CaseForgotten(
            case_id=asked.case_id,
            deleted_documents=meant.documents,
            kept_documents=meant.kept,
            actor=asked.actor,
            reason=asked.reason,
            forgotten_at=now,
        )
        return (Outgoing(PRIVATE_FORGOTTEN, asked.case_id, told),)

    async def sweep(self, desk: "Desk") -> None:
        """Erase, for ever, uploads that belong to no case once their time is over."""
        while True:
            try:
                await self.sweep_once(desk)
            except Transient as error:
                log.warning("What belongs to no case is erased later: %s", error)
            await asyncio.sleep(_SWEPT_EVERY)

    async def sweep_once(self, desk: "Desk") -> int:
        """One look; returns how many documents went. Of several workers each may delete, and one tells."""
        if self._policy is None:
            return 0
        now, gone = desk.clock(), 0
        for document in await desk.read(partial(without_case, policy=self._policy, now=now)):
            meant = await desk.read(lambda db, document=document: meant_by(db, {document}))  # type: ignore[misc]
            await asyncio.to_thread(self._erase_documents, meant, now)
            cause = derived_id(document, "forgotten by the clock")
            await desk.write(
                Cause(source="/goodorder/intake", id=cause, correlationid=document),
                lambda db, at, meant=meant: list(_by_the_clock(db, meant, at)),  # type: ignore[misc]
            )
            gone += 1
        return gone

    def _erase_documents(self, meant: Meant, now: datetime) -> None:
        """Keys and objects of documents; their rows come after. Raises ``Transient``."""
        for document in meant.documents:
            self._vault.forget(document_key(document), now)
        for upload in meant.uploads:
            self._buckets.delete_version(*upload)
        for document in meant.documents:
            self._buckets.delete_document(document)

    def _erase(self, case_id: str, pictures_only: bool, now: datetime) -> Meant:
        try:
            with self._engine.begin() as db:
                meant = of_case(db, case_id)
        except sa.exc.OperationalError as error:
            raise Transient("What a case was read from cannot be looked up: the database does not answer") from error
        if pictures_only:
            for document in meant.documents:
                self._buckets.delete_pictures(document)
            return meant
        self._vault.forget(case_id, now)
        self._erase_documents(meant, now)
        return meant


def of_case(db: Connection, case_id: str) -> Meant:
    """The documents of a case that no other has, with files that they came in and that hold nothing else."""
    mine = sa.select(case_documents.c.document_id).where(case_documents.c.case_id == case_id)
    others = sa.select(case_documents.c.document_id).where(case_documents.c.case_id != case_id)
    all_mine = set(db.execute(mine).scalars())
    kept = all_mine & set(db.execute(others).scalars())
    return meant_by(db, all_mine - kept, kept)


def meant_by(db: Connection, gone: set[str], kept: Iterable[str] = ()) -> Meant:
    """Documents with the files around them, once nothing else in those belongs to anybody, and their uploads."""
    gone = gone | _emptied(db, gone)
    found = sa.select(uploads.c.bucket, uploads.c.key, uploads.c.version_id).where(uploads.c.document_id.in_(gone))
    return Meant(tuple(sorted(gone)), tuple(sorted(kept)), tuple((row[0], row[1], row[2]) for row in db.execute(found)))


def _emptied(db: Connection, gone: set[str]) -> set[str]:
    around = set(db.execute(sa.select(members.c.container_id).where(members.c.document_id.in_(gone))).scalars())
    inside = sa.select(members.c.container_id, members.c.document_id).where(members.c.container_id.in_(around))
    left = [(row.container_id, row.document_id) for row in db.execute(inside) if row.document_id not in gone]
    needed = {document for table in (case_documents, unmatched) for document in _in(db, table, left)}
    return around - {container for container, document in left if document in needed}


def _in(db: Connection, table: sa.Table, left: Iterable[tuple[str, str]]) -> Iterable[str]:
    wanted = {document for _, document in left}
    return db.execute(sa.select(table.c.document_id).where(table.c.document_id.in_(wanted))).scalars()


def let_go(db: Connection, gone: Iterable[str]) -> None:
    """The rows that hold what was read of documents, and those that say what waits; the ledger stays."""
    ids = list(gone)
    db.execute(unmatched.delete().where(unmatched.c.document_id.in_(ids)))
    db.execute(read_pages.delete().where(read_pages.c.document_id.in_(ids)))
    db.execute(documents.update().where(documents.c.document_id.in_(ids)).values(status=_FORGOTTEN, seen=None))


def without_case(db: Connection, policy: Retention, now: datetime, limit: int = 100) -> tuple[str, ...]:
    """Documents that belong to no case and whose time is over: refused, unmatched, or passed over."""
    of_cases = sa.select(case_documents.c.document_id)
    around = sa.select(members.c.container_id).where(members.c.document_id.in_(of_cases))
    c = documents.c
    of_nobody = (c.status != _FORGOTTEN) & c.document_id.not_in(of_cases) & c.document_id.not_in(around)
    query = sa.select(c.document_id, c.first_seen_at).where(of_nobody).order_by(c.first_seen_at).limit(limit)

    def is_over(came: datetime) -> bool:
        return policy.on(came.date()).uploads_without_case.until(came) <= now

    return tuple(row.document_id for row in db.execute(query) if is_over(row.first_seen_at))


def _by_the_clock(db: Connection, meant: Meant, now: datetime) -> Iterable[Outgoing]:
    for document in meant.documents:
        if forgetting.when_forgotten(db, document) is None:
            forgetting.note(db, document, now, now)
            access = PrivateDataOpened(
                access_id=derived_id(document, "forgotten by the clock"),
                action=AccessAction.FORGET,
                what=f"document {document[:12]}, which belongs to no case",
                actor="the clock",
                tool="intake",
                reason="Its time is over.",
                opened_at=now,
            )
            yield Outgoing(PRIVATE_ACCESSES, access.access_id, access)
    let_go(db, meant.documents)
