"""The console's picture of the house: cases, versions, verdicts, requirements, documents, mails, timelines."""

import json
import zlib
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from services.chassis.tables import Utc

metadata = sa.MetaData()

COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
BYTEWISE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
"""Text whose index answers how something begins, whatever the database's language."""


class Packed(TypeDecorator[dict[str, Any]]):
    """JSON, compressed: an application names where each of its values stands, mostly in the same words."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> bytes | None:
        return None if value is None else zlib.compress(json.dumps(value).encode(), 6)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else json.loads(zlib.decompress(value))


cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text),
    sa.Column("state_since", Utc),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("why", sa.Text),
    sa.Column("waits_for", sa.Text),
    sa.Column("waits_what", sa.Text),
    sa.Column("waits_who", sa.Text),
    sa.Column("waits_since", Utc),
    sa.Column("next_step", sa.Text),
    sa.Column("next_at", Utc),
    sa.Column("due_at", Utc),
    sa.Column("stands_at", Utc),
    sa.Column("carrier", sa.Text),
    sa.Column("carrier_name", sa.Text),
    sa.Column("product_name", sa.Text),
    sa.Column("carrier_status", sa.Text),
    sa.Column("carrier_reference", sa.Text),
    sa.Column("agent_code", sa.Text),
    sa.Column("insured_masked", sa.Text),
    sa.Column("insured_name", sa.Text),
    sa.Column("uploaded_at", Utc),
    sa.Column("updated_at", Utc, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("verdict", sa.Text),
    sa.Column("to_fix", sa.Integer, nullable=False),
    sa.Column("to_confirm", sa.Integer, nullable=False),
    sa.Column("outstanding", sa.Integer),
    sa.Index("cases_updated", "updated_at", "case_id"),
    sa.Index("cases_state", "state", "updated_at", "case_id"),
    sa.Index("cases_waits", "waits_for", "next_at", "case_id"),
    sa.Index("cases_waits_changed", "waits_for", "updated_at", "case_id"),
    sa.Index("cases_next", "next_at", "case_id"),
    sa.Index("cases_due", "due_at", "case_id"),
    sa.Index("cases_agent", "agent_code", "updated_at", "case_id"),
    sa.Index("cases_confirm", "to_confirm", "updated_at", "case_id"),
)
"""One line a case, from several topics; each writes its own columns, and a line may begin with any of them."""

open_items = sa.Table(
    "open_items",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("since", Utc, nullable=False),
    sa.Column("usual_low", sa.Integer),
    sa.Column("usual_high", sa.Integer),
    sa.Column("next_step", sa.Text, nullable=False),
    sa.Column("next_at", Utc, nullable=False),
    sa.Column("due_at", Utc),
)
"""Who owes what, as cases told it last."""

search_words = sa.Table(
    "search_words",
    metadata,
    sa.Column("word", BYTEWISE, primary_key=True),
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Index("search_words_case", "case_id"),
)
"""What a case is found by: the parts of the names on it, its number, the carrier's number, its agent."""

versions = sa.Table(
    "versions",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("read_at", Utc, nullable=False),
    sa.Column("body", Packed, nullable=False),
)
"""Every version of an application, as it came: what is sealed on its way is sealed here."""

verdicts = sa.Table(
    "verdicts",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("decided_at", Utc, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
"""The last verdict on each version."""

requirements = sa.Table(
    "requirements",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("changed_at", Utc, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
"""A case's requirements as they stand."""

timeline = sa.Table(
    "timeline",
    metadata,
    sa.Column("seq", COUNTER, primary_key=True, autoincrement=True),
    sa.Column("case_id", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("about", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("more", sa.JSON(none_as_null=True)),
    sa.Index("timeline_case", "case_id", "at", "seq"),
    sqlite_autoincrement=True,
)
"""What happened to a case, from every service. ``about``: a requirement, a rule, a mail, a document."""

mails = sa.Table(
    "mails",
    metadata,
    sa.Column("notification_id", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text),
    sa.Column("document_id", sa.Text),
    sa.Column("agent_code", sa.Text),
    sa.Column("template", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("server_reply", sa.Text),
    sa.Column("occurred_at", Utc, nullable=False),
    sa.Index("mails_case", "case_id", "occurred_at"),
    sa.Index("mails_outcome", "outcome", "occurred_at"),
)

uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("upload", sa.Text, primary_key=True),
    sa.Column("document_id", sa.Text, primary_key=True),
    sa.Column("agent_code", sa.Text),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger),
    sa.Column("archive", sa.JSON(none_as_null=True)),
    sa.Column("uploaded_at", Utc, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("message", sa.Text),
    sa.Column("case_id", sa.Text),
    sa.Index("uploads_document", "document_id"),
    sa.Index("uploads_newest", "uploaded_at"),
    sa.Index("uploads_case", "case_id", "uploaded_at"),
    sa.Index("uploads_agent", "agent_code", "uploaded_at"),
    sa.Index("uploads_state", "state", "uploaded_at"),
)
"""Every file of every upload: ``received``, then ``refused``, ``read`` into a case, ``unmatched``, or ``unpacked`` into
rows of its own files. ``upload``: bucket, key and version."""

unmatched = sa.Table(
    "unmatched",
    metadata,
    sa.Column("document_id", sa.Text, primary_key=True),
    sa.Column("agent_code", sa.Text),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("uploaded_at", Utc, nullable=False),
    sa.Column("unmatched_at", Utc, nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("candidates", sa.JSON, nullable=False),
)
"""Documents that no case has: they wait for a person."""

differences = sa.Table(
    "differences",
    metadata,
    sa.Column("difference_id", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, nullable=False, index=True),
    sa.Column("carrier", sa.Text, nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Column("found_at", Utc, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
"""Where a carrier's view was found to differ from ours."""

producers = sa.Table(
    "producers",
    metadata,
    sa.Column("agent_code", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
)

pulse = sa.Table(
    "pulse",
    metadata,
    sa.Column("seq", COUNTER, primary_key=True, autoincrement=True),
    sa.Column("case_id", sa.Text),
    sa.Column("agent_code", sa.Text),
    sqlite_autoincrement=True,
)
"""What changed just now, for the pages that are open; only the newest rows are kept."""
