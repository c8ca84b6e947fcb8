"""The tables of cases: each case as it stands, its facts, its history, and what was submitted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from schemas.carrier_events import CarrierDecided
from schemas.codes import CarrierDecisionKind, CaseState, Owing
from schemas.envelope import CloudEvent
from schemas.events import ApplicationRead, CaseChanged
from schemas.private import without_private
from schemas.retention import Retention
from services.cases.case import Case, Outcome
from services.cases.facts import KINDS, Fact, VersionRead
from services.cases.owing import waits_for
from services.cases.retention import clock_of
from services.chassis.private.sealing import Json
from services.chassis.private.vault import read_record, vault_of
from services.chassis.tables import Utc, forgotten

metadata = sa.MetaData()

_COUNTER = sa.BigInteger().with_variant(sa.Integer, "sqlite")

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, index=True),
    sa.Column("updated_at", Utc, nullable=False, index=True),
    sa.Column("record", sa.JSON, nullable=False),
    sa.Column("carrier", sa.Text, index=True),
    sa.Column("agent_code", sa.Text, index=True),
    sa.Column("owner", sa.Text, index=True),
    sa.Column("lapses_at", Utc, index=True),
    sa.Column("forget_at", Utc, index=True),
    sa.Column("pictures_at", Utc, index=True),
)
"""Without a state: something was said of a case whose application is still on its way."""

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), primary_key=True),
    sa.Column("fact_id", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("speaker", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("recorded_at", Utc, nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
)
"""All that ever happened to a case: its state is a function of these rows, whatever order they came in."""

applications = sa.Table(
    "applications",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
)
"""Whole applications, until the carrier has them: then we need their SSN and health answers no more."""

history = sa.Table(
    "history",
    metadata,
    sa.Column("seq", _COUNTER, primary_key=True, autoincrement=True),
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


passed_on = sa.Table(
    "passed_on",
    metadata,
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("submission_id", sa.Text, nullable=False),
    sa.Column("carrier", sa.Text, nullable=False),
    sa.Column("passed_on_at", Utc, nullable=False),
)
"""Versions whose documents went to the carrier after the submission, without being one."""


holds = sa.Table(
    "holds",
    metadata,
    sa.Column("case_id", sa.Text, sa.ForeignKey("cases.case_id"), primary_key=True),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("since", Utc, nullable=False),
)
"""Cases that are not forgotten, whatever the clock says or a person asks."""


@dataclass(frozen=True)
class Hold:
    """Why a case is not forgotten."""

    actor: str
    reason: str
    since: datetime


@dataclass(frozen=True)
class CaseSummary:
    """A line of the list of cases; the insured is masked."""

    case_id: str
    state: CaseState
    since: datetime
    """When it came to this state."""
    owner: Owing | None
    """Who we wait for; ``None`` for a case that is over."""
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

    def as_json(self) -> dict[str, object]:
        """For machines: instants in ISO 8601."""
        return {
            "case_id": self.case_id,
            "state": self.state,
            "since": self.since.isoformat(),
            "waits_for": self.owner,
            "revision": self.revision,
            "carrier": self.carrier,
            "carrier_name": self.carrier_name,
            "product_name": self.product_name,
            "carrier_status": self.carrier_status,
            "carrier_reference": self.carrier_reference,
            "agent_code": self.agent_code,
            "insured_masked": self.insured_masked,
            "outstanding": self.outstanding,
            "uploaded_at": self.uploaded_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }


@dataclass(frozen=True)
class Entry:
    """One entry of a case's history."""

    kind: str
    """``change``, or why it changed nothing (:class:`services.cases.case.RemarkKind`)."""
    text: str
    occurred_at: datetime
    recorded_at: datetime
    cause_source: str
    cause_id: str
    change: CaseChanged | None
    carrier_word: CarrierDecided | None
    """What the carrier said, for an entry that a carrier's word led to."""

    def as_json(self) -> dict[str, object]:
        """For machines: instants in ISO 8601."""
        change = self.change
        return {
            "kind": self.kind,
            "text": self.text,
            "revision": change.revision if change else None,
            "from_state": change.from_state if change else None,
            "to_state": change.to_state if change else None,
            "corrects": change.corrects if change else None,
            "carrier_says": self.carrier_word.decision if self.carrier_word else None,
            "occurred_at": self.occurred_at.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "cause": f"{self.cause_source}|{self.cause_id}",
        }


# Built once: they run with every event, and building them costs more than running them.
_OF = sa.select(cases.c.record).where(cases.c.case_id == sa.bindparam("whose"))
_KNOWN = sa.select(facts.c.fact_id).where(
    facts.c.case_id == sa.bindparam("whose"), facts.c.fact_id == sa.bindparam("which")
)
_SENT = sa.select(submissions.c.version, submissions.c.submitted_at).where(
    submissions.c.case_id == sa.bindparam("whose")
)
_KEEP_FACT = facts.insert()
_CHANGE = (
    cases.update()
    .where(cases.c.case_id == sa.bindparam("whose"))
    .values({column.name: sa.bindparam(column.name) for column in cases.columns if column.name != "case_id"})
)
_OPEN_CASE = cases.insert()


def find(db: Connection, case_id: str) -> Case | None:
    record = db.execute(_OF, {"whose": case_id}).scalar()
    return None if record is None else read_record(db, case_id, Case, record)


def facts_of(db: Connection, case_id: str) -> tuple[Fact, ...]:
    """All facts of a case, in their order."""
    rows = db.execute(sa.select(facts).where(facts.c.case_id == case_id))
    found = (Fact(row.fact_id, read_record(db, case_id, KINDS[row.kind], row.body), row.speaker) for row in rows)
    return tuple(sorted(found, key=lambda fact: fact.place))


def is_known(db: Connection, case_id: str, fact_id: str) -> bool:
    return db.execute(_KNOWN, {"whose": case_id, "which": fact_id}).first() is not None


def submitted_versions(db: Connection, case_id: str) -> Mapping[int, datetime]:
    """What went to the carrier, and when."""
    return {row.version: row.submitted_at for row in db.execute(_SENT, {"whose": case_id})}


def keep_application(db: Connection, read: ApplicationRead) -> None:
    db.execute(
        applications.delete().where(applications.c.case_id == read.case_id, applications.c.version == read.version)
    )
    db.execute(
        applications.insert().values(
            case_id=read.case_id,
            version=read.version,
            body=vault_of(db).seal(read.case_id, read, exclude_none=True),
        )
    )


def application(db: Connection, case_id: str, version: int) -> ApplicationRead | None:
    """A version that has not gone to the carrier yet, whole."""
    asked = sa.select(applications.c.body).where(applications.c.case_id == case_id, applications.c.version == version)
    body = db.execute(asked).scalar()
    return None if body is None else read_record(db, case_id, ApplicationRead, body)


def record_submission(db: Connection, submission_id: str, case: Case, version: int, at: datetime) -> None:
    """The carrier has this version: it and those before it are kept no longer."""
    db.execute(
        submissions.insert().values(
            submission_id=submission_id, case_id=case.case_id, version=version, carrier=case.carrier, submitted_at=at
        )
    )
    db.execute(applications.delete().where(applications.c.case_id == case.case_id, applications.c.version <= version))


def last_with_carrier(db: Connection, case_id: str) -> int:
    """The version up to which the carrier has every document."""
    sent = (
        sa.select(sa.func.max(table.c.version)).where(table.c.case_id == case_id) for table in (submissions, passed_on)
    )
    return max(db.execute(query).scalar() or 0 for query in sent)


def record_passed_on(db: Connection, submission_id: str, case: Case, version: int, at: datetime) -> None:
    values = {"submission_id": submission_id, "carrier": case.carrier, "passed_on_at": at}
    db.execute(passed_on.insert().values(case_id=case.case_id, version=version, **values))


def versions(db: Connection, case_id: str) -> tuple[VersionRead, ...]:
    """Every version of a case's application that was read, the first one first."""
    query = sa.select(facts.c.body).where(facts.c.case_id == case_id, facts.c.kind == "version_read")
    found = (VersionRead.model_validate(body) for body in db.execute(query).scalars())
    return tuple(sorted(found, key=lambda read: read.version))


def save(
    db: Connection,
    outcome: Outcome,
    fact: Fact,
    cause: CloudEvent[Any] | None,
    now: datetime,
    policy: Retention | None = None,
) -> None:
    """Write the fact, the case as it stands with it, and what happened into its history.

    Without a cause it is a day that went by.
    """
    case = outcome.case
    _save_case(db, case, now, policy)
    db.execute(
        _KEEP_FACT,
        {
            "case_id": case.case_id,
            "fact_id": fact.id,
            "kind": fact.kind,
            "speaker": fact.speaker,
            "at": fact.at,
            "recorded_at": now,
            "body": vault_of(db).seal(case.case_id, fact.matter, exclude_none=True),
        },
    )
    word = fact.matter.model_dump(mode="json") if isinstance(fact.matter, CarrierDecided) else None
    common = {
        "case_id": case.case_id,
        "recorded_at": now,
        "cause_source": cause.source if cause else "/goodorder/cases",
        "cause_id": cause.id if cause else fact.id,
        "carrier_word": word,
    }
    rows = [common | row for row in _entries(outcome)]
    if rows:
        db.execute(history.insert(), rows)


def _entries(outcome: Outcome) -> Iterable[dict[str, Any]]:
    for change in outcome.changes:
        yield {
            "revision": change.revision,
            "kind": "change",
            "text": change.reason,
            "occurred_at": change.occurred_at,
            "change": change.model_dump(mode="json"),
        }
    for remark in outcome.remarks:
        yield {
            "revision": None,
            "kind": remark.kind.value,
            "text": remark.text,
            "occurred_at": remark.occurred_at,
            "change": None,
        }


def _save_case(db: Connection, case: Case, now: datetime, policy: Retention | None) -> None:
    clock = clock_of(case.state, case.since, policy)
    values = {
        "state": case.state,
        "updated_at": now,
        "record": vault_of(db).seal(case.case_id, case, exclude_none=True, exclude_defaults=True),
        "carrier": case.carrier or None,
        "agent_code": case.agent_code,
        "owner": waits_for(case),
        "lapses_at": case.lapses_at,
        "forget_at": clock.case_at,
        "pictures_at": clock.pictures_at,
    }
    if db.execute(_CHANGE, {"whose": case.case_id, **values}).rowcount == 0:
        db.execute(_OPEN_CASE, {"case_id": case.case_id, **values})


def lapsed(db: Connection, now: datetime) -> tuple[Case, ...]:
    """Cases whose offer was to be answered by now."""
    due = sa.select(cases.c.record).where(cases.c.lapses_at <= now).order_by(cases.c.lapses_at).limit(100)
    return tuple(in_short(record) for record in db.execute(due).scalars())


def set_clocks(db: Connection, policy: Retention | None, after: str, at_once: int = 500) -> str | None:
    """Set the clocks of the next cases by id; returns the last one's, or ``None`` when there are no more. A clock
    that was stopped because intake was asked stays so for cases that are forgotten."""
    query = sa.select(cases).where(cases.c.case_id > after, cases.c.case_id.not_in(sa.select(forgotten.c.subject)))
    rows = db.execute(query.order_by(cases.c.case_id).limit(at_once)).all()
    for row in rows:
        clock = clock_of(CaseState(row.state) if row.state else None, in_short(row.record).since, policy)
        if row.forget_at != clock.case_at:
            values = {"forget_at": clock.case_at, "pictures_at": clock.pictures_at}
            db.execute(cases.update().where(cases.c.case_id == row.case_id).values(**values))
    return rows[-1].case_id if rows else None


def due(db: Connection, now: datetime, limit: int | None = None) -> tuple[str, ...]:
    """Cases that are to be forgotten now, or their pictures, and are not on hold."""
    is_due = (cases.c.forget_at <= now) | (cases.c.pictures_at <= now)
    query = sa.select(cases.c.case_id).where(is_due, cases.c.case_id.not_in(sa.select(holds.c.case_id)))
    return tuple(db.execute(query.order_by(cases.c.forget_at, cases.c.case_id).limit(limit)).scalars())


def stop_clock(db: Connection, case_id: str, pictures_only: bool) -> None:
    values = {"pictures_at": None} if pictures_only else {"pictures_at": None, "forget_at": None}
    db.execute(cases.update().where(cases.c.case_id == case_id).values(**values))


def hold_on(db: Connection, case_id: str) -> Hold | None:
    row = db.execute(sa.select(holds).where(holds.c.case_id == case_id)).one_or_none()
    return None if row is None else Hold(row.actor, row.reason, row.since)


def set_hold(db: Connection, case_id: str, hold: Hold | None) -> None:
    """Hold a case, or hold it no longer."""
    db.execute(holds.delete().where(holds.c.case_id == case_id))
    if hold:
        db.execute(holds.insert().values(case_id=case_id, **vars(hold)))


def let_go(db: Connection, case_id: str) -> None:
    """The case is forgotten: nothing is to happen to it by itself, and its applications go."""
    db.execute(applications.delete().where(applications.c.case_id == case_id))
    none = {"lapses_at": None, "forget_at": None, "pictures_at": None}
    db.execute(cases.update().where(cases.c.case_id == case_id).values(**none))


def is_on_file(db: Connection, case_id: str) -> bool:
    return db.execute(sa.select(cases.c.case_id).where(cases.c.case_id == case_id)).first() is not None


def list_cases(
    db: Connection,
    *,
    state: str | None = None,
    owner: str | None = None,
    agent: str | None = None,
    carrier: str | None = None,
    q: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> tuple[CaseSummary, ...]:
    """Cases, the one that changed last first. ``q`` is how an id or a masked name begins, or a carrier's number."""
    query = sa.select(cases).where(cases.c.state.is_not(None)).order_by(cases.c.updated_at.desc(), cases.c.case_id)
    wanted = {"state": state, "owner": owner, "agent_code": agent, "carrier": carrier}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(cases.c[column] == value)
    if q:
        name, number = (cases.c.record[field].as_string() for field in ("insured_masked", "carrier_reference"))
        begins = sa.func.lower(name).startswith(q.lower(), autoescape=True)
        query = query.where(cases.c.case_id.startswith(q.upper(), autoescape=True) | begins | (number == q))
    return tuple(_summary(row) for row in db.execute(query.limit(limit).offset(offset)))


def summary(db: Connection, case_id: str) -> CaseSummary | None:
    row = db.execute(sa.select(cases).where(cases.c.case_id == case_id, cases.c.state.is_not(None))).first()
    return None if row is None else _summary(row)


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


def in_short(record: Json) -> Case:
    """A case without its private values: a list of cases needs none, and no key of each."""
    return Case.model_validate(without_private(Case, record))


def _summary(row: Row[Any]) -> CaseSummary:
    case = in_short(row.record)
    return CaseSummary(
        case_id=case.case_id,
        state=CaseState(row.state),
        since=case.since or row.updated_at,
        owner=Owing(row.owner) if row.owner else None,
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
        outstanding=case.outstanding,
    )
