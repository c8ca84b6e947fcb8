"""The audit: one row for each view of personal data and for each action, with who, what, when and why."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from services.console.people.roles import Visitor
from services.console.people.tables import audit


class Action(StrEnum):
    SIGN_IN = "sign in"
    SIGN_OUT = "sign out"
    VIEW_CASE = "view case"
    VIEW_PAGE = "view page"
    VIEW_SEALED = "open sealed value"
    VIEW_MAIL = "view mail"
    SEARCH = "search"
    UPLOAD = "upload"
    CHECK = "check packet"
    CORRECT = "correct value"
    OVERRIDE = "override finding"
    ASK = "ask of case"
    REQUIREMENT = "ask about requirement"
    FILE = "file document"
    USER = "change user"


@dataclass(frozen=True)
class AuditEntry:
    at: datetime
    actor: str
    role: str
    action: str
    case_id: str | None
    what: str | None
    reason: str | None


def record(
    db: Connection,
    visitor: Visitor,
    action: Action,
    now: datetime,
    case_id: str | None = None,
    what: str | None = None,
    reason: str | None = None,
) -> None:
    """``what`` names a place (a field's path, a page, a mail), never its content."""
    values = {"actor": visitor.name, "role": visitor.role, "action": action, "case_id": case_id}
    db.execute(audit.insert().values(at=now, what=what, reason=reason, **values))


def entries(
    db: Connection, case_id: str | None = None, actor: str | None = None, limit: int = 200
) -> tuple[AuditEntry, ...]:
    """The newest first."""
    query = sa.select(audit).order_by(audit.c.seq.desc()).limit(limit)
    if case_id:
        query = query.where(audit.c.case_id == case_id)
    if actor:
        query = query.where(audit.c.actor == actor)
    return tuple(
        AuditEntry(row.at, row.actor, row.role, row.action, row.case_id, row.what, row.reason)
        for row in db.execute(query)
    )
