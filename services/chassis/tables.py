"""The chassis's tables in each service's database: inbox, outbox, dead letters, parked, timers, what is forgotten."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Utc(TypeDecorator[datetime]):
    """An aware UTC time on every engine; SQLite keeps it as text that sorts by time."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


metadata = sa.MetaData()

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("event_id", sa.Text, primary_key=True),
    sa.Column("received_at", Utc, nullable=False, index=True),
)
"""Events dealt with; the row is written in the transaction of their effect."""

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False, index=True),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("key", sa.LargeBinary),
    sa.Column("value", sa.LargeBinary),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Index("outbox_lane", "lane", "seq"),
    sqlite_autoincrement=True,
)
"""Events not published yet; a row is deleted after the broker's acknowledgement."""

dead_letter = sa.Table(
    "dead_letter",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("blocks_lane", sa.Boolean, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("replay_count", sa.Integer, nullable=False),
    sa.Column("failed_at", Utc, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("partition", sa.Integer, nullable=False),
    sa.Column("offset", sa.BigInteger, nullable=False),
    sa.Column("timestamp_ms", sa.BigInteger, nullable=False),
    sa.Column("key", sa.LargeBinary),
    sa.Column("value", sa.LargeBinary),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.Index("dead_letter_lane", "lane", "status"),
)
"""Records that this service could not deal with; the topic ``<service>.dead-letters`` is the evidence."""

parked = sa.Table(
    "parked",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("lane", sa.Text, nullable=False, index=True),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("partition", sa.Integer, nullable=False),
    sa.Column("offset", sa.BigInteger, nullable=False),
    sa.Column("timestamp_ms", sa.BigInteger, nullable=False),
    sa.Column("key", sa.LargeBinary),
    sa.Column("value", sa.LargeBinary),
    sa.Column("headers", sa.JSON, nullable=False),
    sa.UniqueConstraint("topic", "partition", "offset"),
    sqlite_autoincrement=True,
)
"""Records that wait behind a dead letter of their lane, in order."""

timer = sa.Table(
    "timer",
    metadata,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("due_at", Utc, nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
)
"""What is to happen at a time; the row goes in the transaction in which it happens (:mod:`services.chassis.timers`)."""

forgotten = sa.Table(
    "forgotten",
    metadata,
    sa.Column("subject", sa.Text, primary_key=True),
    sa.Column("forgotten_at", Utc, nullable=False),
    sa.Column("heard_at", Utc, nullable=False, index=True),
)
"""Cases, and at intake documents, whose keys are gone for good: no event about them is handled any more
(:mod:`services.chassis.forgetting`)."""
