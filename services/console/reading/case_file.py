"""Everything the console knows of one case, for the pages about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.application import Application
from schemas.codes import Severity
from schemas.document_events import DocumentFiled
from schemas.events import ApplicationRead
from schemas.finding_events import Finding, OverriddenFinding
from schemas.finding_events import VerdictReached as Verdict
from schemas.requirement_events import Requirement, RequirementsChanged
from services.chassis.forgetting import when_forgotten
from services.chassis.private.vault import read_record
from services.console.people.roles import Visitor
from services.console.projection.tables import (
    differences,
    mails,
    open_items,
    requirements,
    timeline,
    uploads,
    verdicts,
    versions,
)
from services.console.reading.board import Line, line_of


@dataclass(frozen=True)
class Item:
    """One thing that somebody owes."""

    what: str
    owner: str
    who: str
    since: datetime
    usual_low: int | None
    usual_high: int | None
    next_step: str
    next_at: datetime
    due_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """It takes longer than it usually does, or than it may."""
        over = self.usual_high is not None and (now - self.since).days > self.usual_high
        return over or (self.due_at is not None and now > self.due_at)


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    kind: str
    text: str
    about: str | None
    more: dict[str, Any] | None


@dataclass(frozen=True)
class Mail:
    notification_id: str
    template: str
    outcome: str
    server_reply: str | None
    occurred_at: datetime


@dataclass(frozen=True)
class Upload:
    document_id: str
    file_name: str
    size: int | None
    uploaded_at: datetime
    state: str


@dataclass(frozen=True)
class CaseFile:
    """A case that the visitor may see."""

    line: Line
    read: ApplicationRead | None
    """The version asked for; ``None`` while none was read."""
    verdict: Verdict | None
    """The last one on that version."""
    items: tuple[Item, ...]
    requirements: tuple[Requirement, ...]
    timeline: tuple[Entry, ...]
    """The newest first."""
    mails: tuple[Mail, ...]
    uploads: tuple[Upload, ...]
    differences: tuple[str, ...]
    versions: tuple[tuple[int, datetime], ...]
    forgotten_at: datetime | None = None
    """Since when nobody can read what was private in it."""

    @property
    def application(self) -> Application | None:
        return self.read.application if self.read else None

    @property
    def documents(self) -> tuple[DocumentFiled, ...]:
        return self.read.documents if self.read else ()

    @property
    def to_fix(self) -> tuple[Finding, ...]:
        """What keeps it from being in good order, in the order of the pages."""
        return _of(self.verdict, (Severity.BLOCK, Severity.NIGO))

    @property
    def hints(self) -> tuple[Finding, ...]:
        return _of(self.verdict, (Severity.WARN, Severity.INFO))

    @property
    def set_aside(self) -> tuple[OverriddenFinding, ...]:
        return (self.verdict.overridden or ()) if self.verdict else ()

    def log_of(self, requirement_id: str) -> tuple[Entry, ...]:
        """What was said of one requirement, the newest first."""
        return tuple(entry for entry in self.timeline if entry.about == requirement_id)


def case_file(db: Connection, visitor: Visitor, case_id: str, version: int | None = None) -> CaseFile | None:
    """The file of a case; ``None`` when there is none that this visitor may see."""
    line = line_of(db, visitor, case_id)
    if line is None:
        return None
    known = db.execute(
        sa.select(versions.c.version, versions.c.read_at)
        .where(versions.c.case_id == case_id)
        .order_by(versions.c.version.desc())
    ).all()
    wanted = version or (known[0].version if known else 0)
    return CaseFile(
        line=line,
        read=version_of(db, case_id, wanted),
        verdict=_verdict(db, case_id, wanted),
        items=_items(db, case_id),
        requirements=_requirements(db, case_id),
        timeline=_timeline(db, case_id),
        mails=_mails(db, case_id),
        uploads=_uploads(db, case_id),
        differences=tuple(
            db.execute(
                sa.select(differences.c.message)
                .where(differences.c.case_id == case_id)
                .order_by(differences.c.found_at.desc())
            ).scalars()
        ),
        versions=tuple((row.version, row.read_at) for row in known),
        forgotten_at=when_forgotten(db, case_id),
    )


def version_of(db: Connection, case_id: str, version: int) -> ApplicationRead | None:
    """One version of an application, whoever asks: see :func:`case_file` first."""
    wanted = sa.select(versions.c.body).where(versions.c.case_id == case_id, versions.c.version == version)
    body = db.execute(wanted).scalar()
    return None if body is None else read_record(db, case_id, ApplicationRead, body)


def _verdict(db: Connection, case_id: str, version: int) -> Verdict | None:
    wanted = sa.select(verdicts.c.body).where(verdicts.c.case_id == case_id, verdicts.c.version == version)
    body = db.execute(wanted).scalar()
    return None if body is None else Verdict.model_validate(body)


def _items(db: Connection, case_id: str) -> tuple[Item, ...]:
    rows = db.execute(sa.select(open_items).where(open_items.c.case_id == case_id).order_by(open_items.c.place))
    return tuple(Item(**_picked(row, Item)) for row in rows)


def _requirements(db: Connection, case_id: str) -> tuple[Requirement, ...]:
    body = db.execute(sa.select(requirements.c.body).where(requirements.c.case_id == case_id)).scalar()
    return () if body is None else read_record(db, case_id, RequirementsChanged, body).requirements


def _timeline(db: Connection, case_id: str) -> tuple[Entry, ...]:
    newest = (timeline.c.at.desc(), timeline.c.seq.desc())
    rows = db.execute(sa.select(timeline).where(timeline.c.case_id == case_id).order_by(*newest).limit(500))
    return tuple(Entry(**_picked(row, Entry)) for row in rows)


def _mails(db: Connection, case_id: str) -> tuple[Mail, ...]:
    rows = db.execute(sa.select(mails).where(mails.c.case_id == case_id).order_by(mails.c.occurred_at.desc()))
    return tuple(Mail(**_picked(row, Mail)) for row in rows)


def _uploads(db: Connection, case_id: str) -> tuple[Upload, ...]:
    rows = db.execute(sa.select(uploads).where(uploads.c.case_id == case_id).order_by(uploads.c.uploaded_at.desc()))
    return tuple(Upload(**_picked(row, Upload)) for row in rows)


def _picked(row: Any, kind: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.__dataclass_fields__}


def _of(verdict: Verdict | None, severities: Sequence[Severity]) -> tuple[Finding, ...]:
    found = [finding for finding in (verdict.findings if verdict else ()) if finding.severity in severities]
    return tuple(sorted(found, key=lambda finding: (finding.page or 10_000, -(finding.box or (0, 0, 0, 0))[3])))
