"""The table of notifications."""

import sqlalchemy as sa
from alembic import op

revision = "notify_0001"
down_revision = None
branch_labels = None
depends_on = None

_COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notifications",
        sa.Column("seq", _COUNTER, primary_key=True, autoincrement=True),
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
        sa.Column("uploaded_at", _MOMENT),
        sa.Column("correlation_id", sa.Text, nullable=False),
        sa.Column("traceparent", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("queued_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", _MOMENT, nullable=False),
        sa.Column("lease_owner", sa.Text),
        sa.Column("lease_until", _MOMENT),
        sa.Column("server_reply", sa.Text),
        sa.Column("finished_at", _MOMENT),
        sa.UniqueConstraint("about", "template", "occasion", "recipient"),
        sa.Index("notifications_state", "state", "seq"),
        sa.Index("notifications_about", "about", "seq"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("notifications")
