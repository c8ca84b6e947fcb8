"""What is known of each case's requirements."""

import sqlalchemy as sa
from alembic import op

revision = "requirements_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_requirements",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("state", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("case_requirements")
