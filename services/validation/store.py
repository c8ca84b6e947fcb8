"""Validation's table: the verdict on each version of each application."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.events import VerdictReached
from services.chassis.tables import Utc

metadata = sa.MetaData()

verdicts = sa.Table(
    "verdicts",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("decided_at", Utc, nullable=False),
)


def save(db: Connection, reached: VerdictReached) -> None:
    """Keep a verdict; the same version judged again replaces the former verdict."""
    same = (verdicts.c.case_id == reached.case_id) & (verdicts.c.version == reached.version)
    db.execute(verdicts.delete().where(same))
    db.execute(
        verdicts.insert().values(
            case_id=reached.case_id,
            version=reached.version,
            verdict=reached.verdict,
            findings=[finding.model_dump(mode="json", exclude_none=True) for finding in reached.findings],
            decided_at=reached.decided_at,
        )
    )
