"""Requirements on Kafka: joins applications with their verdicts, orders, and follows what vendors report."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from schemas.carrier import CarrierDataError, Carriers, load_carriers
from schemas.codes import DeadLetterCause
from schemas.events import ApplicationRead, VendorStatusReported, VerdictReached
from schemas.topics import (
    INTAKE_APPLICATIONS,
    REQUIREMENTS_CHANGES,
    VALIDATION_VERDICTS,
    VENDORS_ORDERS,
    VENDORS_STATUSES,
)
from services.chassis.errors import Outgoing, Permanent
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service
from services.requirements import store
from services.requirements.orders import CannotOrder
from services.requirements.settings import RequirementsSettings
from services.requirements.state import (
    CaseRequirements,
    Decision,
    UnknownRequirement,
    on_application,
    on_vendor_status,
    on_verdict,
)


class Ordering:
    """Takes events to the pure decisions and keeps what they decide."""

    def __init__(self, carriers: Carriers) -> None:
        self._carriers = carriers

    def on_application(
        self, db: Connection, received: Received[ApplicationRead], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        read = received.data
        return self._decide(db, read.case_id, lambda state: on_application(state, read, self._carriers, now))

    def on_verdict(
        self, db: Connection, received: Received[VerdictReached], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        reached = received.data
        return self._decide(db, reached.case_id, lambda state: on_verdict(state, reached, self._carriers, now))

    def on_vendor_status(
        self, db: Connection, received: Received[VendorStatusReported], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        reported = received.data
        return self._decide(db, reported.case_id, lambda state: on_vendor_status(state, reported, now))

    def _decide(
        self, db: Connection, case_id: str, decide: Callable[[CaseRequirements], Decision]
    ) -> Iterable[Outgoing]:
        try:
            decision = decide(store.load(db, case_id))
        except UnknownRequirement as error:
            raise Permanent(DeadLetterCause.UNKNOWN_CASE, str(error)) from error
        except (CarrierDataError, CannotOrder) as error:
            raise Permanent(DeadLetterCause.MISSING_REFERENCE_DATA, f"{error} Then replay.") from error
        store.save(db, decision.state)
        if decision.changed:
            yield Outgoing(REQUIREMENTS_CHANGES, case_id, decision.changed)
        for order in decision.orders:
            yield Outgoing(VENDORS_ORDERS, case_id, order)


def build() -> tuple[Service, ServiceSettings]:
    """The service with its settings from the environment."""
    settings = RequirementsSettings()
    ordering = Ordering(load_carriers(settings.carriers))
    handlers: tuple[Handler[Any, Any], ...] = (
        Handler(ApplicationRead, ordering.on_application),
        Handler(VerdictReached, ordering.on_verdict),
        Handler(VendorStatusReported, ordering.on_vendor_status),
    )
    service = Service(
        name="requirements",
        consumes=(INTAKE_APPLICATIONS, VALIDATION_VERDICTS, VENDORS_STATUSES),
        handlers=handlers,
        migrations=Path(__file__).parent / "migrations",
    )
    return service, settings
