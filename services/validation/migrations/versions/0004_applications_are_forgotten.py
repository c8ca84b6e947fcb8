"""An application is forgotten after its time; what duplicates are found by stays."""

import sqlalchemy as sa
from alembic import op

revision = "validation_0004"
down_revision = "validation_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("applications") as applications:
        applications.alter_column("application", existing_type=sa.JSON(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM applications WHERE application IS NULL")
    with op.batch_alter_table("applications") as applications:
        applications.alter_column("application", existing_type=sa.JSON(), nullable=False)
