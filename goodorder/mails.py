"""Reads notify's records: which mails there are about a case or document, and what became of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from schemas.codes import DeliveryOutcome
from services.notify import store
from services.notify.store import notifications

_SETTLED = frozenset(str(outcome) for outcome in DeliveryOutcome)


@dataclass(frozen=True)
class Mail:
    """One mail, without its words."""

    notification_id: str
    about: str
    """The case, or the document that never became one."""
    template: str
    agent_code: str | None
    status: str
    """``queued``, ``sending``, or what became of it."""
    at: datetime
    """When that was settled; until then when it was queued."""
    attempts: int
    server_reply: str | None

    @property
    def is_settled(self) -> bool:
        """Sent, or sure never to be."""
        return self.status in _SETTLED

    @property
    def is_sent(self) -> bool:
        return self.status == DeliveryOutcome.SENT

    @property
    def in_words(self) -> str:
        """What became of it; for one that waits or was refused also what the server said."""
        words = self.status.replace("_", " ")
        if self.is_sent:
            return words
        tried = f" after {self.attempts} tries" if self.attempts > 1 else ""
        return f"{words}{tried}: {self.server_reply}" if self.server_reply else words

    def as_json(self) -> dict[str, Any]:
        return {
            "notification_id": self.notification_id,
            "about": self.about,
            "template": self.template,
            "agent_code": self.agent_code,
            "status": self.status,
            "at": self.at.isoformat(),
            "attempts": self.attempts,
            "server_reply": self.server_reply,
        }


def mails_about(db: Connection, case_id: str | None, document_id: str | None = None) -> tuple[Mail, ...]:
    """The mails about a case, or about a document that never became one; the first one first."""
    about = [identity for identity in (case_id, document_id) if identity]
    c = notifications.c
    rows = db.execute(sa.select(notifications).where(c.about.in_(about)).order_by(c.seq))
    return tuple(map(_mail, rows))


def mails_not_sent(db: Connection) -> tuple[Mail, ...]:
    """What waits, was refused, or had nobody to go to; the newest first."""
    return tuple(map(_mail, store.not_sent(db)))


def _mail(row: Row[Any]) -> Mail:
    return Mail(
        notification_id=row.id,
        about=row.about,
        template=row.template,
        agent_code=row.agent_code,
        status=row.state,
        at=row.finished_at or row.queued_at,
        attempts=row.attempts,
        server_reply=row.server_reply,
    )
