"""The table of notifications: each mail once, from queued to its outcome, with who is sending it just now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from schemas.codes import DeliveryOutcome
from schemas.events import MailDelivery
from services.chassis.tables import Utc

metadata = sa.MetaData()

QUEUED, SENDING = "queued", "sending"
_OPEN = (QUEUED, SENDING)

notifications = sa.Table(
    "notifications",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("id", sa.Text, nullable=False, unique=True),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("occasion", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("case_id", sa.Text),
    sa.Column("document_id", sa.Text),
    sa.Column("agent_code", sa.Text),
    sa.Column("agent_name", sa.Text),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("requirements_named", sa.JSON, nullable=False),
    sa.Column("message_id", sa.Text),
    sa.Column("uploaded_at", Utc),
    sa.Column("correlation_id", sa.Text, nullable=False),
    sa.Column("traceparent", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("queued_at", Utc, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try_at", Utc, nullable=False),
    sa.Column("lease_owner", sa.Text),
    sa.Column("lease_until", Utc),
    sa.Column("server_reply", sa.Text),
    sa.Column("finished_at", Utc),
    sa.UniqueConstraint("about", "template", "occasion", "recipient"),
    sa.Index("notifications_state", "state", "seq"),
    sa.Index("notifications_about", "about", "seq"),
    sqlite_autoincrement=True,
)
"""``about``: the case, the document that never became one, or the kind of dead letters. ``occasion``: the case's
revision, the upload, or the dead letter. ``recipient``: empty when no address is on file.
State: queued, sending, then the outcome."""


@dataclass(frozen=True)
class Notification:
    """One mail to one agent, or to those who watch the house."""

    id: str
    about: str
    template: str
    occasion: str
    recipient: str
    case_id: str | None
    document_id: str | None
    agent_code: str | None
    agent_name: str | None
    subject: str
    text: str
    html: str
    requirements_named: tuple[str, ...]
    message_id: str | None
    uploaded_at: datetime | None
    correlation_id: str
    traceparent: str | None
    queued_at: datetime
    attempts: int = 0
    """How often its sending was begun."""


@dataclass(frozen=True)
class MailRecord:
    """A mail as people look it up: what, to whom, what became of it."""

    notification_id: str
    case_id: str | None
    document_id: str | None
    template: str
    agent_code: str | None
    subject: str
    text: str
    state: str
    """``queued``, ``sending``, ``sent``, ``refused`` or ``no_address``."""
    attempts: int
    message_id: str | None
    server_reply: str | None
    uploaded_at: datetime | None
    queued_at: datetime
    finished_at: datetime | None


def add(db: Connection, mail: Notification, outcome: DeliveryOutcome | None = None) -> bool:
    """Queue a mail, or write down at once what became of it; ``False`` when it was there already."""
    same = notifications.c.id == mail.id
    if db.execute(sa.select(sa.literal(1)).where(same)).scalar() is not None:
        return False
    db.execute(
        notifications.insert().values(
            **{**vars(mail), "requirements_named": list(mail.requirements_named)},
            state=outcome.value if outcome else QUEUED,
            next_try_at=mail.queued_at,
            finished_at=mail.queued_at if outcome else None,
        )
    )
    return True


def requirements_named(db: Connection, case_id: str) -> set[str]:
    """Requirements that a mail of this case has told of."""
    rows = db.execute(sa.select(notifications.c.requirements_named).where(notifications.c.about == case_id))
    return {name for row in rows for name in row.requirements_named}


_EARLIER = notifications.alias()
_NEXT = (
    sa.select(notifications)
    .where(
        notifications.c.state.in_(_OPEN),
        # Farther away than any pause is what a clock wrote that was ahead, and has been set right since.
        sa.or_(
            notifications.c.next_try_at <= sa.bindparam("now"),
            notifications.c.next_try_at > sa.bindparam("beyond_any_pause"),
        ),
        sa.or_(notifications.c.state == QUEUED, notifications.c.lease_until < sa.bindparam("now")),
        ~sa.exists().where(
            _EARLIER.c.about == notifications.c.about,
            _EARLIER.c.seq < notifications.c.seq,
            _EARLIER.c.state.in_(_OPEN),
        ),
    )
    .order_by(notifications.c.seq)
    .limit(1)
)
"""Built once: a postman asks it for every mail, and whenever there is none."""


def lease_next(db: Connection, owner: str, now: datetime, seconds: float, longest_pause: float) -> Notification | None:
    """Take the oldest mail that may be sent now, and begin its sending; ``None`` when there is none.

    ``longest_pause``: seconds; no mail waits for its next try longer than that.

    A mail waits for all earlier ones of its case. A service's transactions are serial, so no two workers can take
    the same mail; one that was begun is taken over when its worker's lease has ended.
    """
    row = db.execute(_NEXT, {"now": now, "beyond_any_pause": now + timedelta(seconds=longest_pause)}).one_or_none()
    if row is None:
        return None
    db.execute(
        notifications.update()
        .where(notifications.c.seq == row.seq)
        .values(
            state=SENDING,
            lease_owner=owner,
            lease_until=now + timedelta(seconds=seconds),
            attempts=row.attempts + 1,
        )
    )
    return _notification(row, row.attempts + 1)


def put_back(db: Connection, mail: Notification, owner: str, next_try_at: datetime, reply: str) -> None:
    """Let a mail go that could not be sent now."""
    db.execute(
        notifications.update()
        .where(_leased(mail, owner))
        .values(state=QUEUED, lease_owner=None, lease_until=None, next_try_at=next_try_at, server_reply=reply)
    )


def finish(db: Connection, mail: Notification, owner: str, outcome: DeliveryOutcome, reply: str, now: datetime) -> bool:
    """Write down what became of a mail; ``False`` when another worker has taken it over meanwhile."""
    done = db.execute(
        notifications.update()
        .where(_leased(mail, owner))
        .values(state=outcome.value, lease_owner=None, lease_until=None, server_reply=reply, finished_at=now)
    )
    return done.rowcount == 1


def give_up_leases(db: Connection, owner: str) -> None:
    """What this worker was sending when it ended is to be sent again at once."""
    mine = (notifications.c.lease_owner == owner) & (notifications.c.state == SENDING)
    db.execute(notifications.update().where(mine).values(state=QUEUED, lease_owner=None, lease_until=None))


def mails(db: Connection, case_id: str | None = None) -> tuple[MailRecord, ...]:
    """All mails, or those of a case, the first one first."""
    query = sa.select(notifications).order_by(notifications.c.seq)
    if case_id is not None:
        query = query.where(notifications.c.case_id == case_id)
    return tuple(_record(row) for row in db.execute(query))


def not_sent(db: Connection, most: int | None = None) -> Sequence[Row[Any]]:
    """Mails that wait, were refused, or had nobody to go to; the newest first."""
    c = notifications.c
    query = sa.select(notifications).where(c.state != DeliveryOutcome.SENT).order_by(c.seq.desc())
    return db.execute(query.limit(most)).all()


def waiting_since(db: Connection, before: datetime) -> int:
    """How many mails were queued before that and wait still."""
    c = notifications.c
    waits = sa.select(sa.func.count()).where(c.state.in_(_OPEN), c.queued_at < before)
    return int(db.execute(waits).scalar_one())


def refused_since(db: Connection, after: datetime) -> int:
    """How many mails the server has refused for good after that."""
    c = notifications.c
    refused = sa.select(sa.func.count()).where(c.state == DeliveryOutcome.REFUSED, c.finished_at > after)
    return int(db.execute(refused).scalar_one())


def by_state(db: Connection) -> dict[str, int]:
    """How many mails were sent, wait, or could not be."""
    state = notifications.c.state
    return {row[0]: int(row[1]) for row in db.execute(sa.select(state, sa.func.count()).group_by(state))}


def written(db: Connection, notification_id: str) -> dict[str, str] | None:
    """A mail as it was written; ``None`` for an unknown one."""
    c = notifications.c
    found = db.execute(sa.select(c.recipient, c.subject, c.text, c.html).where(c.id == notification_id)).one_or_none()
    return None if found is None else dict(found._mapping)


def delivery(mail: Notification, outcome: DeliveryOutcome, reply: str | None, now: datetime) -> MailDelivery:
    """The event that tells what became of a mail."""
    return MailDelivery(
        notification_id=mail.id,
        case_id=mail.case_id,
        document_id=mail.document_id,
        template=mail.template,
        agent_code=mail.agent_code,
        outcome=outcome,
        message_id=mail.message_id,
        server_reply=reply,
        occurred_at=now,
        uploaded_at=mail.uploaded_at,
    )


def _leased(mail: Notification, owner: str) -> sa.ColumnElement[bool]:
    c = notifications.c
    return sa.and_(c.id == mail.id, c.state == SENDING, c.lease_owner == owner, c.attempts == mail.attempts)


_FIELDS: Sequence[str] = tuple(name for name in Notification.__dataclass_fields__ if name != "attempts")


def _notification(row: Row[Any], attempts: int) -> Notification:
    values = {name: getattr(row, name) for name in _FIELDS}
    return Notification(**{**values, "requirements_named": tuple(row.requirements_named)}, attempts=attempts)


def _record(row: Row[Any]) -> MailRecord:
    return MailRecord(
        notification_id=row.id,
        case_id=row.case_id,
        document_id=row.document_id,
        template=row.template,
        agent_code=row.agent_code,
        subject=row.subject,
        text=row.text,
        state=row.state,
        attempts=row.attempts,
        message_id=row.message_id,
        server_reply=row.server_reply,
        uploaded_at=row.uploaded_at,
        queued_at=row.queued_at,
        finished_at=row.finished_at,
    )
