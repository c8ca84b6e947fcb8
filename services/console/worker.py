"""The console on Kafka: every event that a page shows is taken into the console's own tables."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from schemas import topics
from schemas.carrier import Carriers, load_carriers
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired, CaseAmended, CaseRequested, CaseStands, DifferenceFound
from schemas.dead_letter_events import DeadLetterRevealed
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
from schemas.privacy_events import PrivateDataOpened
from schemas.requirement_events import (
    OrderCancelled,
    OrderFollowedUp,
    RequirementNotice,
    RequirementOrdered,
    RequirementsChanged,
    VendorStatusReported,
)
from services.chassis.forgetting import on_forgotten
from services.chassis.runner import Handler
from services.chassis.settings import ServiceSettings
from services.chassis.shell import Desk, Service
from services.console.letters.worker import Indexer
from services.console.people import audit
from services.console.projection import following, projector
from services.console.settings import ConsoleSettings

Task = Callable[[Desk], Awaitable[None]]

MIGRATIONS = Path(__file__).parent / "migrations"


def describe_service(carriers: Carriers, *beside: Task) -> Service:
    """The worker for these carriers, with what it does beside the stream."""
    outsiders = (topics.VENDORS_STATUSES, *(topics.decisions(carrier) for carrier in carriers))
    return Service(
        name="console",
        consumes=(
            topics.INTAKE_DOCUMENTS,
            topics.INTAKE_APPLICATIONS,
            topics.VALIDATION_VERDICTS,
            topics.VALIDATION_OVERRIDES,
            topics.REQUIREMENTS_CHANGES,
            topics.REQUIREMENTS_NOTICES,
            topics.VENDORS_ORDERS,
            topics.CASES_CHANGES,
            topics.CASES_STANDINGS,
            topics.CASES_REQUESTS,
            topics.CASES_AMENDMENTS,
            topics.CASES_DIFFERENCES,
            topics.NOTIFY_DELIVERIES,
            topics.LICENSING_PRODUCERS,
            topics.PRIVATE_ACCESSES,
            topics.PRIVATE_FORGOTTEN,
            *outsiders,
        ),
        only_shown=outsiders,
        handlers=(
            Handler(DocumentReceived, projector.arrived),
            Handler(DocumentRefused, projector.refused),
            Handler(DocumentUnpacked, projector.unpacked),
            Handler(ApplicationRead, projector.read),
            Handler(LateDocumentFiled, projector.filed),
            Handler(DocumentUnmatched, projector.waits),
            Handler(VerdictReached, projector.judged),
            Handler(FindingOverridden, projector.overridden),
            Handler(RequirementsChanged, following.changed),
            Handler(RequirementNotice, following.noticed),
            Handler(RequirementOrdered, following.ordered),
            Handler(OrderFollowedUp, following.followed_up),
            Handler(OrderCancelled, following.cancelled),
            Handler(VendorStatusReported, following.reported),
            Handler(CaseChanged, projector.changed),
            Handler(CaseStands, projector.stands),
            Handler(CaseRequested, projector.requested),
            Handler(CaseAmended, projector.amended),
            Handler(DifferenceFound, projector.differed),
            Handler(CarrierDecided, projector.spoken),
            Handler(CarrierRequired, projector.raised),
            Handler(MailDelivery, projector.mailed),
            Handler(ProducerChanged, projector.on_file),
            Handler(PrivateDataOpened, audit.opened, even_forgotten=True),
            Handler(DeadLetterRevealed, audit.revealed),
            on_forgotten(projector.let_go),
        ),
        migrations=MIGRATIONS,
        tasks=beside,
        keeps_private=True,
    )


def build() -> tuple[Service, ServiceSettings]:
    settings = ConsoleSettings()
    return describe_service(load_carriers(settings.carriers), Indexer(settings).work), settings
