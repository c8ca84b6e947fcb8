"""The tables of cases: which documents make each of them, what was read from their pages, and what no case has yet."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection, Row

from schemas.base import Contract
from schemas.case_states import ENDED
from schemas.codes import CaseState
from schemas.document_events import CandidateCase, DocumentFiled
from schemas.events import DocumentReceived
from services.chassis.private.vault import read_record, vault_of
from services.chassis.tables import Utc
from services.intake.filing import KnownCase
from services.intake.identity import Identity
from services.intake.reading.page_reading import PageReading
from services.intake.store import document_key, metadata

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("agent_code", sa.Text, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("read_at", Utc, nullable=False),
    sa.Column("state", sa.Text),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)
"""Each case with the version that its application has reached. ``state`` is what cases said last, in ``revision``.
``record`` (:class:`CaseRecord`) is personal; dates and numbers in it are keyed digests."""

case_documents = sa.Table(
    "case_documents",
    metadata,
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), primary_key=True),
    sa.Column("document_id", sa.Text, primary_key=True, index=True),
    sa.Column("filed", sa.Text, nullable=False),
    sa.Column("pages", sa.Text, nullable=False),
)
"""Every document of every case, for as long as the case is: from their pages its application is read again when
another one comes. What was read is sealed in ``pages``."""

unmatched = sa.Table(
    "unmatched",
    metadata,
    sa.Column("document_id", sa.Text, primary_key=True),
    sa.Column("agent_code", sa.Text, index=True),
    sa.Column("since", Utc, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("candidates", sa.Text, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("pages", sa.Text, nullable=False),
)
"""Documents that wait for a person, or for the case that they name. What was read is sealed in ``pages``, by the
document's own key."""

_CANDIDATES = TypeAdapter(tuple[CandidateCase, ...])


class CaseRecord(Contract):
    """What filing asks about a case."""

    identity: Identity
    insured_masked: str
    lacks: tuple[tuple[str, int], ...] = ()
    """Form id and page of what is missing from its forms."""


@dataclass(frozen=True)
class HeldCase:
    case_id: str
    agent_code: str | None
    version: int
    read_at: datetime
    state: CaseState | None
    record: CaseRecord

    @property
    def known(self) -> KnownCase:
        record = self.record
        return KnownCase(self.case_id, self.agent_code, self.state, record.identity, frozenset(record.lacks))


@dataclass(frozen=True)
class Paper:
    """A document of a case with what was read from its pages; without pages one that holds no form on file."""

    filed: DocumentFiled
    pages: tuple[PageReading, ...]


@dataclass(frozen=True)
class Unmatched:
    """A document that no case has."""

    document: DocumentReceived
    pages: tuple[PageReading, ...]
    since: datetime
    reason: str
    candidates: tuple[CandidateCase, ...]


def find(db: Connection, case_id: str) -> HeldCase | None:
    row = db.execute(sa.select(cases).where(cases.c.case_id == case_id)).one_or_none()
    return None if row is None else _case(row)


def cases_of(db: Connection, agent_code: str | None, named: Iterable[str] = ()) -> tuple[HeldCase, ...]:
    """The agent's cases that are not over, and those named whosever they are."""
    is_open = cases.c.state.is_(None) | cases.c.state.not_in(sorted(ENDED))
    own = (cases.c.agent_code == agent_code) & is_open
    found = sa.select(cases).where(own | cases.c.case_id.in_(sorted(named))).order_by(cases.c.case_id)
    return tuple(_case(row) for row in db.execute(found))


def open_case(db: Connection, case: HeldCase) -> None:
    values = {"agent_code": case.agent_code, "version": case.version, "read_at": case.read_at, "revision": 0}
    db.execute(cases.insert().values(case_id=case.case_id, record=_json(case.record), **values))


def next_version(db: Connection, case_id: str, version: int, read_at: datetime, record: CaseRecord) -> None:
    values = {"version": version, "read_at": read_at, "record": _json(record)}
    db.execute(cases.update().where(cases.c.case_id == case_id).values(**values))


def set_state(db: Connection, case_id: str, state: CaseState, revision: int) -> None:
    """What cases says of it; an older word than the last changes nothing."""
    older = (cases.c.case_id == case_id) & (cases.c.revision < revision)
    db.execute(cases.update().where(older).values(state=state, revision=revision))


def add_paper(db: Connection, case_id: str, paper: Paper) -> None:
    db.execute(
        case_documents.insert().values(
            case_id=case_id,
            document_id=paper.filed.document_id,
            filed=_json(paper.filed),
            pages=_sealed(db, case_id, paper.pages),
        )
    )


def set_filed(db: Connection, case_id: str, filed: DocumentFiled) -> None:
    """Something else is said of a document of the case; what was read from it stays."""
    same = (case_documents.c.case_id == case_id) & (case_documents.c.document_id == filed.document_id)
    db.execute(case_documents.update().where(same).values(filed=_json(filed)))


def set_pages(db: Connection, case_id: str, paper: Paper) -> None:
    """Other readings of a document's pages: a person has looked at them."""
    c = case_documents.c
    mine = (c.case_id == case_id) & (c.document_id == paper.filed.document_id)
    db.execute(case_documents.update().where(mine).values(pages=_sealed(db, case_id, paper.pages)))


def papers_of(db: Connection, case_id: str) -> tuple[Paper, ...]:
    """All documents of a case, the newest upload first."""
    rows = db.execute(sa.select(case_documents).where(case_documents.c.case_id == case_id))
    return newest_first(_paper(db, row) for row in rows)


def newest_first(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    """In an order that does not hang on the order in which they were filed."""
    return tuple(sorted(papers, key=lambda paper: (paper.filed.uploaded_at, paper.filed.document_id), reverse=True))


def has(db: Connection, case_id: str, document_id: str) -> bool:
    same = (case_documents.c.case_id == case_id) & (case_documents.c.document_id == document_id)
    return db.execute(sa.select(sa.literal(1)).where(same)).first() is not None


def paper(db: Connection, document_id: str) -> Paper | None:
    """A document as it is filed to any case, if it is."""
    rows = sa.select(case_documents).where(case_documents.c.document_id == document_id)
    row = db.execute(rows.order_by(case_documents.c.case_id).limit(1)).first()
    return None if row is None else _paper(db, row)


def version_of(db: Connection, document_id: str) -> int:
    """The version of its case's application that it came with, last where it came to several."""
    query = sa.select(case_documents.c.filed).where(case_documents.c.document_id == document_id)
    filed = (DocumentFiled.model_validate_json(said) for said in db.execute(query).scalars())
    return max((each.version or 1 for each in filed), default=1)


def put_in_inbox(db: Connection, held: Unmatched) -> None:
    """A document waits for a person; one that waits already keeps its day."""
    document_id = held.document.document_id
    before = db.execute(sa.select(unmatched.c.since).where(unmatched.c.document_id == document_id)).scalar()
    take_from_inbox(db, document_id)
    db.execute(
        unmatched.insert().values(
            document_id=document_id,
            agent_code=held.document.agent_code,
            since=before or held.since,
            reason=held.reason,
            candidates=_CANDIDATES.dump_json(held.candidates).decode(),
            document=_json(held.document),
            pages=_sealed(db, document_key(document_id), held.pages),
        )
    )


def take_from_inbox(db: Connection, document_id: str) -> None:
    db.execute(unmatched.delete().where(unmatched.c.document_id == document_id))


def in_inbox(db: Connection, document_id: str) -> Unmatched | None:
    row = db.execute(sa.select(unmatched).where(unmatched.c.document_id == document_id)).one_or_none()
    return None if row is None else _unmatched(db, row)


def inbox(db: Connection, agent_code: str | None = None) -> Sequence[Unmatched]:
    """What waits, the longest first; of one agent, or of all."""
    query = sa.select(unmatched).order_by(unmatched.c.since, unmatched.c.document_id)
    if agent_code is not None:
        query = query.where(unmatched.c.agent_code == agent_code)
    return [_unmatched(db, row) for row in db.execute(query)]


def how_many_wait(db: Connection) -> int:
    return db.execute(sa.select(sa.func.count()).select_from(unmatched)).scalar() or 0


def _json(value: Contract) -> str:
    return value.model_dump_json(exclude_none=True)


def _case(row: Row[tuple[object, ...]]) -> HeldCase:
    state = CaseState(row.state) if row.state else None
    return HeldCase(row.case_id, row.agent_code, row.version, row.read_at, state, _record(row.record))


@lru_cache(maxsize=4096)
def _record(said: str) -> CaseRecord:
    """Kept parsed: a document of an agent with many open cases is compared with all of them."""
    return CaseRecord.model_validate_json(said)


def _paper(db: Connection, row: Row[Any]) -> Paper:
    return Paper(DocumentFiled.model_validate_json(row.filed), _opened(db, row.case_id, row.pages))


def _unmatched(db: Connection, row: Row[Any]) -> Unmatched:
    return Unmatched(
        document=DocumentReceived.model_validate_json(row.document),
        pages=_opened(db, document_key(row.document_id), row.pages),
        since=row.since,
        reason=row.reason,
        candidates=_CANDIDATES.validate_json(row.candidates),
    )


class _Pages(Contract):
    """What was read of a document, as it is sealed: each value bound to its page's place."""

    pages: tuple[PageReading, ...]


def _sealed(db: Connection, subject: str, pages: tuple[PageReading, ...]) -> str:
    return json.dumps(vault_of(db).seal(subject, _Pages(pages=pages), exclude_none=True))


def _opened(db: Connection, subject: str, held: str) -> tuple[PageReading, ...]:
    return read_record(db, subject, _Pages, json.loads(held)).pages
