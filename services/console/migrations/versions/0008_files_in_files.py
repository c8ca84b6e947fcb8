"""Each file of an upload has a row of its own, be it in another: the upload alone no longer names one."""

import sqlalchemy as sa
from alembic import op

revision = "console_0008"
down_revision = "console_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keyed_by("upload", "document_id")


def downgrade() -> None:
    op.execute(
        "DELETE FROM uploads WHERE EXISTS (SELECT 1 FROM uploads AS other "
        "WHERE other.upload = uploads.upload AND other.document_id < uploads.document_id)"
    )
    _keyed_by("upload")


def _keyed_by(*key: str) -> None:
    """The table anew: SQLite changes no key of one that is there."""
    made = op.create_table(
        "uploads_anew",
        sa.Column("upload", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("agent_code", sa.Text),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger),
        sa.Column("archive", sa.JSON),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("case_id", sa.Text),
        sa.PrimaryKeyConstraint(*key),
    )
    names = ", ".join(column.name for column in made.c)
    op.execute(f"INSERT INTO uploads_anew ({names}) SELECT {names} FROM uploads")
    op.drop_table("uploads")
    op.rename_table("uploads_anew", "uploads")
    op.create_index("uploads_document", "uploads", ["document_id"])
    op.create_index("uploads_newest", "uploads", ["uploaded_at"])
    op.create_index("uploads_case", "uploads", ["case_id", "uploaded_at"])
    op.create_index("uploads_agent", "uploads", ["agent_code", "uploaded_at"])
    op.create_index("uploads_state", "uploads", ["state", "uploaded_at"])
