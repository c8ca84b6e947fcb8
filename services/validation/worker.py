"""Validation on Kafka: each application as read gets its verdict, and another when its agent's record changes it."""

import logging
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from schemas.carrier import CarrierDataError, Carriers, load_carriers
from schemas.codes import CaseState, DeadLetterCause
from schemas.events import ApplicationRead, CaseChanged, ProducerChanged, VerdictReached
from schemas.topics import CASES_CHANGES, INTAKE_APPLICATIONS, LICENSING_PRODUCERS, VALIDATION_VERDICTS
from services.chassis.errors import Outgoing, Permanent
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service
from services.validation import store
from services.validation.good_order import check
from services.validation.settings import ValidationSettings
from services.validation.verdict import says_the_same, verdict_of

log = logging.getLogger(__name__)

_AT_THE_DESK = frozenset(
    {
        CaseState.RECEIVED,
        CaseState.EXTRACTING,
        CaseState.SCRUBBING,
        CaseState.NIGO,
        CaseState.IGO,
        CaseState.READY_TO_SUBMIT,
    }
)
"""States in which another verdict on the same version still matters."""


class Judging:
    """Judges applications by the carriers' data and the copy of the producer directory."""

    def __init__(self, carriers: Carriers) -> None:
        self._carriers = carriers

    def on_application(
        self, db: Connection, received: Received[ApplicationRead], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        """A version of an application: its verdict."""
        read = received.data
        try:
            reached = self._judged(db, read, now)
        except CarrierDataError as error:
            raise Permanent(DeadLetterCause.MISSING_REFERENCE_DATA, f"Case {read.case_id}: {error}") from error
        store.keep(db, read)
        store.save(db, reached)
        return [Outgoing(VALIDATION_VERDICTS, read.case_id, reached)]

    def on_producer(
        self, db: Connection, received: Received[ProducerChanged], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        """A producer's record changed: applications of that agent still at the desk are judged again, and where
        the faults are others now, another verdict on the same version follows."""
        outgoing = []
        for read in store.take_over(db, received.data):
            before = store.verdict_on(db, read.case_id, read.version)
            try:
                reached = self._judged(db, read, now)
            except CarrierDataError as error:
                # The producer's record is right; it is the case that has to wait for its carrier's data.
                log.warning("Case %s keeps its verdict, it cannot be judged again: %s", read.case_id, error)
                continue
            if before is None or not says_the_same(before, reached):
                store.save(db, reached)
                outgoing.append(Outgoing(VALIDATION_VERDICTS, read.case_id, reached))
        return outgoing

    def on_case(self, db: Connection, received: Received[CaseChanged], _: None, now: datetime) -> Iterable[Outgoing]:
        """A case left the desk: its application is not needed here any more."""
        change = received.data
        if change.to_state not in _AT_THE_DESK:
            store.forget(db, change.case_id, change.application_version)
        return ()

    def _judged(self, db: Connection, read: ApplicationRead, now: datetime) -> VerdictReached:
        carrier = self._carriers.get(read.application.carrier)
        if carrier is None:
            raise CarrierDataError(
                f"it is for the carrier {read.application.carrier!r}, which has no folder under carriers/."
                " Add it, restart validation, then replay."
            )
        standing = store.standing(db, read)
        findings = check(read.application, carrier, read.uploaded_at.date(), now.date(), standing)
        return VerdictReached(
            case_id=read.case_id,
            version=read.version,
            verdict=verdict_of(findings),
            findings=findings,
            decided_at=now,
        )


def describe_service(carriers: Carriers) -> Service:
    """The service for these carriers."""
    judging = Judging(carriers)
    handlers: tuple[Handler[Any, Any], ...] = (
        Handler(ApplicationRead, judging.on_application),
        Handler(ProducerChanged, judging.on_producer),
        Handler(CaseChanged, judging.on_case),
    )
    return Service(
        name="validation",
        consumes=(INTAKE_APPLICATIONS, LICENSING_PRODUCERS, CASES_CHANGES),
        handlers=handlers,
        migrations=Path(__file__).parent / "migrations",
    )


def build() -> tuple[Service, ServiceSettings]:
    """The service with its settings from the environment."""
    settings = ValidationSettings()
    return describe_service(load_carriers(settings.carriers)), settings
