"""Validation on Kafka: each application as read gets its verdict, and another when people or records change it."""

import asyncio
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from schemas.application import Application
from schemas.carrier import Carrier, CarrierDataError, Carriers, load_carriers
from schemas.codes import CaseState, DeadLetterCause
from schemas.days import day_in
from schemas.events import ApplicationRead, CaseChanged, ProducerChanged
from schemas.finding_events import FindingOverridden, OverrideFinding, VerdictReached
from schemas.topics import (
    CASES_CHANGES,
    INTAKE_APPLICATIONS,
    LICENSING_PRODUCERS,
    PRIVATE_FORGOTTEN,
    VALIDATION_OVERRIDE_REQUESTS,
    VALIDATION_OVERRIDES,
    VALIDATION_VERDICTS,
)
from services.chassis.errors import Outgoing, Permanent
from services.chassis.forgetting import on_forgotten
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Desk, Service
from services.validation import store
from services.validation.judging import Judged, findings_on, judge
from services.validation.overrides import CannotOverride, Override, chosen, evidence_of, is_lifted
from services.validation.settings import ValidationSettings
from services.validation.verdict import says_the_same

log = logging.getLogger(__name__)

_HOUR = 3600

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
        others = store.other_cases(db, read.case_id, read.application)
        standing = store.standing(db, read.application, read.agent_code)
        received_on = day_in(self._carrier(read.case_id, read.application).file.time_zone, read.uploaded_at)
        judged = Judged(read.case_id, read.version, read.application, received_on, others, standing)
        reached = self._verdict(db, judged, now)
        store.keep(db, judged)
        store.save(db, reached)
        return [Outgoing(VALIDATION_VERDICTS, read.case_id, reached)]

    def on_producer(
        self, db: Connection, received: Received[ProducerChanged], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        """A producer's record changed: applications of that agent still at the desk are judged again, and where
        the faults are others now, another verdict on the same version follows."""
        outgoing = []
        for judged in store.take_over(db, received.data):
            before = store.last_verdict(db, judged.case_id)
            store.keep(db, judged)
            try:
                reached = self._verdict(db, judged, now)
            except Permanent as error:
                # The producer's record is right; it is the case that has to wait for its carrier's data.
                log.warning("Case %s keeps its verdict, it cannot be judged again: %s", judged.case_id, error)
                continue
            if before is None or not says_the_same(before, reached):
                store.save(db, reached)
                outgoing.append(Outgoing(VALIDATION_VERDICTS, judged.case_id, reached))
        return outgoing

    def on_case(self, db: Connection, received: Received[CaseChanged], _: None, now: datetime) -> Iterable[Outgoing]:
        """A case left the desk: what becomes known of its agent changes its verdict no more."""
        change = received.data
        if change.to_state not in _AT_THE_DESK:
            store.leave_desk(db, change.case_id, change.application_version)
        return ()

    def on_override(
        self, db: Connection, received: Received[OverrideFinding], _: None, now: datetime
    ) -> Iterator[Outgoing]:
        """A person sets findings aside; the case gets a new verdict on the same version."""
        asked = received.data
        judged = store.find(db, asked.case_id)
        if judged is None:
            raise Permanent(
                DeadLetterCause.UNKNOWN_CASE,
                f"No application of case {asked.case_id} is kept here, so no finding of it can be set aside: it never "
                "arrived, or its time is over. Replay this when its packet has come (again), or discard it.",
            )
        try:
            found = findings_on(judged, self._carrier(judged.case_id, judged.application), now)
            meant = chosen(found, asked.rule, asked.at, asked.kind)
        except CannotOverride as error:
            raise Permanent(DeadLetterCause.ILLEGAL_TRANSITION, f"Case {asked.case_id}: {error}") from error
        except CarrierDataError as error:
            raise _no_data(judged, error) from error
        for finding in meant:
            evidence = evidence_of(judged.application, finding)
            said = (asked.kind, asked.reason, asked.actor, now)
            store.override(db, asked.case_id, Override(finding.rule, finding.at, evidence, *said))
            told = FindingOverridden(
                case_id=asked.case_id,
                version=judged.version,
                rule=finding.rule,
                rule_version=finding.rule_version,
                at=finding.at,
                kind=asked.kind,
                lifted=is_lifted(finding),
                reason=asked.reason,
                actor=asked.actor,
                overridden_at=now,
            )
            yield Outgoing(VALIDATION_OVERRIDES, asked.case_id, told)
        reached = self._verdict(db, judged, now)
        store.save(db, reached)
        yield Outgoing(VALIDATION_VERDICTS, asked.case_id, reached)

    def _verdict(self, db: Connection, judged: Judged, now: datetime) -> VerdictReached:
        try:
            carrier = self._carrier(judged.case_id, judged.application)
            return judge(judged, carrier, store.overrides_of(db, judged.case_id), now)
        except CarrierDataError as error:
            raise _no_data(judged, error) from error

    def _carrier(self, case_id: str, application: Application) -> Carrier:
        carrier = self._carriers.get(application.carrier)
        if carrier is None:
            raise Permanent(
                DeadLetterCause.MISSING_REFERENCE_DATA,
                f"Case {case_id} is for the carrier {application.carrier!r}, which has no folder under"
                " carriers/. Add it, restart validation, then replay.",
            )
        return carrier


def _no_data(judged: Judged, error: CarrierDataError) -> Permanent:
    return Permanent(DeadLetterCause.MISSING_REFERENCE_DATA, f"Case {judged.case_id}: {error}")


class Forgetting:
    """Forgets applications that nobody has to judge again, hour by hour."""

    def __init__(self, kept: timedelta) -> None:
        self._kept = kept

    async def __call__(self, desk: Desk) -> None:
        while True:
            before = desk.clock() - self._kept
            forgotten = await desk.read(partial(store.forget_applications, judged_before=before))
            if forgotten:
                log.info("Forgot %d applications without a verdict since %s", forgotten, before.date())
            await asyncio.sleep(_HOUR)


def describe_service(carriers: Carriers, kept: timedelta = timedelta(days=90)) -> Service:
    """The service for these carriers; applications are kept whole for so long after their last verdict."""
    judging = Judging(carriers)
    handlers: tuple[Handler[Any, Any], ...] = (
        Handler(ApplicationRead, judging.on_application),
        Handler(OverrideFinding, judging.on_override),
        Handler(ProducerChanged, judging.on_producer),
        Handler(CaseChanged, judging.on_case),
        on_forgotten(store.let_go),
    )
    return Service(
        name="validation",
        consumes=(
            INTAKE_APPLICATIONS,
            VALIDATION_OVERRIDE_REQUESTS,
            LICENSING_PRODUCERS,
            CASES_CHANGES,
            PRIVATE_FORGOTTEN,
        ),
        handlers=handlers,
        migrations=Path(__file__).parent / "migrations",
        keeps_private=True,
        tasks=(Forgetting(kept),),
    )


def build() -> tuple[Service, ServiceSettings]:
    """The service with its settings from the environment."""
    settings = ValidationSettings()
    return describe_service(load_carriers(settings.carriers), timedelta(days=settings.applications_kept_days)), settings
