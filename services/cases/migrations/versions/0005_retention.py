"""When cases are to be forgotten, and holds against it."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0005"
down_revision = "cases_0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("cases", sa.Column("forget_at", _MOMENT))
    op.add_column("cases", sa.Column("pictures_at", _MOMENT))
    op.create_index("ix_cases_forget_at", "cases", ["forget_at"])
    op.create_index("ix_cases_pictures_at", "cases", ["pictures_at"])
    op.create_table(
        "holds",
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("holds")
    op.drop_index("ix_cases_pictures_at", "cases")
    op.drop_index("ix_cases_forget_at", "cases")
    op.drop_column("cases", "pictures_at")
    op.drop_column("cases", "forget_at")
