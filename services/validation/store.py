"""Validation's tables: applications as judged, verdicts, and findings that people set aside."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from schemas.application import Application
from schemas.codes import OverrideKind
from schemas.events import VerdictReached
from services.chassis.tables import Utc
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
    sa.Column("carrier", sa.Text, nullable=False),
    sa.Column("product", sa.Text),
    sa.Column("agent_code", sa.Text),
    sa.Column("life", sa.Text, index=True),
    sa.Column("received_on", sa.Date, nullable=False),
    sa.Column("other_cases", sa.JSON, nullable=False),
    sa.Column("application", sa.JSON, nullable=False),
)
"""The newest version of each case that was judged, so that it can be judged again."""

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
    """Keep an application, in place of an older version of it."""
    newer = sa.select(applications.c.version).where(
        (applications.c.case_id == judged.case_id) & (applications.c.version > judged.version)
    )
    if db.execute(newer).first():
        return
    db.execute(applications.delete().where(applications.c.case_id == judged.case_id))
    others = [{**vars(other), "received_on": other.received_on.isoformat()} for other in judged.other_cases]
    db.execute(
        applications.insert().values(
            case_id=judged.case_id,
            version=judged.version,
            carrier=judged.application.carrier,
            product=judged.application.coverage.product,
            agent_code=judged.agent_code,
            life=life_of(judged.application),
            received_on=judged.received_on,
            other_cases=others,
            application=judged.application.model_dump(mode="json"),
        )
    )


def find(db: Connection, case_id: str) -> Judged | None:
    """The newest version of a case that was judged."""
    row = db.execute(sa.select(applications).where(applications.c.case_id == case_id)).first()
    return _judged(row) if row else None


def other_cases(db: Connection, case_id: str, application: Application) -> tuple[OtherCase, ...]:
    """The other cases on the same life, the oldest first."""
    life = life_of(application)
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
    """A carrier's cases received on or after a day, each with its last verdict and what people set aside."""
    rows = db.execute(
        sa.select(applications, verdicts.c.verdict, verdicts.c.findings, verdicts.c.decided_at)
        .join(
            verdicts,
            (verdicts.c.case_id == applications.c.case_id) & (verdicts.c.version == applications.c.version),
        )
        .where((applications.c.carrier == carrier) & (applications.c.received_on >= since))
        .order_by(applications.c.received_on, applications.c.case_id)
    ).all()
    return tuple((_judged(row), _verdict(row), overrides_of(db, row.case_id)) for row in rows)


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


def _judged(row: Row[tuple[object, ...]]) -> Judged:
    others = tuple(
        OtherCase(**{**other, "received_on": date.fromisoformat(other["received_on"])}) for other in row.other_cases
    )
    application = Application.model_validate(row.application)
    return Judged(row.case_id, row.version, row.agent_code, application, row.received_on, others)


def _verdict(row: Row[tuple[object, ...]]) -> VerdictReached:
    return VerdictReached(
        case_id=row.case_id,
        version=row.version,
        verdict=row.verdict,
        findings=row.findings,
        decided_at=row.decided_at,
    )
