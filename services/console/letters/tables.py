"""The tables of the desk of dead letters: an index of topics, which Kafka can fill anew at any time."""

import sqlalchemy as sa

from services.chassis.tables import Utc

metadata = sa.MetaData()

_COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

letters = sa.Table(
    "letters",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("about", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("original_topic", sa.Text),
    sa.Column("original", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("replay_count", sa.Integer, nullable=False),
    sa.Column("first_failed_at", Utc, nullable=False),
    sa.Column("failed_at", Utc, nullable=False),
    sa.Index("letters_open", "status", "first_failed_at"),
    sa.Index("letters_kind", "status", "service", "cause", "first_failed_at"),
    sa.Index("letters_about", "about"),
)
"""A dead letter as of its latest failure. ``about``: the case or document, masked where the key is neither."""

failures = sa.Table(
    "letter_failures",
    metadata,
    sa.Column("seq", _COUNTER, primary_key=True, autoincrement=True),
    sa.Column("letter_id", sa.Text, nullable=False, index=True),
    sa.Column("service", sa.Text, nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("exception", sa.Text, nullable=False),
    sa.Column("stack", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("replay_count", sa.Integer, nullable=False),
    sa.Column("first_failed_at", Utc, nullable=False),
    sa.Column("failed_at", Utc, nullable=False),
    sa.Column("original_topic", sa.Text),
    sa.Column("original", sa.Text, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("partition", sa.Integer, nullable=False),
    sa.Column("offset", sa.BigInteger, nullable=False),
    sa.Column("timestamp_ms", sa.BigInteger, nullable=False),
    sa.Column("key", sa.LargeBinary),
    sa.Column("value", sa.LargeBinary),
    sa.Column("headers", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)
"""Every record on a topic of dead letters: what failed, each time it did."""

deeds = sa.Table(
    "letter_deeds",
    metadata,
    sa.Column("seq", _COUNTER, primary_key=True, autoincrement=True),
    sa.Column("event_id", sa.Text, nullable=False, unique=True),
    sa.Column("letter_id", sa.Text, nullable=False, index=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text),
    sa.Column("value", sa.LargeBinary),
    sqlite_autoincrement=True,
)
"""Who did what about a dead letter, and what came of it. ``value``: what a person corrected the record to."""

positions = sa.Table(
    "letter_positions",
    metadata,
    sa.Column("topic", sa.Text, primary_key=True),
    sa.Column("partition", sa.Integer, primary_key=True),
    sa.Column("next_offset", sa.BigInteger, nullable=False),
)
"""How far the topics are in the index; written in the transaction of what was read."""

alarms = sa.Table(
    "letter_alarms",
    metadata,
    sa.Column("service", sa.Text, primary_key=True),
    sa.Column("cause", sa.Text, primary_key=True),
    sa.Column("letter_id", sa.Text, nullable=False),
    sa.Column("rung_at", Utc, nullable=False),
)
"""The kinds of dead letters that ops was told of; a row goes when none of its kind is open any more."""
