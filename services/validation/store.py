"""Validation's tables: applications, verdicts, findings set aside, and its own copy of the producer directory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from schemas.application import Application
from schemas.codes import OverrideKind
from schemas.events import ProducerChanged
from schemas.finding_events import VerdictReached
from schemas.licensing import ProducerRecord
from services.chassis.private.vault import vault_of
from services.chassis.tables import Utc
from services.validation.can_sell import Standing, plain_code, plain_npn
from services.validation.judging import Judged
from services.validation.lives import life_of
from services.validation.overrides import Override
from services.validation.rule_input import OtherCase

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

applications = sa.Table(
    "applications",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("at_desk", sa.Boolean, nullable=False),
    sa.Column("carrier", sa.Text, nullable=False),
    sa.Column("product", sa.Text),
    sa.Column("agent_code", sa.Text, index=True),
    sa.Column("npn", sa.Text, index=True),
    sa.Column("dropped_by", sa.Text, index=True),
    sa.Column("life", sa.Text, index=True),
    sa.Column("received_on", sa.Date, nullable=False),
    sa.Column("other_cases", sa.JSON, nullable=False),
    sa.Column("standing", sa.JSON, nullable=False),
    sa.Column("application", sa.JSON),
)
"""The newest version of each case that was judged, so that it can be judged again: while it is at the desk also
because its agent's record changed. Private values in ``application`` are sealed, and it is emptied after its time.
Codes and numbers are as :mod:`services.validation.can_sell` compares them."""

overrides = sa.Table(
    "overrides",
    metadata,
    sa.Column("case_id", sa.Text, primary_key=True),
    sa.Column("rule", sa.Text, primary_key=True),
    sa.Column("at", sa.Text, primary_key=True),
    sa.Column("evidence", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("overridden_at", Utc, nullable=False),
)

producers = sa.Table(
    "producers",
    metadata,
    sa.Column("agent_code", sa.Text, primary_key=True),
    sa.Column("npn", sa.Text, nullable=False, index=True),
    sa.Column("changed_at", Utc, nullable=False),
    sa.Column("record", sa.JSON, nullable=False),
)
"""Codes and numbers here, too, are as they are compared."""


@dataclass(frozen=True)
class _Named:
    """The agents that an application names."""

    code: str | None
    npn: str | None
    dropped_by: str | None


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


def keep(db: Connection, judged: Judged) -> None:
    """Keep an application that is at the desk, in place of an older version of it."""
    newer = sa.select(applications.c.version).where(
        (applications.c.case_id == judged.case_id) & (applications.c.version > judged.version)
    )
    if db.execute(newer).first():
        return
    db.execute(applications.delete().where(applications.c.case_id == judged.case_id))
    named = _named(judged.application, judged.standing.dropped_by)
    db.execute(
        applications.insert().values(
            case_id=judged.case_id,
            version=judged.version,
            at_desk=True,
            carrier=judged.application.carrier,
            product=judged.application.coverage.product,
            agent_code=named.code,
            npn=named.npn,
            dropped_by=named.dropped_by,
            life=_blind(db, judged.application),
            received_on=judged.received_on,
            other_cases=[{**vars(other), "received_on": other.received_on.isoformat()} for other in judged.other_cases],
            standing=_standing_as_json(judged.standing),
            application=vault_of(db).seal(judged.case_id, judged.application),
        )
    )


def leave_desk(db: Connection, case_id: str, version: int) -> None:
    """Up to this version the application is out of our hands: its agent's record matters to it no more."""
    gone = (applications.c.case_id == case_id) & (applications.c.version <= version)
    db.execute(applications.update().where(gone).values(at_desk=False))


def forget_applications(db: Connection, judged_before: datetime) -> int:
    """Empty the applications with no verdict since; returns how many. By its digest a life is still found."""
    later = sa.select(verdicts.c.case_id).where(verdicts.c.decided_at >= judged_before)
    old = applications.c.application.is_not(None) & applications.c.case_id.not_in(later)
    return db.execute(applications.update().where(old).values(application=sa.null())).rowcount


def let_go(db: Connection, case_id: str) -> None:
    """The case is forgotten: what was judged cannot be read any more, and its life is not found by it."""
    db.execute(applications.delete().where(applications.c.case_id == case_id))
    db.execute(overrides.delete().where(overrides.c.case_id == case_id))


def find(db: Connection, case_id: str) -> Judged | None:
    """The newest version of a case that was judged; ``None`` too when it has been forgotten."""
    held = (applications.c.case_id == case_id) & applications.c.application.is_not(None)
    row = db.execute(sa.select(applications).where(held)).first()
    return _judged(db, row) if row else None


def other_cases(db: Connection, case_id: str, application: Application) -> tuple[OtherCase, ...]:
    """The other cases on the same life, the oldest first."""
    life = _blind(db, application)
    if life is None:
        return ()
    rows = db.execute(
        sa.select(applications)
        .where((applications.c.life == life) & (applications.c.case_id != case_id))
        .order_by(applications.c.received_on, applications.c.case_id)
    )
    return tuple(OtherCase(row.case_id, row.carrier, row.product, row.received_on) for row in rows)


def judged_since(
    db: Connection, carrier: str, since: date
) -> tuple[tuple[Judged, VerdictReached, tuple[Override, ...]], ...]:
    """A carrier's cases received on or after a day and not forgotten, each with its last verdict and what people set
    aside."""
    rows = db.execute(
        sa.select(applications, verdicts.c.verdict, verdicts.c.findings, verdicts.c.decided_at)
        .join(
            verdicts,
            (verdicts.c.case_id == applications.c.case_id) & (verdicts.c.version == applications.c.version),
        )
        .where((applications.c.carrier == carrier) & (applications.c.received_on >= since))
        .where(applications.c.application.is_not(None))
        .order_by(applications.c.received_on, applications.c.case_id)
    ).all()
    found = zip(_all_judged(db, rows), rows, strict=True)
    return tuple((judged, _verdict(row), overrides_of(db, row.case_id)) for judged, row in found)


def last_verdict(db: Connection, case_id: str) -> VerdictReached | None:
    """The verdict on the newest version of a case that was judged."""
    query = sa.select(verdicts).where(verdicts.c.case_id == case_id).order_by(verdicts.c.version.desc()).limit(1)
    row = db.execute(query).first()
    return _verdict(row) if row else None


def override(db: Connection, case_id: str, made: Override) -> None:
    """Keep what a person set aside; the same finding set aside again keeps the last word."""
    same = (
        (overrides.c.case_id == case_id)
        & (overrides.c.rule == made.rule)
        & (overrides.c.at == made.at)
        & (overrides.c.evidence == made.evidence)
    )
    db.execute(overrides.delete().where(same))
    db.execute(overrides.insert().values(case_id=case_id, **vars(made)))


def overrides_of(db: Connection, case_id: str) -> tuple[Override, ...]:
    rows = db.execute(sa.select(overrides).where(overrides.c.case_id == case_id))
    return tuple(
        Override(row.rule, row.at, row.evidence, OverrideKind(row.kind), row.reason, row.actor, row.overridden_at)
        for row in rows
    )


def take_over(db: Connection, changed: ProducerChanged) -> tuple[Judged, ...]:
    """Write a producer's record into the copy; returns the applications at the desk that it may speak of, by case,
    with the agents' standing as it is now.

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
    kept = applications.c
    # Its former NPN too: what was known by that is not known any more.
    numbers = {npn, held.npn} if held else {npn}
    named = (kept.agent_code == code) | (kept.dropped_by == code) | kept.npn.in_(numbers)
    open_ones = kept.at_desk & kept.application.is_not(None)
    rows = db.execute(sa.select(applications).where(open_ones & named).order_by(kept.case_id)).all()
    return tuple(_at_present(db, judged) for judged in _all_judged(db, rows))


def _at_present(db: Connection, judged: Judged) -> Judged:
    return judged.with_standing(standing(db, judged.application, judged.standing.dropped_by))


def standing(db: Connection, application: Application, dropped_by: str | None) -> Standing:
    """What the copy of the directory holds on the agents that an application, or its upload, names."""
    named = _named(application, dropped_by)
    codes = [code for code in (named.code, named.dropped_by) if code]
    query = sa.select(producers.c.record).where(producers.c.agent_code.in_(codes) | (producers.c.npn == named.npn))
    found = db.execute(query.order_by(producers.c.agent_code)).scalars().all()
    is_loaded = bool(found) or db.execute(sa.select(producers.c.agent_code).limit(1)).first() is not None
    return Standing(is_loaded, _records(found), dropped_by)


def _named(application: Application, dropped_by: str | None) -> _Named:
    report = application.agent_report
    return _Named(
        code=plain_code(report.agent_code) if report.agent_code else None,
        npn=plain_npn(report.npn) if report.npn else None,
        dropped_by=plain_code(dropped_by) if dropped_by else None,
    )


def _records(held: Iterable[object]) -> tuple[ProducerRecord, ...]:
    return tuple(ProducerRecord.model_validate(record) for record in held)


def _standing_as_json(known: Standing) -> dict[str, object]:
    records = [record.model_dump(mode="json", exclude_none=True) for record in known.producers]
    return {**vars(known), "producers": records}


def _blind(db: Connection, application: Application) -> str | None:
    """By what a life is found: nobody without this house's key can try SSNs on it."""
    life = life_of(application)
    return None if life is None else vault_of(db).blind(life)


def _all_judged(db: Connection, rows: Sequence[Row[Any]]) -> list[Judged]:
    vault_of(db).require(row.case_id for row in rows)
    return [_judged(db, row) for row in rows]


def _judged(db: Connection, row: Row[Any]) -> Judged:
    others = tuple(
        OtherCase(**{**other, "received_on": date.fromisoformat(other["received_on"])}) for other in row.other_cases
    )
    known = Standing(**{**row.standing, "producers": _records(row.standing["producers"])})
    application = vault_of(db).open(row.case_id, Application, row.application)
    return Judged(row.case_id, row.version, application, row.received_on, others, known)


def _verdict(row: Row[tuple[object, ...]]) -> VerdictReached:
    return VerdictReached(
        case_id=row.case_id,
        version=row.version,
        verdict=row.verdict,
        findings=row.findings,
        decided_at=row.decided_at,
    )
