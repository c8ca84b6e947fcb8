"""Documents that no case has, with the cases they may belong to."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.document_events import CandidateCase, DocumentFiled
from services.console.people.roles import Visitor
from services.console.projection.tables import producers, unmatched, uploads
from services.console.reading.board import Line, line_of

_MOST = 200


@dataclass(frozen=True)
class Candidate:
    case: Line
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
    document_id: str
    agent_code: str | None
    agent_name: str | None
    file_name: str
    uploaded_at: datetime
    unmatched_at: datetime
    reason: str
    candidates: tuple[Candidate, ...]
    """The likeliest first; only cases that the visitor may see."""


def waiting(db: Connection, visitor: Visitor) -> tuple[Waiting, ...]:
    """The one that waits longest first."""
    own = visitor.own_agent
    query = (
        sa.select(unmatched, producers.c.name.label("agent_name"))
        .select_from(unmatched.outerjoin(producers, producers.c.agent_code == unmatched.c.agent_code))
        .where(*(() if own is None else (unmatched.c.agent_code == own,)))
        .order_by(unmatched.c.unmatched_at, unmatched.c.document_id)
        .limit(_MOST)
    )
    return tuple(
        Waiting(
            row.document_id,
            row.agent_code,
            row.agent_name,
            row.file_name,
            row.uploaded_at,
            row.unmatched_at,
            row.reason,
            _candidates(db, visitor, row.candidates),
        )
        for row in db.execute(query)
    )


def one_waiting(db: Connection, visitor: Visitor, document_id: str) -> Waiting | None:
    return next((each for each in waiting(db, visitor) if each.document_id == document_id), None)


def document_of(db: Connection, document_id: str) -> DocumentFiled | None:
    """Where a document that waits is archived; ``None`` for one that does not wait."""
    query = (
        sa.select(uploads.c.archive, unmatched.c.file_name)
        .join(unmatched, unmatched.c.document_id == uploads.c.document_id)
        .where(unmatched.c.document_id == document_id, uploads.c.archive.is_not(None))
        .limit(1)
    )
    row = db.execute(query).one_or_none()
    return None if row is None else DocumentFiled(document_id=document_id, archive=row.archive, file_name=row.file_name)


def count(db: Connection) -> int:
    return db.execute(sa.select(sa.func.count()).select_from(unmatched)).scalar_one()


def _candidates(db: Connection, visitor: Visitor, held: list[dict[str, object]]) -> tuple[Candidate, ...]:
    said = [CandidateCase.model_validate(each) for each in held]
    found = [(line_of(db, visitor, each.case_id), each) for each in said]
    return tuple(Candidate(line, each.score, each.reasons) for line, each in found if line)
