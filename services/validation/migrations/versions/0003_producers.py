"""The copy of the producer directory."""

import sqlalchemy as sa
from alembic import op

revision = "validation_0003"
down_revision = "validation_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "producers",
        sa.Column("agent_code", sa.Text, primary_key=True),
        sa.Column("npn", sa.Text, nullable=False, index=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("producers")
