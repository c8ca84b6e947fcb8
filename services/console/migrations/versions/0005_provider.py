"""Signing in at an OIDC provider."""

import sqlalchemy as sa
from alembic import op

revision = "console_0005"
down_revision = "console_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("key_hash", sa.Text, primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.add_column("sessions", sa.Column("by_provider", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("sessions", "by_provider")
    op.drop_table("sign_ins")
