"""Notify on Kafka: each change, refusal and notice for an agent is queued as one mail; the postman sends it."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from schemas import topics
from schemas.codes import DeliveryOutcome
from schemas.dead_letter_events import DeadLettersBegan
from schemas.document_events import DocumentUnmatched, LateDocumentFiled
from schemas.envelope import cause_of
from schemas.events import CaseChanged, DocumentRefused
from schemas.ids import derived_id
from schemas.producers import Producers, load_producers
from schemas.requirement_events import RequirementNotice
from services.chassis.errors import Outgoing
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service
from services.notify import store
from services.notify.bell import Bell
from services.notify.discretion import one_line
from services.notify.letters import (
    Letter,
    about_change,
    about_filing,
    about_refusal,
    about_requirement,
    about_unmatched,
)
from services.notify.message import message_id_of, parse_address
from services.notify.metrics import MAILS
from services.notify.ops_letters import OPS, about_dead_letters
from services.notify.pages import PAGES
from services.notify.postman import Mailer, Postman, Round
from services.notify.rendering import render
from services.notify.settings import NotifySettings
from services.notify.smtp import SmtpMailer


class Desk:
    """Writes letters and puts them in the queue."""

    def __init__(self, producers: Producers, domain: str, bell: Bell, watch: "Watch") -> None:
        self._producers = producers
        self._watch = watch
        self._domain = domain
        self._bell = bell

    def changed(self, db: Connection, received: Received[CaseChanged], _: Any, now: datetime) -> Iterator[Outgoing]:
        change = received.data
        letter = about_change(change, store.requirements_named(db, change.case_id))
        if letter is None:
            return iter(())
        return self._queue(db, received, letter, change.case_id, str(change.revision), now)

    def refused(self, db: Connection, received: Received[DocumentRefused], _: Any, now: datetime) -> Iterator[Outgoing]:
        """The same bytes uploaded again are refused again; the same upload is refused once."""
        refusal = received.data
        upload = f"{refusal.upload.bucket}/{refusal.upload.key}?{refusal.upload.version_id or ''}"
        return self._queue(db, received, about_refusal(refusal), refusal.document_id, upload, now)

    def filed(self, db: Connection, received: Received[LateDocumentFiled], _: Any, now: datetime) -> Iterator[Outgoing]:
        """A document came to a case that was there; its agent is told, once a document and case."""
        filed = received.data
        return self._queue(db, received, about_filing(filed), filed.case_id, filed.document_id, now)

    def unmatched(
        self, db: Connection, received: Received[DocumentUnmatched], _: Any, now: datetime
    ) -> Iterator[Outgoing]:
        """A document waits for a person; its agent is told each time that it comes there."""
        waits = received.data
        occasion = waits.unmatched_at.isoformat()
        return self._queue(db, received, about_unmatched(waits), waits.document_id, occasion, now)

    def needed(
        self, db: Connection, received: Received[RequirementNotice], _: Any, now: datetime
    ) -> Iterator[Outgoing]:
        """Somebody is to be told of a requirement; the agent gets a mail, once a notice."""
        notice = received.data
        letter = about_requirement(notice)
        if letter is None:
            return iter(())
        return self._queue(db, received, letter, notice.case_id, notice.notice_id, now)

    def began(self, db: Connection, received: Received[DeadLettersBegan], _: Any, now: datetime) -> Iterator[Outgoing]:
        """Dead letters of a kind began: those who watch the house get a mail, once a kind until it is empty again."""
        began = received.data
        letter = about_dead_letters(began, self._watch.runbook)
        about = f"dead letters of {began.service}: {began.cause}"
        reader = _Reader(_usable(self._watch.address), OPS, None)
        return self._queue(db, received, letter, about, began.dead_letter_id, now, reader)

    def _queue(
        self,
        db: Connection,
        received: Received[Any],
        letter: Letter,
        about: str,
        occasion: str,
        now: datetime,
        reader: "_Reader | None" = None,
    ) -> Iterator[Outgoing]:
        """To the agent whom the event concerns, or to another reader."""
        mail = self._mail(received, letter, about, occasion, now, reader or self._agent(received.data.agent_code))
        if mail.recipient:
            store.add(db, mail)
            self._bell.ring()
        elif store.add(db, mail, DeliveryOutcome.NO_ADDRESS):
            MAILS.labels(DeliveryOutcome.NO_ADDRESS.value).inc()
            yield Outgoing(topics.NOTIFY_DELIVERIES, about, store.delivery(mail, DeliveryOutcome.NO_ADDRESS, None, now))

    def _agent(self, code: str | None) -> "_Reader":
        agent = self._producers.get(code or "")
        return _Reader(_usable(agent.email) if agent else "", one_line(agent.name) if agent else "agent", code)

    def _mail(
        self, received: Received[Any], letter: Letter, about: str, occasion: str, now: datetime, reader: "_Reader"
    ) -> store.Notification:
        rendered = render(letter, reader.name)
        identity = derived_id(f"{about}|{letter.template}|{occasion}|{reader.address}", "notification")
        cause = cause_of(received.event)
        return store.Notification(
            id=identity,
            about=about,
            template=letter.template,
            occasion=occasion,
            recipient=reader.address,
            case_id=about if isinstance(received.data, CaseChanged | RequirementNotice | LateDocumentFiled) else None,
            document_id=about if isinstance(received.data, DocumentRefused | DocumentUnmatched) else None,
            agent_code=reader.agent_code,
            agent_name=reader.name,
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            requirements_named=letter.named,
            message_id=message_id_of(identity, self._domain) if reader.address else None,
            uploaded_at=_uploaded_at(received.data),
            correlation_id=cause.correlationid,
            traceparent=cause.traceparent,
            queued_at=now,
        )


@dataclass(frozen=True)
class Watch:
    """Those who watch the house."""

    address: str | None = None
    runbook: str = "docs/runbook.md"


@dataclass(frozen=True)
class _Reader:
    """Whom a mail is for."""

    address: str
    """Empty when mail cannot be sent there."""
    name: str
    agent_code: str | None


def _uploaded_at(what: Any) -> datetime | None:
    """When that came which the mail is about; a dead letter came with nobody's upload."""
    if isinstance(what, DeadLettersBegan):
        return None
    arrived: datetime = getattr(what, "arrived_at", None) or what.uploaded_at
    return arrived


def _usable(address: str | None) -> str:
    """The bare address; empty when mail cannot be sent there."""
    try:
        return parse_address(address or "").addr_spec
    except ValueError:
        return ""


def describe_service(producers: Producers, mailer: Mailer, how: Round, watch: Watch | None = None) -> Service:
    """The service with these agents, and those who watch the house, sending through this mailer."""
    bell = Bell()
    desk = Desk(producers, how.sender.domain, bell, watch or Watch())
    postman = Postman(mailer, bell, how)
    return Service(
        name="notify",
        consumes=(
            topics.CASES_CHANGES,
            topics.INTAKE_DOCUMENTS,
            topics.REQUIREMENTS_NOTICES,
            topics.DEAD_LETTER_ALERTS,
        ),
        handlers=(
            Handler(CaseChanged, desk.changed),
            Handler(DocumentRefused, desk.refused),
            Handler(LateDocumentFiled, desk.filed),
            Handler(DocumentUnmatched, desk.unmatched),
            Handler(RequirementNotice, desk.needed),
            Handler(DeadLettersBegan, desk.began),
        ),
        migrations=Path(__file__).parent / "migrations",
        tasks=(postman.work,),
        ready=postman.waiting,
        pages=PAGES,
    )


def build() -> tuple[Service, ServiceSettings]:
    settings = NotifySettings()
    how = Round(
        owner=settings.worker_id or str(uuid.uuid4()),
        owner_returns=settings.worker_id is not None,
        sender=settings.sender,
        reply_to=parse_address(settings.reply_to) if settings.reply_to else None,
        lease=settings.lease,
        retry_first=settings.retry_first,
        retry_longest=settings.retry_longest,
        reconnect_first=settings.reconnect_first,
        reconnect_longest=settings.reconnect_longest,
    )
    mailer = SmtpMailer(settings.server, settings.smtp_timeout, settings.smtp_ca_file)
    watch = Watch(settings.ops_mail, settings.runbook)
    return describe_service(load_producers(settings.producers), mailer, how, watch), settings
