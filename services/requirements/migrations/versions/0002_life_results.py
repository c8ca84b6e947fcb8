"""Which results there are on a life."""

import sqlalchemy as sa
from alembic import op

revision = "requirements_0002"
down_revision = "requirements_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "life_results",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("life", sa.Text, nullable=False, index=True),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("made_on", sa.Date),
    )


def downgrade() -> None:
    op.drop_table("life_results")
