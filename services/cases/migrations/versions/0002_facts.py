"""Facts, from which a case can be told anew at any time; columns to search by."""

import sqlalchemy as sa
from alembic import op

revision = "cases_0002"
down_revision = "cases_0001"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_COLUMNS = ("carrier", "agent_code", "owner", "lapses_at")


def upgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT 1 FROM cases LIMIT 1")).first():
        raise RuntimeError(
            "The cases on file were written before their facts were kept, by a version that was never released."
            " Start with an empty database: make reset."
        )
    with op.batch_alter_table("cases") as table:
        for name in _COLUMNS:
            table.add_column(sa.Column(name, _MOMENT if name == "lapses_at" else sa.Text))
            table.create_index(f"ix_cases_{name}", [name])
    op.create_table(
        "facts",
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), primary_key=True),
        sa.Column("fact_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "applications",
        sa.Column("case_id", sa.Text, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("applications")
    op.drop_table("facts")
    with op.batch_alter_table("cases") as table:
        for name in _COLUMNS:
            table.drop_index(f"ix_cases_{name}")
            table.drop_column(name)
