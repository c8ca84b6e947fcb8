"""The table of requirements: all that is known of each case."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from services.requirements.state import CaseRequirements

metadata = sa.MetaData()

case_requirements = sa.Table(
    "case_requirements",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("state", sa.JSON, nullable=False),
)


def load(db: Connection, case_id: str) -> CaseRequirements:
    """What is known of a case; of a new one nothing."""
    query = sa.select(case_requirements.c.state).where(case_requirements.c.case_id == case_id)
    state = db.execute(query).scalar()
    return CaseRequirements.model_validate(state) if state else CaseRequirements(case_id=case_id)


def save(db: Connection, state: CaseRequirements) -> None:
    db.execute(case_requirements.delete().where(case_requirements.c.case_id == state.case_id))
    db.execute(
        case_requirements.insert().values(
            case_id=state.case_id, state=state.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        )
    )
