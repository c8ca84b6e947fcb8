"""The audit takes what others told on the topic, each once."""

import sqlalchemy as sa
from alembic import op

revision = "console_0007"
down_revision = "console_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit", sa.Column("access_id", sa.Text))
    op.create_index("audit_access", "audit", ["access_id"], unique=True)


def downgrade() -> None:
    op.drop_index("audit_access", "audit")
    op.drop_column("audit", "access_id")
