"""Validation's tables: the verdicts, the applications still at the desk, and its own copy of the producer directory."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.events import ApplicationRead, ProducerChanged, VerdictReached
from schemas.licensing import ProducerRecord
from services.chassis.tables import Utc
from services.validation.can_sell import Standing, plain_code, plain_npn

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

open_applications = sa.Table(
    "open_applications",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("agent_code", sa.Text, index=True),
    sa.Column("npn", sa.Text, index=True),
    sa.Column("dropped_by", sa.Text, index=True),
    sa.Column("read", sa.JSON, nullable=False),
)
"""The newest version of each application that is still at the desk, to judge it again when its agent's record
changes; forgotten once the carrier has it or the case has ended, as then we need its SSN and answers no more."""

producers = sa.Table(
    "producers",
    metadata,
    sa.Column("agent_code", sa.Text, primary_key=True),
    sa.Column("npn", sa.Text, nullable=False, index=True),
    sa.Column("changed_at", Utc, nullable=False),
    sa.Column("record", sa.JSON, nullable=False),
)
"""Codes and numbers here are as :mod:`services.validation.can_sell` compares them."""


@dataclass(frozen=True)
class _Named:
    """How an application or a producer is found."""

    code: str | None
    npn: str | None
    dropped_by: str | None = None


def save(db: Connection, reached: VerdictReached) -> None:
    """Keep a verdict; the same version judged again replaces the former verdict."""
    db.execute(verdicts.delete().where(_on(reached.case_id, reached.version)))
    db.execute(
        verdicts.insert().values(
            case_id=reached.case_id,
            version=reached.version,
            verdict=reached.verdict,
            findings=[finding.model_dump(mode="json", exclude_none=True) for finding in reached.findings],
            decided_at=reached.decided_at,
        )
    )


def verdict_on(db: Connection, case_id: str, version: int) -> VerdictReached | None:
    """The last verdict on a version."""
    row = db.execute(sa.select(verdicts).where(_on(case_id, version))).mappings().first()
    return None if row is None else VerdictReached.model_validate(dict(row))


def _on(case_id: str, version: int) -> sa.ColumnElement[bool]:
    return (verdicts.c.case_id == case_id) & (verdicts.c.version == version)


def keep(db: Connection, read: ApplicationRead) -> None:
    """Keep an application while it is at the desk, unless a newer version is kept already."""
    newer = (open_applications.c.case_id == read.case_id) & (open_applications.c.version > read.version)
    if db.execute(sa.select(open_applications.c.version).where(newer)).first():
        return
    named = _named(read)
    db.execute(open_applications.delete().where(open_applications.c.case_id == read.case_id))
    db.execute(
        open_applications.insert().values(
            case_id=read.case_id,
            version=read.version,
            agent_code=named.code,
            npn=named.npn,
            dropped_by=named.dropped_by,
            read=read.model_dump(mode="json", exclude_none=True),
        )
    )


def forget(db: Connection, case_id: str, version: int) -> None:
    """Let go of an application up to this version."""
    db.execute(
        open_applications.delete().where(
            (open_applications.c.case_id == case_id) & (open_applications.c.version <= version)
        )
    )


def take_over(db: Connection, changed: ProducerChanged) -> tuple[ApplicationRead, ...]:
    """Write a producer's record into the copy; returns the kept applications that it may speak of, by case.

    A record older than the one in the copy is passed over, and speaks of none.
    """
    record = changed.record
    code, npn = plain_code(record.agent_code), plain_npn(record.npn)
    held = db.execute(sa.select(producers).where(producers.c.agent_code == code)).first()
    if held and held.changed_at > changed.changed_at:
        return ()
    db.execute(producers.delete().where(producers.c.agent_code == code))
    values = {"agent_code": code, "npn": npn, "changed_at": changed.changed_at}
    db.execute(producers.insert().values(**values, record=record.model_dump(mode="json", exclude_none=True)))
    kept = open_applications.c
    # Its former NPN too: what was known by that is not known any more.
    numbers = {npn, held.npn} if held else {npn}
    query = sa.select(kept.read).where((kept.agent_code == code) | (kept.dropped_by == code) | kept.npn.in_(numbers))
    return tuple(ApplicationRead.model_validate(read) for read in db.execute(query.order_by(kept.case_id)).scalars())


def standing(db: Connection, read: ApplicationRead) -> Standing:
    """What the copy of the directory holds on the agents that an application names."""
    named = _named(read)
    codes = [code for code in (named.code, named.dropped_by) if code]
    query = sa.select(producers.c.record).where(producers.c.agent_code.in_(codes) | (producers.c.npn == named.npn))
    found = db.execute(query.order_by(producers.c.agent_code)).scalars().all()
    is_loaded = bool(found) or db.execute(sa.select(producers.c.agent_code).limit(1)).first() is not None
    return Standing(is_loaded, tuple(ProducerRecord.model_validate(record) for record in found), read.agent_code)


def _named(read: ApplicationRead) -> _Named:
    report = read.application.agent_report
    return _Named(
        code=plain_code(report.agent_code) if report.agent_code else None,
        npn=plain_npn(report.npn) if report.npn else None,
        dropped_by=plain_code(read.agent_code) if read.agent_code else None,
    )
