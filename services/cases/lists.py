"""The tables of reconciliation: carriers' lists until all their parts are here, and the differences that stand."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.case_events import CarrierListed, DifferenceFound
from services.cases.case import Case
from services.cases.store import cases, in_short, metadata
from services.chassis.tables import Utc

parts = sa.Table(
    "list_parts",
    metadata,
    sa.Column("carrier", sa.Text, primary_key=True),
    sa.Column("list_id", sa.Text, primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
)

compared = sa.Table(
    "lists_compared",
    metadata,
    sa.Column("carrier", sa.Text, primary_key=True),
    sa.Column("list_id", sa.Text, nullable=False),
    sa.Column("as_of", Utc, nullable=False),
    sa.Column("compared_at", Utc, nullable=False),
)
"""The last list of each carrier."""

differences = sa.Table(
    "differences",
    metadata,
    sa.Column("difference_id", sa.Text, primary_key=True),
    sa.Column("carrier", sa.Text, nullable=False, index=True),
    sa.Column("case_id", sa.Text, nullable=False, index=True),
    sa.Column("body", sa.JSON, nullable=False),
)
"""What differed at the last list."""


def whole_list(db: Connection, carrier: str, part: CarrierListed) -> tuple[CarrierListed, ...]:
    """All parts of the list, once this was the last that was missing; else nothing, and the part is kept."""
    of_list = (parts.c.carrier == carrier) & (parts.c.list_id == part.list_id)
    db.execute(parts.delete().where(of_list & (parts.c.part == part.part)))
    body = part.model_dump(mode="json")
    db.execute(parts.insert().values(carrier=carrier, list_id=part.list_id, part=part.part, body=body))
    rows = db.execute(sa.select(parts.c.body).where(of_list).order_by(parts.c.part)).scalars()
    here = tuple(CarrierListed.model_validate(row) for row in rows)
    if {each.part for each in here} != set(range(1, part.parts + 1)):
        return ()
    db.execute(parts.delete().where(of_list))
    return here


def is_overtaken(db: Connection, carrier: str, as_of: datetime) -> bool:
    """Whether a newer list of the carrier was compared already."""
    last = db.execute(sa.select(compared.c.as_of).where(compared.c.carrier == carrier)).scalar()
    return last is not None and last >= as_of


def cases_of(db: Connection, carrier: str, listed: Iterable[str]) -> Mapping[str, Case]:
    """The carrier's cases, and those that it lists."""
    wanted = sa.select(cases.c.record).where((cases.c.carrier == carrier) | cases.c.case_id.in_(list(listed)))
    found = (in_short(record) for record in db.execute(wanted).scalars())
    return {case.case_id: case for case in found}


def keep(
    db: Connection, carrier: str, list_id: str, as_of: datetime, found: Iterable[DifferenceFound], now: datetime
) -> None:
    """What this list showed takes the place of what the one before did."""
    db.execute(compared.delete().where(compared.c.carrier == carrier))
    db.execute(compared.insert().values(carrier=carrier, list_id=list_id, as_of=as_of, compared_at=now))
    db.execute(differences.delete().where(differences.c.carrier == carrier))
    rows = [
        {
            "difference_id": each.difference_id,
            "carrier": carrier,
            "case_id": each.case_id,
            "body": each.model_dump(mode="json"),
        }
        for each in found
    ]
    if rows:
        db.execute(differences.insert(), rows)


def standing(db: Connection, case_id: str | None = None) -> tuple[DifferenceFound, ...]:
    """The differences that stand, of one case or of all."""
    query = sa.select(differences.c.body).order_by(differences.c.carrier, differences.c.case_id)
    if case_id is not None:
        query = query.where(differences.c.case_id == case_id)
    return tuple(DifferenceFound.model_validate(body) for body in db.execute(query).scalars())
