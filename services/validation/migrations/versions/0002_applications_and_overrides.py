"""Applications as judged, and findings set aside."""

import sqlalchemy as sa
from alembic import op

revision = "validation_0002"
down_revision = "validation_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "applications",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at_desk", sa.Boolean, nullable=False),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("product", sa.Text),
        sa.Column("agent_code", sa.Text, index=True),
        sa.Column("npn", sa.Text, index=True),
        sa.Column("dropped_by", sa.Text, index=True),
        sa.Column("life", sa.Text, index=True),
        sa.Column("received_on", sa.Date, nullable=False),
        sa.Column("other_cases", sa.JSON, nullable=False),
        sa.Column("standing", sa.JSON, nullable=False),
        sa.Column("application", sa.JSON, nullable=False),
    )
    op.create_table(
        "overrides",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("rule", sa.Text, primary_key=True),
        sa.Column("at", sa.Text, primary_key=True),
        sa.Column("evidence", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("overridden_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("overrides")
    op.drop_table("applications")
