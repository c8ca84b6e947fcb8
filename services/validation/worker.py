"""Validation on Kafka: each application as read gets its verdict."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from schemas.carrier import CarrierDataError, Carriers, load_carriers
from schemas.codes import DeadLetterCause
from schemas.events import ApplicationRead, VerdictReached
from schemas.topics import INTAKE_APPLICATIONS, VALIDATION_VERDICTS
from services.chassis.errors import Outgoing, Permanent
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service
from services.validation import store
from services.validation.good_order import check
from services.validation.settings import ValidationSettings
from services.validation.verdict import verdict_of


class Judging:
    """Judges applications by the carriers' data."""

    def __init__(self, carriers: Carriers) -> None:
        self._carriers = carriers

    def handle(self, db: Connection, received: Received[ApplicationRead], _: None, now: datetime) -> Iterable[Outgoing]:
        read = received.data
        carrier = self._carriers.get(read.application.carrier)
        if carrier is None:
            raise Permanent(
                DeadLetterCause.MISSING_REFERENCE_DATA,
                f"Case {read.case_id} is for the carrier {read.application.carrier!r}, which has no folder under"
                " carriers/. Add it, restart validation, then replay.",
            )
        try:
            findings = check(read.application, carrier, read.uploaded_at.date(), now.date())
        except CarrierDataError as error:
            raise Permanent(DeadLetterCause.MISSING_REFERENCE_DATA, f"Case {read.case_id}: {error}") from error
        reached = VerdictReached(
            case_id=read.case_id,
            version=read.version,
            verdict=verdict_of(findings),
            findings=findings,
            decided_at=now,
        )
        store.save(db, reached)
        return [Outgoing(VALIDATION_VERDICTS, read.case_id, reached)]


def build() -> tuple[Service, ServiceSettings]:
    """The service with its settings from the environment."""
    settings = ValidationSettings()
    judging = Judging(load_carriers(settings.carriers))
    service = Service(
        name="validation",
        consumes=(INTAKE_APPLICATIONS,),
        handlers=(Handler(ApplicationRead, judging.handle),),
        migrations=Path(__file__).parent / "migrations",
    )
    return service, settings
