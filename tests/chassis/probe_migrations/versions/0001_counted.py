"""What the probe counts."""

import sqlalchemy as sa
from alembic import op

revision = "probe_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counted", sa.Column("case_id", sa.Text, primary_key=True), sa.Column("times", sa.Integer, nullable=False)
    )


def downgrade() -> None:
    op.drop_table("counted")
