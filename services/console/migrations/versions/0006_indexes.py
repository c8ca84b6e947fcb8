"""What the board and the newest uploads are found by."""

from alembic import op

revision = "console_0006"
down_revision = "console_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("cases_waits_changed", "cases", ["waits_for", "updated_at"])
    op.create_index("cases_next", "cases", ["next_at"])
    op.create_index("uploads_newest", "uploads", ["uploaded_at"])
    op.create_index("uploads_case", "uploads", ["case_id", "uploaded_at"])


def downgrade() -> None:
    op.drop_index("uploads_case", "uploads")
    op.drop_index("uploads_newest", "uploads")
    op.drop_index("cases_next", "cases")
    op.drop_index("cases_waits_changed", "cases")
