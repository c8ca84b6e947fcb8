"""Inbox, outbox, dead letters and parked records."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "chassis_0001"
down_revision = None
branch_labels = None
depends_on = None

_COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def _record_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("timestamp_ms", sa.BigInteger, nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("value", sa.LargeBinary),
        sa.Column("headers", sa.JSON, nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "inbox",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("event_id", sa.Text, primary_key=True),
        sa.Column("received_at", _MOMENT, nullable=False, index=True),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", _COUNTER, primary_key=True, autoincrement=True),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False, index=True),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("value", sa.LargeBinary),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Index("outbox_lane", "lane", "seq"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "dead_letter",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("blocks_lane", sa.Boolean, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("replay_count", sa.Integer, nullable=False),
        sa.Column("failed_at", _MOMENT, nullable=False),
        *_record_columns(),
        sa.Index("dead_letter_lane", "lane", "status"),
    )
    op.create_table(
        "parked",
        sa.Column("seq", _COUNTER, primary_key=True, autoincrement=True),
        sa.Column("lane", sa.Text, nullable=False, index=True),
        *_record_columns(),
        sa.UniqueConstraint("topic", "partition", "offset"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("parked", "dead_letter", "outbox", "inbox"):
        op.drop_table(table)
