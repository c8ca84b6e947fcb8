"""The audit: one row for each view of personal data and for each action, with who, what, when and why.

The console tells of its own on ``private.accesses`` in the transaction that writes the row, and takes what others
told there: the topic is the record, this table is its index.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.codes import AccessAction as Action
from schemas.dead_letter_events import DeadLetterRevealed
from schemas.envelope import Cause
from schemas.privacy_events import PrivateDataOpened
from schemas.topics import PRIVATE_ACCESSES
from services.chassis.errors import Outgoing
from services.chassis.outbox import add_events
from services.chassis.runner import Received
from services.console.people.roles import Visitor
from services.console.people.tables import audit

__all__ = ["ALL_PRIVATE", "Action", "AuditEntry", "entries", "has_opened", "opened", "record", "revealed"]

ALL_PRIVATE = "all private values of the application"
"""What was opened, where it was not one value or some."""

_LARGEST = 100_000
_SERVICE = "console"
_ELSEWHERE = "–"
"""The role of who is known by none: at the command line."""


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
    identity = str(uuid.uuid4())
    seen = PrivateDataOpened(
        access_id=identity,
        action=action,
        case_ids=(case_id,) if case_id else (),
        what=what or "",
        actor=visitor.name,
        role=visitor.role,
        tool="console",
        reason=reason or "",
        opened_at=now,
    )
    _keep(db, _row(seen))
    told = Outgoing(PRIVATE_ACCESSES, case_id or identity, seen)
    cause = Cause(source=f"/goodorder/{_SERVICE}", id=identity, correlationid=identity)
    # Published by the worker's sweep: the page need not wait for it.
    add_events(db, _SERVICE, cause, (told,), now, _LARGEST)


def opened(db: Connection, received: Received[PrivateDataOpened], _: Any, now: datetime) -> Iterable[Outgoing]:
    """What somebody told on the topic; of our own the row is there."""
    known = sa.select(audit.c.seq).where(audit.c.access_id == received.data.access_id)
    if db.execute(known).first() is None:
        _keep(db, _row(received.data))
    return ()


def revealed(db: Connection, received: Received[DeadLetterRevealed], _: Any, now: datetime) -> Iterable[Outgoing]:
    """Somebody looked at a dead letter unmasked."""
    seen = received.data
    done = {"action": Action.VIEW_DEAD_LETTER, "what": f"dead letter {seen.dead_letter_id[:8]}", "reason": seen.reason}
    who = {"actor": seen.actor, "role": _ELSEWHERE, "case_id": None}
    _keep(db, {"at": seen.seen_at, "access_id": received.event.id, **who, **done})
    return ()


def entries(
    db: Connection, case_id: str | None = None, actor: str | None = None, limit: int = 200
) -> tuple[AuditEntry, ...]:
    """The newest first."""
    query = sa.select(audit).order_by(audit.c.at.desc(), audit.c.seq.desc()).limit(limit)
    if case_id:
        query = query.where(audit.c.case_id == case_id)
    if actor:
        query = query.where(audit.c.actor == actor)
    return tuple(
        AuditEntry(row.at, row.actor, row.role, row.action, row.case_id, row.what, row.reason)
        for row in db.execute(query)
    )


def has_opened(db: Connection, visitor: Visitor, case_id: str, at: str, since: datetime) -> bool:
    """Whether somebody said why they see a private value, or all of the case's, and it is on record since then."""
    query = sa.select(audit.c.what).where(
        audit.c.case_id == case_id,
        audit.c.actor == visitor.name,
        audit.c.action == Action.VIEW_SEALED,
        audit.c.at >= since,
    )
    return any(what == ALL_PRIVATE or at in (what or "").split(", ") for what in db.execute(query).scalars())


def _row(seen: PrivateDataOpened) -> dict[str, Any]:
    return {
        "at": seen.opened_at,
        "access_id": seen.access_id,
        "actor": seen.actor,
        "role": seen.role or _ELSEWHERE,
        "action": seen.action,
        "case_id": seen.case_ids[0] if len(seen.case_ids) == 1 else None,
        "what": seen.what or None,
        "reason": seen.reason or None,
    }


def _keep(db: Connection, row: dict[str, Any]) -> None:
    db.execute(audit.insert().values(**row))
