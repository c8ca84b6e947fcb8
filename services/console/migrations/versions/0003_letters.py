"""The index of dead letters."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "console_0003"
down_revision = "console_0002"
branch_labels = None
depends_on = None

_COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def _failed() -> "list[sa.Column[Any]]":
    """What both tables of failures say; columns can't be shared."""
    return [
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("original_topic", sa.Text),
        sa.Column("original", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("replay_count", sa.Integer, nullable=False),
        sa.Column("first_failed_at", _MOMENT, nullable=False),
        sa.Column("failed_at", _MOMENT, nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("about", sa.Text, nullable=False),
        *_failed(),
        sa.Index("letters_open", "status", "first_failed_at"),
        sa.Index("letters_kind", "status", "service", "cause", "first_failed_at"),
        sa.Index("letters_about", "about"),
    )
    op.create_table(
        "letter_failures",
        sa.Column("seq", _COUNTER, primary_key=True, autoincrement=True),
        sa.Column("letter_id", sa.Text, nullable=False, index=True),
        *_failed(),
        sa.Column("exception", sa.Text, nullable=False),
        sa.Column("stack", sa.Text, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("partition", sa.Integer, nullable=False),
        sa.Column("offset", sa.BigInteger, nullable=False),
        sa.Column("timestamp_ms", sa.BigInteger, nullable=False),
        sa.Column("key", sa.LargeBinary),
        sa.Column("value", sa.LargeBinary),
        sa.Column("headers", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "letter_deeds",
        sa.Column("seq", _COUNTER, primary_key=True, autoincrement=True),
        sa.Column("event_id", sa.Text, nullable=False, unique=True),
        sa.Column("letter_id", sa.Text, nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text),
        sa.Column("value", sa.LargeBinary),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "letter_positions",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True),
        sa.Column("next_offset", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "letter_alarms",
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("cause", sa.Text, primary_key=True),
        sa.Column("letter_id", sa.Text, nullable=False),
        sa.Column("rung_at", _MOMENT, nullable=False),
    )


def downgrade() -> None:
    for table in ("letter_alarms", "letter_positions", "letter_deeds", "letter_failures", "letters"):
        op.drop_table(table)
