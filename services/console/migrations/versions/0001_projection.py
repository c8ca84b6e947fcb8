"""The picture of the house, from its topics."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "console_0001"
down_revision = None
branch_labels = None
depends_on = None

_COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_BYTEWISE = sa.Text().with_variant(postgresql.TEXT(collation="C"), "postgresql")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("state", sa.Text),
        sa.Column("state_since", _MOMENT),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("waits_for", sa.Text),
        sa.Column("waits_what", sa.Text),
        sa.Column("waits_who", sa.Text),
        sa.Column("waits_since", _MOMENT),
        sa.Column("next_step", sa.Text),
        sa.Column("next_at", _MOMENT),
        sa.Column("due_at", _MOMENT),
        sa.Column("stands_at", _MOMENT),
        sa.Column("carrier", sa.Text),
        sa.Column("carrier_name", sa.Text),
        sa.Column("product_name", sa.Text),
        sa.Column("carrier_status", sa.Text),
        sa.Column("carrier_reference", sa.Text),
        sa.Column("agent_code", sa.Text),
        sa.Column("insured_masked", sa.Text),
        sa.Column("insured_name", sa.Text),
        sa.Column("uploaded_at", _MOMENT),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("verdict", sa.Text),
        sa.Column("to_fix", sa.Integer, nullable=False),
        sa.Column("to_confirm", sa.Integer, nullable=False),
        sa.Column("outstanding", sa.Integer),
        sa.Index("cases_updated", "updated_at"),
        sa.Index("cases_state", "state", "updated_at"),
        sa.Index("cases_waits", "waits_for", "next_at"),
        sa.Index("cases_due", "due_at"),
        sa.Index("cases_agent", "agent_code", "updated_at"),
        sa.Index("cases_confirm", "to_confirm", "updated_at"),
    )
    op.create_table(
        "open_items",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("usual_low", sa.Integer),
        sa.Column("usual_high", sa.Integer),
        sa.Column("next_step", sa.Text, nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("due_at", _MOMENT),
    )
    op.create_table(
        "search_words",
        sa.Column("word", _BYTEWISE, primary_key=True),
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Index("search_words_case", "case_id"),
    )
    op.create_table(
        "versions",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("read_at", _MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "verdicts",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("decided_at", _MOMENT, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "requirements",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "timeline",
        sa.Column("seq", _COUNTER, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("about", sa.Text),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("more", sa.JSON(none_as_null=True)),
        sa.Index("timeline_case", "case_id", "at", "seq"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mails",
        sa.Column("notification_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text),
        sa.Column("document_id", sa.Text),
        sa.Column("agent_code", sa.Text),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("server_reply", sa.Text),
        sa.Column("occurred_at", _MOMENT, nullable=False),
        sa.Index("mails_case", "case_id", "occurred_at"),
        sa.Index("mails_outcome", "outcome", "occurred_at"),
    )
    op.create_table(
        "uploads",
        sa.Column("upload", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("agent_code", sa.Text),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger),
        sa.Column("archive", sa.JSON(none_as_null=True)),
        sa.Column("uploaded_at", _MOMENT, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("case_id", sa.Text),
        sa.Index("uploads_document", "document_id"),
        sa.Index("uploads_agent", "agent_code", "uploaded_at"),
        sa.Index("uploads_state", "state", "uploaded_at"),
    )
    op.create_table(
        "unmatched",
        sa.Column("document_id", sa.Text, primary_key=True),
        sa.Column("agent_code", sa.Text),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("uploaded_at", _MOMENT, nullable=False),
        sa.Column("unmatched_at", _MOMENT, nullable=False, index=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("candidates", sa.JSON, nullable=False),
    )
    op.create_table(
        "differences",
        sa.Column("difference_id", sa.Text, primary_key=True),
        sa.Column("case_id", sa.Text, nullable=False, index=True),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("found_at", _MOMENT, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "producers",
        sa.Column("agent_code", sa.Text, primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "pulse",
        sa.Column("seq", _COUNTER, primary_key=True, autoincrement=True),
        sa.Column("case_id", sa.Text),
        sa.Column("agent_code", sa.Text),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("pulse", "producers", "differences", "unmatched", "uploads", "mails", "timeline", "requirements", "verdicts", "versions", "search_words", "open_items", "cases"):
        op.drop_table(table)
