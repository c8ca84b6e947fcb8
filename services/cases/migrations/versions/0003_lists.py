"""Carriers' lists, and how they differ from ours."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0003"
down_revision = "cases_0002"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "list_parts",
        sa.Column("carrier", sa.Text, primary_key=True),
        sa.Column("list_id", sa.Text, primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "lists_compared",
        sa.Column("carrier", sa.Text, primary_key=True),
        sa.Column("list_id", sa.Text, nullable=False),
        sa.Column("as_of", _MOMENT, nullable=False),
        sa.Column("compared_at", _MOMENT, nullable=False),
    )
    op.create_table(
        "differences",
        sa.Column("difference_id", sa.Text, primary_key=True),
        sa.Column("carrier", sa.Text, nullable=False, index=True),
        sa.Column("case_id", sa.Text, nullable=False, index=True),
        sa.Column("body", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    for table in ("differences", "lists_compared", "list_parts"):
        op.drop_table(table)
