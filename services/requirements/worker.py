"""Requirements on Kafka: joins applications with verdicts, orders, follows vendors, answers requests, keeps dates."""

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from schemas.carrier import CarrierDataError, Carriers, load_carriers
from schemas.case_events import CaseAmended
from schemas.codes import DeadLetterCause
from schemas.events import ApplicationRead, CaseChanged
from schemas.finding_events import VerdictReached
from schemas.parties import vendor_reader
from schemas.requirement_events import (
    OrderCancelled,
    OrderFollowedUp,
    RequirementOrdered,
    RequirementRequest,
    VendorStatusReported,
)
from schemas.topics import (
    CASES_AMENDMENTS,
    CASES_CHANGES,
    INTAKE_APPLICATIONS,
    PRIVATE_FORGOTTEN,
    REQUIREMENTS_CHANGES,
    REQUIREMENTS_NOTICES,
    REQUIREMENTS_REQUESTS,
    VALIDATION_VERDICTS,
    VENDORS_ORDERS,
    VENDORS_STATUSES,
)
from services.chassis.errors import Outgoing, Permanent
from services.chassis.forgetting import on_forgotten
from services.chassis.runner import Handler, Received
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Service
from services.chassis.timers import Timer, Timers
from services.requirements import store
from services.requirements.due import on_due, timers_of
from services.requirements.facts import FactsMissing
from services.requirements.joining import on_amended, on_application, on_verdict
from services.requirements.orders import CannotOrder, life_of
from services.requirements.reports import on_case_changed, on_vendor_status
from services.requirements.requests import on_request
from services.requirements.settings import RequirementsSettings
from services.requirements.state import CaseRequirements, Decision, HeldResult, UnknownRequirement

Held = tuple[HeldResult, ...]
Decide = Callable[[CaseRequirements, Callable[[], Held]], Decision]


class Ordering:
    """Takes events to the pure decisions and keeps what they decide."""

    def __init__(self, carriers: Carriers) -> None:
        self._carriers = carriers

    def on_application(
        self, db: Connection, received: Received[ApplicationRead], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        read = received.data
        lives = {life for life in (life_of(read.application),) if life}
        return self._decide(
            db, read.case_id, now, lambda state, held: on_application(state, read, self._carriers, now, held()), lives
        )

    def on_verdict(
        self, db: Connection, received: Received[VerdictReached], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        reached = received.data
        return self._decide(
            db, reached.case_id, now, lambda state, held: on_verdict(state, reached, self._carriers, now, held())
        )

    def on_vendor_status(
        self, db: Connection, received: Received[VendorStatusReported], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        reported = received.data
        return self._decide(
            db, reported.case_id, now, lambda state, _: on_vendor_status(state, reported, self._carriers, now)
        )

    def on_request(
        self, db: Connection, received: Received[RequirementRequest], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        request = received.data
        return self._decide(db, request.case_id, now, lambda state, _: on_request(state, request, self._carriers, now))

    def on_amended(self, db: Connection, received: Received[CaseAmended], _: None, now: datetime) -> Iterable[Outgoing]:
        amended = received.data
        return self._decide(
            db, amended.case_id, now, lambda state, held: on_amended(state, amended, self._carriers, now, held())
        )

    def on_case_changed(
        self, db: Connection, received: Received[CaseChanged], _: None, now: datetime
    ) -> Iterable[Outgoing]:
        change = received.data
        return self._decide(
            db, change.case_id, now, lambda state, _: on_case_changed(state, change, self._carriers, now)
        )

    def on_timer(self, db: Connection, timer: Timer, now: datetime) -> Iterable[Outgoing]:
        return self._decide(
            db, timer.subject, now, lambda state, held: on_due(state, timer.name, self._carriers, now, held())
        )

    def _decide(
        self, db: Connection, case_id: str, now: datetime, decide: Decide, lives: set[str] | None = None
    ) -> Iterable[Outgoing]:
        before = store.load(db, case_id)
        try:
            decision = decide(before, lambda: _held(db, before, lives or set()))
        except UnknownRequirement as error:
            raise Permanent(DeadLetterCause.UNKNOWN_CASE, str(error)) from error
        except (CarrierDataError, CannotOrder, FactsMissing) as error:
            raise Permanent(DeadLetterCause.MISSING_REFERENCE_DATA, f"{error} Then replay.") from error
        if decision.state is not before:
            store.save(db, decision.state, before, timers_of(decision.state, self._carriers, now))
        return published(case_id, decision)


def _held(db: Connection, state: CaseRequirements, lives: set[str]) -> Held:
    """Results and orders of other cases on the same life."""
    known = {state.sheet.life} if state.sheet and state.sheet.life else set()
    known |= {life for read in state.applications if (life := life_of(read.application))}
    return store.results_on(db, known | lives, but_for=state.case_id)


def published(case_id: str, decision: Decision) -> Iterable[Outgoing]:
    """What follows from a decision, the list of requirements first."""
    if decision.changed:
        yield Outgoing(REQUIREMENTS_CHANGES, case_id, decision.changed)
    to_vendors: tuple[OrderCancelled | RequirementOrdered | OrderFollowedUp, ...] = (
        *decision.cancelled,
        *decision.orders,
        *decision.followed_up,
    )
    for to_vendor in to_vendors:
        yield Outgoing(VENDORS_ORDERS, case_id, to_vendor, reader=vendor_reader(to_vendor.vendor))
    for notice in decision.notices:
        yield Outgoing(REQUIREMENTS_NOTICES, case_id, notice)


def describe_service(carriers: Carriers, look_every: float = 2.0) -> Service:
    """The service for these carriers; ``look_every``: seconds between two looks at what is due."""
    ordering = Ordering(carriers)
    handlers: tuple[Handler[Any, Any], ...] = (
        Handler(ApplicationRead, ordering.on_application),
        Handler(VerdictReached, ordering.on_verdict),
        Handler(VendorStatusReported, ordering.on_vendor_status),
        Handler(RequirementRequest, ordering.on_request),
        Handler(CaseChanged, ordering.on_case_changed),
        Handler(CaseAmended, ordering.on_amended),
        on_forgotten(store.let_go),
    )
    return Service(
        name="requirements",
        consumes=(
            INTAKE_APPLICATIONS,
            VALIDATION_VERDICTS,
            VENDORS_STATUSES,
            REQUIREMENTS_REQUESTS,
            CASES_CHANGES,
            CASES_AMENDMENTS,
            PRIVATE_FORGOTTEN,
        ),
        handlers=handlers,
        migrations=Path(__file__).parent / "migrations",
        keeps_private=True,
        tasks=(Timers("/goodorder/requirements", ordering.on_timer, look_every).work,),
    )


def build() -> tuple[Service, ServiceSettings]:
    """The service with its settings from the environment."""
    settings = RequirementsSettings()
    return describe_service(load_carriers(settings.carriers)), settings
