"""Documents that came in a ZIP file or PDF portfolio, and what kind of file each document is."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0004"
down_revision = "intake_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    document = "documents.document_id"
    op.create_table(
        "members",
        sa.Column("container_id", sa.Text, sa.ForeignKey(document), primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("document_id", sa.Text, sa.ForeignKey(document), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.add_column("documents", sa.Column("seen", sa.Text))


def downgrade() -> None:
    op.drop_column("documents", "seen")
    op.drop_table("members")
