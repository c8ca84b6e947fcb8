"""The tables that people write through the web, beside the projection."""

import sqlalchemy as sa

from services.chassis.tables import Utc
from services.console.projection.tables import COUNTER

metadata = sa.MetaData()

users = sa.Table(
    "users",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("agent_code", sa.Text),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("disabled_at", Utc),
)
"""Local users; those of an OIDC provider have no row here."""

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("key_hash", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("agent_code", sa.Text),
    sa.Column("csrf", sa.Text, nullable=False),
    sa.Column("began_at", Utc, nullable=False),
    sa.Column("seen_at", Utc, nullable=False, index=True),
    sa.Column("by_provider", sa.Boolean, nullable=False, server_default=sa.false()),
)
"""``key_hash``: of the cookie's value, which is nowhere but in the browser."""

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("key_hash", sa.Text, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("began_at", Utc, nullable=False, index=True),
)
"""Sign-ins under way at an OIDC provider; ``key_hash`` as of a session."""

attempts = sa.Table(
    "login_attempts",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("failed", sa.Integer, nullable=False),
    sa.Column("last_at", Utc, nullable=False),
)
"""Wrong passwords in a row."""

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", COUNTER, primary_key=True, autoincrement=True),
    sa.Column("at", Utc, nullable=False, index=True),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("case_id", sa.Text),
    sa.Column("what", sa.Text),
    sa.Column("reason", sa.Text),
    sa.Column("access_id", sa.Text),
    sa.Index("audit_access", "access_id", unique=True),
    sa.Index("audit_case", "case_id", "seq"),
    sa.Index("audit_actor", "actor", "seq"),
    sqlite_autoincrement=True,
)
"""Who saw personal data or did something, when, on which case and why; only ever added to. Holds no such data.
What the topic ``private.accesses`` tells of, whoever told it; ``access_id`` is the event's own."""

saved_views = sa.Table(
    "saved_views",
    metadata,
    sa.Column("owner", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("query", sa.Text, nullable=False),
)
"""A board's filters under a name, as its address has them."""

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("key_hash", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("agent_code", sa.Text),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("used_at", Utc),
)
"""Keys of other systems; ``scopes`` with spaces between."""

api_calls = sa.Table(
    "api_calls",
    metadata,
    sa.Column("identity", sa.Text, primary_key=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("event_id", sa.Text, nullable=False),
    sa.Column("made_at", Utc, nullable=False, index=True),
)
"""Calls of the API that a caller gave a name (``Idempotency-Key``), each with the event that it led to."""
