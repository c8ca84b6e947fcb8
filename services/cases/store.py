"""The tables of cases: each case as it stands, its history, and what was submitted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from schemas.codes import CarrierDecisionKind, CaseState
from schemas.envelope import CloudEvent
from schemas.events import CarrierDecided, CaseChanged
from services.cases.case import Case, Outcome
from services.chassis.tables import Utc

metadata = sa.MetaData()

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, index=True),
    sa.Column("updated_at", Utc, nullable=False, index=True),
    sa.Column("record", sa.JSON, nullable=False),
)
"""Without a state: something was said of a case whose application is still on its way."""

history = sa.Table(
    "history",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), nullable=False, index=True),
    sa.Column("revision", sa.Integer),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("occurred_at", Utc, nullable=False),
    sa.Column("recorded_at", Utc, nullable=False),
    sa.Column("cause_source", sa.Text, nullable=False),
    sa.Column("cause_id", sa.Text, nullable=False),
    sa.Column("change", sa.JSON(none_as_null=True)),
    sa.Column("carrier_word", sa.JSON(none_as_null=True)),
    sa.UniqueConstraint("case_id", "revision"),
    sqlite_autoincrement=True,
)
"""Every change of state (kind ``change``), and what came and changed none; only ever added to."""

submissions = sa.Table(
    "submissions",
    metadata,
    sa.Column("submission_id", sa.Text, primary_key=True),
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("carrier", sa.Text, nullable=False),
    sa.Column("submitted_at", Utc, nullable=False),
    sa.UniqueConstraint("case_id", "version"),
)


@dataclass(frozen=True)
class CaseSummary:
    """A line of the list of cases; the insured is masked."""

    case_id: str
    state: CaseState
    revision: int
    carrier: str
    carrier_name: str
    product_name: str | None
    carrier_status: CarrierDecisionKind | None
    carrier_reference: str | None
    agent_code: str | None
    insured_masked: str
    uploaded_at: datetime
    updated_at: datetime
    outstanding: int | None
    """Requirements outstanding; ``None`` while they are not known."""


@dataclass(frozen=True)
class Entry:
    """One entry of a case's history."""

    kind: str
    """``change``, or why it changed nothing: ``late``, ``repeated``, ``not_needed``."""
    text: str
    occurred_at: datetime
    recorded_at: datetime
    cause_source: str
    cause_id: str
    change: CaseChanged | None
    carrier_word: CarrierDecided | None
    """What the carrier said, for an entry that a carrier's word led to."""


def find(db: Connection, case_id: str) -> Case | None:
    record = db.execute(sa.select(cases.c.record).where(cases.c.case_id == case_id)).scalar()
    return None if record is None else Case.model_validate(record)


def save(db: Connection, outcome: Outcome, cause: CloudEvent[Any], now: datetime) -> None:
    """Write the case as it stands now and add what happened to its history."""
    _save_case(db, outcome.case, now)
    word = cause.data.model_dump(mode="json") if isinstance(cause.data, CarrierDecided) else None
    entry = {
        "case_id": outcome.case.case_id,
        "recorded_at": now,
        "cause_source": cause.source,
        "cause_id": cause.id,
        "carrier_word": word,
    }
    rows: list[dict[str, Any]] = [
        entry
        | {
            "revision": change.revision,
            "kind": "change",
            "text": change.reason,
            "occurred_at": change.occurred_at,
            "change": change.model_dump(mode="json"),
        }
        for change in outcome.changes
    ]
    rows += [
        entry
        | {
            "revision": None,
            "kind": remark.kind.value,
            "text": remark.text,
            "occurred_at": remark.occurred_at,
            "change": None,
        }
        for remark in outcome.remarks
    ]
    if rows:
        db.execute(history.insert(), rows)
    for submission in outcome.submissions:
        db.execute(
            submissions.insert().values(
                submission_id=submission.submission_id,
                case_id=submission.case_id,
                version=submission.version,
                carrier=submission.carrier,
                submitted_at=submission.submitted_at,
            )
        )


def _save_case(db: Connection, case: Case, now: datetime) -> None:
    values = {"state": case.state, "updated_at": now, "record": case.model_dump(mode="json")}
    changed = db.execute(cases.update().where(cases.c.case_id == case.case_id).values(**values))
    if changed.rowcount == 0:
        db.execute(cases.insert().values(case_id=case.case_id, **values))


def list_cases(db: Connection) -> tuple[CaseSummary, ...]:
    """All cases, the one that changed last first."""
    query = sa.select(cases).where(cases.c.state.is_not(None)).order_by(cases.c.updated_at.desc(), cases.c.case_id)
    return tuple(_summary(row) for row in db.execute(query))


def timeline(db: Connection, case_id: str) -> tuple[Entry, ...]:
    """A case's history in the order in which it was written; empty for an unknown case."""
    rows = db.execute(sa.select(history).where(history.c.case_id == case_id).order_by(history.c.seq))
    return tuple(
        Entry(
            kind=row.kind,
            text=row.text,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            cause_source=row.cause_source,
            cause_id=row.cause_id,
            change=CaseChanged.model_validate(row.change) if row.change else None,
            carrier_word=CarrierDecided.model_validate(row.carrier_word) if row.carrier_word else None,
        )
        for row in rows
    )


def _summary(row: Row[Any]) -> CaseSummary:
    case = Case.model_validate(row.record)
    return CaseSummary(
        case_id=case.case_id,
        state=CaseState(row.state),
        revision=case.revision,
        carrier=case.carrier,
        carrier_name=case.carrier_name,
        product_name=case.product_name,
        carrier_status=case.word.decision if case.word else None,
        carrier_reference=case.carrier_reference,
        agent_code=case.agent_code,
        insured_masked=case.insured_masked,
        uploaded_at=case.uploaded_at or row.updated_at,
        updated_at=row.updated_at,
        outstanding=case.requirements.outstanding if case.requirements else None,
    )
