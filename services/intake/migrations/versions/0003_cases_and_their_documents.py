"""Cases with their documents, and documents that no case has."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0003"
down_revision = "intake_0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("agent_code", sa.Text, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("read_at", _MOMENT, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_table(
        "case_documents",
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("document_id", sa.Text, primary_key=True, index=True),
        sa.Column("filed", sa.Text, nullable=False),
        sa.Column("pages", sa.Text, nullable=False),
    )
    op.create_table(
        "unmatched",
        sa.Column("document_id", sa.Text, primary_key=True),
        sa.Column("agent_code", sa.Text, index=True),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("candidates", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("pages", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("unmatched")
    op.drop_table("case_documents")
    op.drop_table("cases")
