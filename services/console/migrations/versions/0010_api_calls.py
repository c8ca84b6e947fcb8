"""Calls of the API that are known again."""

import sqlalchemy as sa
from alembic import op

revision = "console_0010"
down_revision = "console_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_calls",
        sa.Column("identity", sa.Text, primary_key=True),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_api_calls_made_at", "api_calls", ["made_at"])


def downgrade() -> None:
    op.drop_table("api_calls")
