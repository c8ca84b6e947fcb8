"""Cases on Kafka: each event is decided on by the case as it stands; changes and submissions are published."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from schemas import topics
from schemas.carrier import Carriers, load_carriers
from schemas.events import ApplicationRead, CarrierDecided, RequirementsChanged, VerdictReached
from services.cases import store
from services.cases.case import Outcome, application_read, carrier_decided, requirements_changed, verdict_reached
from services.cases.settings import CasesSettings
from services.chassis.errors import Outgoing
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service


class Clerk:
    """Takes each event to its case."""

    def __init__(self, carriers: Carriers) -> None:
        self._carriers = carriers
        self._speakers = {topics.decisions(carrier).name: carrier for carrier in carriers}

    def read(self, db: Connection, received: Received[ApplicationRead], _: Any, now: datetime) -> Iterator[Outgoing]:
        case = store.find(db, received.data.case_id)
        return _written(db, received, application_read(case, received.data, self._carriers, now), now)

    def judged(self, db: Connection, received: Received[VerdictReached], _: Any, now: datetime) -> Iterator[Outgoing]:
        case = store.find(db, received.data.case_id)
        return _written(db, received, verdict_reached(case, received.data, self._carriers, now), now)

    def required(
        self, db: Connection, received: Received[RequirementsChanged], _: Any, now: datetime
    ) -> Iterator[Outgoing]:
        case = store.find(db, received.data.case_id)
        return _written(db, received, requirements_changed(case, received.data, self._carriers, now), now)

    def decided(self, db: Connection, received: Received[CarrierDecided], _: Any, now: datetime) -> Iterator[Outgoing]:
        """The topic says which carrier speaks: only the carrier itself may write to it."""
        case, speaker = store.find(db, received.data.case_id), self._speakers[received.topic]
        return _written(db, received, carrier_decided(case, received.data, speaker, self._carriers, now), now)


def _written(db: Connection, received: Received[Any], outcome: Outcome, now: datetime) -> Iterator[Outgoing]:
    store.save(db, outcome, received.event, now)
    for change in outcome.changes:
        yield Outgoing(topics.CASES_CHANGES, change.case_id, change)
    for submission in outcome.submissions:
        yield Outgoing(topics.submissions(submission.carrier), submission.case_id, submission)


def describe_service(carriers: Carriers) -> Service:
    """The service for these carriers."""
    clerk = Clerk(carriers)
    return Service(
        name="cases",
        consumes=(
            topics.INTAKE_APPLICATIONS,
            topics.VALIDATION_VERDICTS,
            topics.REQUIREMENTS_CHANGES,
            *(topics.decisions(carrier) for carrier in carriers),
        ),
        handlers=(
            Handler(ApplicationRead, clerk.read),
            Handler(VerdictReached, clerk.judged),
            Handler(RequirementsChanged, clerk.required),
            Handler(CarrierDecided, clerk.decided),
        ),
        migrations=Path(__file__).parent / "migrations",
    )


def build() -> tuple[Service, ServiceSettings]:
    settings = CasesSettings()
    return describe_service(load_carriers(settings.carriers)), settings
