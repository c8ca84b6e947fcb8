"""Takes each event into the console's tables; each may come in any order beside those of its own topic."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.application import Application
from schemas.base import StoredObject
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired, CaseAmended, CaseRequested, CaseStands, DifferenceFound
from schemas.codes import Severity, Verdict
from schemas.document_events import DocumentUnmatched, LateDocumentFiled
from schemas.events import (
    ApplicationRead,
    CaseChanged,
    DocumentReceived,
    DocumentRefused,
    MailDelivery,
    ProducerChanged,
)
from schemas.file_events import DocumentUnpacked
from schemas.finding_events import FindingOverridden, VerdictReached
from services.chassis.errors import Outgoing
from services.chassis.private.vault import vault_of
from services.chassis.runner import Received
from services.console.projection.lines import find_by, happened, line, tell
from services.console.projection.sure import to_confirm
from services.console.projection.tables import (
    cases,
    differences,
    mails,
    open_items,
    producers,
    requirements,
    search_words,
    unmatched,
    uploads,
    verdicts,
    versions,
)
from services.console.wording import counted, in_words

_NOTHING: tuple[Outgoing, ...] = ()


def read(db: Connection, received: Received[ApplicationRead], _: Any, now: datetime) -> Iterable[Outgoing]:
    """A version of an application, whole."""
    said = received.data
    body = vault_of(db).seal(said.case_id, said, exclude_none=True)
    _replace(db, versions, {"case_id": said.case_id, "version": said.version}, read_at=said.read_at, body=body)
    news: dict[str, Any] = {}
    if said.version >= _held(db, said.case_id, "version"):
        insured = said.application.insured
        news = {
            "version": said.version,
            "insured_name": insured.full_name,
            "agent_code": said.agent_code,
            "uploaded_at": said.uploaded_at,
            "carrier": said.application.carrier,
            "to_confirm": len(to_confirm(said.application.evidence)),
        }
    line(db, said.case_id, now, **news)
    documents = counted(len(said.documents), "document")
    happened(db, said.case_id, said.read_at, "read", f"Version {said.version} read from {documents}")
    for document in said.documents:
        db.execute(unmatched.delete().where(unmatched.c.document_id == document.document_id))
        mine = uploads.c.document_id == document.document_id
        db.execute(uploads.update().where(mine).values(state="read", case_id=said.case_id))
    find_by(db, said.case_id, [said.case_id, said.agent_code, *_names(said.application)])
    tell(db, said.case_id, said.agent_code)
    return _NOTHING


def judged(db: Connection, received: Received[VerdictReached], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    key = {"case_id": said.case_id, "version": said.version}
    body = said.model_dump(mode="json", exclude_none=True)
    _replace(db, verdicts, key, decided_at=said.decided_at, body=body)
    fixes = sum(finding.severity in (Severity.BLOCK, Severity.NIGO) for finding in said.findings)
    if said.version >= _held(db, said.case_id, "version"):
        line(db, said.case_id, now, verdict=said.verdict, to_fix=fixes)
    good = said.verdict is Verdict.IGO
    text = "In good order" if good else f"Not in good order: {counted(fixes, 'thing')} to fix"
    happened(db, said.case_id, said.decided_at, "verdict", f"{text} (version {said.version})")
    tell(db, said.case_id)
    return _NOTHING


def overridden(db: Connection, received: Received[FindingOverridden], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    what = "set aside" if said.lifted else "noted as a false alarm; it still counts"
    text = f"{said.rule} {what} by {said.actor}: {said.reason}"
    happened(db, said.case_id, said.overridden_at, "override", text, said.rule)
    tell(db, said.case_id)
    return _NOTHING


def changed(db: Connection, received: Received[CaseChanged], _: Any, now: datetime) -> Iterable[Outgoing]:
    """A change of state; one that comes late has its place in the timeline and changes no line."""
    said = received.data
    if said.revision > _held(db, said.case_id, "revision"):
        line(
            db,
            said.case_id,
            now,
            revision=said.revision,
            state=said.to_state,
            state_since=said.occurred_at,
            why=said.reason,
            carrier=said.carrier,
            carrier_name=said.carrier_name,
            product_name=said.product_name,
            carrier_status=said.carrier_status,
            carrier_reference=said.carrier_reference,
            agent_code=said.agent_code,
            insured_masked=said.insured_masked,
            uploaded_at=said.uploaded_at,
        )
    states = {"from": said.from_state, "to": said.to_state, "note": said.note, "corrects": said.corrects}
    happened(db, said.case_id, said.occurred_at, "state", said.reason, more=states)
    find_by(db, said.case_id, [said.case_id, said.agent_code, said.carrier_reference])
    tell(db, said.case_id, said.agent_code)
    return _NOTHING


def stands(db: Connection, received: Received[CaseStands], _: Any, now: datetime) -> Iterable[Outgoing]:
    """Who owes what; an older word never takes the place of a newer one."""
    said = received.data
    held = db.execute(sa.select(cases.c.stands_at).where(cases.c.case_id == said.case_id)).scalar()
    if held and held > said.stands_at:
        return _NOTHING
    waits = sorted(said.open_items, key=lambda item: (item.owner is not said.waits_for, item.since))
    first = waits[0] if waits else None
    line(
        db,
        said.case_id,
        now,
        waits_for=said.waits_for,
        waits_what=first.what if first else None,
        waits_who=first.who if first else None,
        waits_since=first.since if first else None,
        next_step=first.next_step if first else None,
        next_at=first.next_at if first else None,
        due_at=min((item.due_at for item in said.open_items if item.due_at), default=None),
        stands_at=said.stands_at,
    )
    db.execute(open_items.delete().where(open_items.c.case_id == said.case_id))
    rows = [
        {
            **item.model_dump(exclude={"usual_days"}),
            "case_id": said.case_id,
            "place": place,
            "usual_low": item.usual_days[0] if item.usual_days else None,
            "usual_high": item.usual_days[1] if item.usual_days else None,
        }
        for place, item in enumerate(waits)
    ]
    if rows:
        db.execute(open_items.insert(), rows)
    tell(db, said.case_id)
    return _NOTHING


def spoken(db: Connection, received: Received[CarrierDecided], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    more = said.model_dump(mode="json", exclude_none=True, exclude={"case_id"})
    text = f"The carrier says: {in_words(said.decision)}"
    happened(db, said.case_id, said.effective_at, "carrier", text, more=more)
    tell(db, said.case_id)
    return _NOTHING


def raised(db: Connection, received: Received[CarrierRequired], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    text = f"The carrier’s requirement “{said.name}”: {in_words(said.status)}"
    happened(db, said.case_id, said.effective_at, "carrier", text, said.requirement_id)
    tell(db, said.case_id)
    return _NOTHING


def requested(db: Connection, received: Received[CaseRequested], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    text = f"{said.actor} asked to {in_words(said.request)}: {said.reason}"
    happened(db, said.case_id, said.requested_at, "asked", text)
    tell(db, said.case_id)
    return _NOTHING


def amended(db: Connection, received: Received[CaseAmended], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    follows = ", ".join(in_words(each) for each in said.consequences)
    happened(db, said.case_id, said.amended_at, "asked", f"Taken up: {in_words(said.change)}. It needs: {follows}")
    tell(db, said.case_id)
    return _NOTHING


def differed(db: Connection, received: Received[DifferenceFound], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    _replace(
        db,
        differences,
        {"difference_id": said.difference_id},
        case_id=said.case_id,
        carrier=said.carrier,
        message=said.message,
        found_at=said.found_at,
        body=said.model_dump(mode="json", exclude_none=True),
    )
    happened(db, said.case_id, said.found_at, "difference", said.message)
    tell(db, said.case_id)
    return _NOTHING


def mailed(db: Connection, received: Received[MailDelivery], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    values = said.model_dump(exclude={"notification_id", "message_id", "uploaded_at"})
    _replace(db, mails, {"notification_id": said.notification_id}, **values)
    if said.case_id:
        text = f"Mail “{in_words(said.template)}”: {in_words(said.outcome)}"
        happened(db, said.case_id, said.occurred_at, "mail", text, said.notification_id)
    tell(db, said.case_id, said.agent_code)
    return _NOTHING


def arrived(db: Connection, received: Received[DocumentReceived], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    key = {"upload": _upload(said.upload), "document_id": said.document_id}
    same = (uploads.c.upload == key["upload"], uploads.c.document_id == said.document_id)
    state = db.execute(sa.select(uploads.c.state).where(*same)).scalar()
    case_id = db.execute(
        sa.select(uploads.c.case_id).where(uploads.c.document_id == said.document_id, uploads.c.case_id.is_not(None))
    ).scalar()
    _replace(
        db,
        uploads,
        key,
        agent_code=said.agent_code,
        file_name=said.file_name,
        size=said.size,
        archive=said.archive.model_dump(mode="json", exclude_none=True),
        uploaded_at=said.uploaded_at,
        case_id=case_id,
        state=state or ("read" if case_id else "received"),
    )
    tell(db, None, said.agent_code)
    return _NOTHING


def unpacked(db: Connection, received: Received[DocumentUnpacked], _: Any, now: datetime) -> Iterable[Outgoing]:
    """A file that others came in: what becomes of it is what becomes of them."""
    said = received.data
    key = {"upload": _upload(said.upload), "document_id": said.document_id}
    same = (uploads.c.upload == key["upload"], uploads.c.document_id == said.document_id)
    held = db.execute(sa.select(uploads.c.uploaded_at, uploads.c.agent_code).where(*same)).one_or_none()
    _replace(
        db,
        uploads,
        key,
        file_name=said.file_name,
        uploaded_at=held.uploaded_at if held else now,
        state="unpacked",
        message=f"{counted(len(said.members), 'file')} found in it",
    )
    tell(db, None, held.agent_code if held else None)
    return _NOTHING


def filed(db: Connection, received: Received[LateDocumentFiled], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    text = f"{said.file_name} was filed to this case: {in_words(said.way)}"
    happened(db, said.case_id, said.filed_at, "document", text, said.document_id)
    db.execute(unmatched.delete().where(unmatched.c.document_id == said.document_id))
    mine = uploads.c.document_id == said.document_id
    db.execute(uploads.update().where(mine).values(state="read", case_id=said.case_id))
    tell(db, said.case_id, said.agent_code)
    return _NOTHING


def waits(db: Connection, received: Received[DocumentUnmatched], _: Any, now: datetime) -> Iterable[Outgoing]:
    """A document that no case has, until it is filed."""
    said = received.data
    _replace(
        db,
        unmatched,
        {"document_id": said.document_id},
        agent_code=said.agent_code,
        file_name=said.file_name,
        uploaded_at=said.uploaded_at,
        unmatched_at=said.unmatched_at,
        reason=said.reason,
        candidates=[each.model_dump(mode="json") for each in said.candidates],
    )
    db.execute(uploads.update().where(uploads.c.document_id == said.document_id).values(state="unmatched"))
    tell(db, None, said.agent_code)
    return _NOTHING


def refused(db: Connection, received: Received[DocumentRefused], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    _replace(
        db,
        uploads,
        {"upload": _upload(said.upload), "document_id": said.document_id},
        agent_code=said.agent_code,
        file_name=said.file_name,
        uploaded_at=said.uploaded_at,
        state="refused",
        message=said.message,
    )
    tell(db, None, said.agent_code)
    return _NOTHING


def on_file(db: Connection, received: Received[ProducerChanged], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    held = sa.select(producers.c.revision).where(producers.c.agent_code == said.agent_code)
    if (db.execute(held).scalar() or 0) < said.revision:
        key = {"agent_code": said.agent_code}
        _replace(db, producers, key, revision=said.revision, name=said.record.name)
    return _NOTHING


def _names(application: Application) -> list[str | None]:
    """Everybody a case is asked for by."""
    policies = (policy.policy_number for policy in application.existing.policies)
    return [application.insured.full_name, application.owner.name, application.agent_report.agent_name, *policies]


def _held(db: Connection, case_id: str, column: str) -> int:
    return db.execute(sa.select(cases.c[column]).where(cases.c.case_id == case_id)).scalar() or 0


def _upload(stored: StoredObject) -> str:
    return f"{stored.bucket}/{stored.key}?{stored.version_id or ''}"


def let_go(db: Connection, case_id: str) -> None:
    """The case is forgotten: its line stays, by its number and the masked name; what no one can read any more goes."""
    for table in (versions, verdicts, requirements, open_items, search_words):
        db.execute(table.delete().where(table.c.case_id == case_id))
    db.execute(cases.update().where(cases.c.case_id == case_id).values(insured_name=None, to_confirm=0, to_fix=0))
    find_by(db, case_id, (case_id,))


def _replace(db: Connection, table: sa.Table, key: dict[str, Any], **values: Any) -> None:
    """Write a row by its key, whether or not it is there."""
    same = sa.and_(*(table.c[name] == value for name, value in key.items()))
    if db.execute(table.update().where(same).values(**values)).rowcount == 0:
        db.execute(table.insert().values(**key, **values))
