"""The table of licensing: each producer's record as it is on file."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.licensing import ProducerRecord
from services.chassis.tables import Utc
from services.licensing.directory import Held

metadata = sa.MetaData()

producers = sa.Table(
    "producers",
    metadata,
    sa.Column("agent_code", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("imported_at", Utc, nullable=False),
    sa.Column("record", sa.JSON, nullable=False),
)


def find(db: Connection, agent_code: str) -> Held | None:
    row = db.execute(sa.select(producers).where(producers.c.agent_code == agent_code)).first()
    return None if row is None else Held(ProducerRecord.model_validate(row.record), row.revision, row.imported_at)


def every_record(db: Connection) -> tuple[ProducerRecord, ...]:
    """The whole directory, by agent code."""
    records = db.execute(sa.select(producers.c.record).order_by(producers.c.agent_code)).scalars()
    return tuple(ProducerRecord.model_validate(record) for record in records)


def save(db: Connection, held: Held) -> None:
    values = {
        "revision": held.revision,
        "imported_at": held.imported_at,
        "record": held.record.model_dump(mode="json", exclude_none=True),
    }
    code = held.record.agent_code
    if db.execute(producers.update().where(producers.c.agent_code == code).values(**values)).rowcount == 0:
        db.execute(producers.insert().values(agent_code=code, **values))


def is_empty(db: Connection) -> bool:
    """No producer is on file."""
    return db.execute(sa.select(producers.c.agent_code).limit(1)).first() is None
