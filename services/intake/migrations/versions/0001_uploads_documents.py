"""The ledger of uploads and their documents."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("document_id", sa.Text, primary_key=True),
        sa.Column("archive_key", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("cause", sa.Text),
        sa.Column("message", sa.Text),
        sa.Column("case_id", sa.Text),
        sa.Column("first_seen_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "uploads",
        sa.Column("bucket", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("version_id", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.document_id"), nullable=False, index=True),
        sa.Column("agent_code", sa.Text),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("uploaded_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("found_by", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("uploads")
    op.drop_table("documents")
