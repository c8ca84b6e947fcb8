"""The board's indexes end with the case: a far page is found in them alone."""

from alembic import op

revision = "console_0009"
down_revision = "console_0008"
branch_labels = None
depends_on = None

_INDEXES = {
    "cases_updated": ("updated_at",),
    "cases_state": ("state", "updated_at"),
    "cases_waits": ("waits_for", "next_at"),
    "cases_waits_changed": ("waits_for", "updated_at"),
    "cases_next": ("next_at",),
    "cases_due": ("due_at",),
    "cases_agent": ("agent_code", "updated_at"),
    "cases_confirm": ("to_confirm", "updated_at"),
}


def upgrade() -> None:
    _made_anew("case_id")


def downgrade() -> None:
    _made_anew()


def _made_anew(*last: str) -> None:
    for name, columns in _INDEXES.items():
        op.drop_index(name, "cases")
        op.create_index(name, "cases", [*columns, *last])
