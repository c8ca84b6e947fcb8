"""The tables of requirements: all that is known of each case, and which results there are on a life."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.codes import RequirementKind
from services.chassis import timers
from services.chassis.private.vault import read_record, vault_of
from services.requirements.state import CaseRequirements, HeldResult

metadata = sa.MetaData()

case_requirements = sa.Table(
    "case_requirements",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("state", sa.JSON, nullable=False),
)

life_results = sa.Table(
    "life_results",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("life", sa.Text, nullable=False, index=True),
    sa.Column("carrier", sa.Text, nullable=False),
    sa.Column("made_on", sa.Date),
)
"""Results of each case and, without ``made_on``, orders under way: other cases on the same life need no second exam."""


# Built once: they run with every event, and building them costs more than running them.
_OF = sa.select(case_requirements.c.state).where(case_requirements.c.case_id == sa.bindparam("whose"))
_INSERT = case_requirements.insert()
_UPDATE = (
    case_requirements.update()
    .where(case_requirements.c.case_id == sa.bindparam("whose"))
    .values(state=sa.bindparam("state"))
)
_LEND = life_results.insert()
_TAKE_BACK = life_results.delete().where(life_results.c.case_id == sa.bindparam("whose"))
_ON_LIVES = sa.select(life_results).where(
    life_results.c.life.in_(sa.bindparam("lives", expanding=True)), life_results.c.case_id != sa.bindparam("but_for")
)


def load(db: Connection, case_id: str) -> CaseRequirements:
    """What is known of a case; of a new one nothing."""
    state = db.execute(_OF, {"whose": case_id}).scalar()
    return read_record(db, case_id, CaseRequirements, state) if state else CaseRequirements(case_id=case_id)


def every_case(db: Connection) -> Iterable[CaseRequirements]:
    """All cases, one after the other."""
    for row in db.execute(sa.select(case_requirements).order_by(case_requirements.c.case_id)):
        yield read_record(db, row.case_id, CaseRequirements, row.state)


def save(db: Connection, state: CaseRequirements, before: CaseRequirements, due: Mapping[str, datetime]) -> None:
    """Write a case as it stands now, with the results it can lend to others and the timers that are ``due``."""
    values = {"state": vault_of(db).seal(state.case_id, state, exclude_none=True, exclude_defaults=True)}
    if db.execute(_UPDATE, {"whose": state.case_id, **values}).rowcount == 0:
        db.execute(_INSERT, {"case_id": state.case_id, **values})
    lent = _lent(state)
    if lent != _lent(before):
        db.execute(_TAKE_BACK, {"whose": state.case_id})
        if lent:
            db.execute(_LEND, [{**row, "life": vault_of(db).blind(row["life"])} for row in lent])
    timers.keep_timers(db, state.case_id, due)


def let_go(db: Connection, case_id: str) -> None:
    """The case is forgotten: it lends no results. What was required stays, and cannot be read any more."""
    db.execute(_TAKE_BACK, {"whose": case_id})


def results_on(db: Connection, lives: Collection[str], but_for: str) -> tuple[HeldResult, ...]:
    """Results and open orders of other cases on these lives, results first, the newest first."""
    if not lives:
        return ()
    rows = db.execute(_ON_LIVES, {"lives": [vault_of(db).blind(life) for life in lives], "but_for": but_for})
    found = [HeldResult(row.case_id, row.carrier, RequirementKind(row.kind), row.made_on) for row in rows]
    done = sorted((each for each in found if each.made_on), key=lambda each: (str(each.made_on), each.case_id))
    return (*reversed(done), *sorted((each for each in found if not each.made_on), key=lambda each: each.case_id))


def _lent(state: CaseRequirements) -> list[dict[str, Any]]:
    """The rows of what other cases on the same life may use."""
    if state.sheet is None or state.sheet.life is None:
        return []
    lent = [held for held in state.tracked if not held.requirement.about and (held.made_on() or held.is_open_order)]
    return [
        {
            "case_id": state.case_id,
            "kind": held.requirement.kind.value,
            "life": state.sheet.life,
            "carrier": state.sheet.carrier,
            "made_on": held.made_on(),
        }
        for held in lent
    ]
