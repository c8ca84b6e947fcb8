"""Validation on Kafka: each application as read gets its verdict, and another when people set findings aside."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from schemas.carrier import Carrier, CarrierDataError, Carriers, load_carriers
from schemas.codes import DeadLetterCause
from schemas.events import ApplicationRead, FindingOverridden, OverrideFinding, VerdictReached
from schemas.topics import (
    INTAKE_APPLICATIONS,
    VALIDATION_OVERRIDE_REQUESTS,
    VALIDATION_OVERRIDES,
    VALIDATION_VERDICTS,
)
from services.chassis.errors import Outgoing, Permanent
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service
from services.validation import store
from services.validation.judging import Judged, findings_on, judge
from services.validation.overrides import CannotOverride, Override, chosen, evidence_of, is_lifted
from services.validation.settings import ValidationSettings


class Judging:
    """Judges applications by the carriers' data."""

    def __init__(self, carriers: Carriers) -> None:
        self._carriers = carriers

    def handle(self, db: Connection, received: Received[ApplicationRead], _: None, now: datetime) -> Iterable[Outgoing]:
        read = received.data
        others = store.other_cases(db, read.case_id, read.application)
        judged = Judged(read.case_id, read.version, read.agent_code, read.application, read.uploaded_at.date(), others)
        reached = self._verdict(db, judged, now)
        store.keep(db, judged)
        return [Outgoing(VALIDATION_VERDICTS, read.case_id, reached)]

    def override(
        self, db: Connection, received: Received[OverrideFinding], _: None, now: datetime
    ) -> Iterator[Outgoing]:
        """A person sets findings aside; the case gets a new verdict on the same version."""
        asked = received.data
        judged = store.find(db, asked.case_id)
        if judged is None:
            raise Permanent(
                DeadLetterCause.UNKNOWN_CASE,
                f"Case {asked.case_id} was never judged here, so no finding of it can be set aside. Replay this when "
                "the case has arrived, or discard it.",
            )
        try:
            found = findings_on(judged, self._carrier(judged), now.date())
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
        yield Outgoing(VALIDATION_VERDICTS, asked.case_id, self._verdict(db, judged, now))

    def _verdict(self, db: Connection, judged: Judged, now: datetime) -> VerdictReached:
        try:
            reached = judge(judged, self._carrier(judged), store.overrides_of(db, judged.case_id), now)
        except CarrierDataError as error:
            raise _no_data(judged, error) from error
        store.save(db, reached)
        return reached

    def _carrier(self, judged: Judged) -> Carrier:
        carrier = self._carriers.get(judged.application.carrier)
        if carrier is None:
            raise Permanent(
                DeadLetterCause.MISSING_REFERENCE_DATA,
                f"Case {judged.case_id} is for the carrier {judged.application.carrier!r}, which has no folder under"
                " carriers/. Add it, restart validation, then replay.",
            )
        return carrier


def _no_data(judged: Judged, error: CarrierDataError) -> Permanent:
    return Permanent(DeadLetterCause.MISSING_REFERENCE_DATA, f"Case {judged.case_id}: {error}")


def describe_service(carriers: Carriers) -> Service:
    """The service for these carriers."""
    judging = Judging(carriers)
    handlers: tuple[Handler[Any, Any], ...] = (
        Handler(ApplicationRead, judging.handle),
        Handler(OverrideFinding, judging.override),
    )
    return Service(
        name="validation",
        consumes=(INTAKE_APPLICATIONS, VALIDATION_OVERRIDE_REQUESTS),
        handlers=handlers,
        migrations=Path(__file__).parent / "migrations",
    )


def build() -> tuple[Service, ServiceSettings]:
    """The service with its settings from the environment."""
    settings = ValidationSettings()
    return describe_service(load_carriers(settings.carriers)), settings
