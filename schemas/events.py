"""The data of events, by topic, and the one list of all event types.

What has more to say has modules of its own: findings and verdicts (:mod:`schemas.finding_events`), requirements, orders
and reports (:mod:`schemas.requirement_events`), submissions and decisions (:mod:`schemas.carrier_events`), cases
(:mod:`schemas.case_events`), documents and files (:mod:`schemas.document_events`, :mod:`schemas.file_events`).

Each class is the ``data`` of a CloudEvent (:mod:`schemas.envelope`). Inside a version only optional additions
are made; a breaking change is a new version beside the old one. An absent value is left out of the JSON, so
whatever may be ``None`` has ``None`` as its default.
"""

from typing import NamedTuple

from pydantic import Field

from schemas.application import Application
from schemas.base import CaseId, Contract, Sha256, StoredObject, UtcDatetime
from schemas.carrier_events import ApplicationSubmitted, CarrierDecided, DocumentsSubmitted
from schemas.case_events import (
    CarrierAsked,
    CarrierListed,
    CarrierRequired,
    CaseAmended,
    CaseRequested,
    CaseStands,
    DifferenceFound,
)
from schemas.codes import (
    CarrierDecisionKind,
    CaseState,
    DeliveryOutcome,
    RefusalCause,
    RequirementKind,
    RequirementStatus,
)
from schemas.dead_letter_events import (
    CorrectDeadLetter,
    DeadLetterResolved,
    DeadLetterRevealed,
    DeadLettersBegan,
    DiscardDeadLetter,
    ReplayDeadLetter,
)
from schemas.document_events import (
    CorrectValues,
    DocumentFiled,
    DocumentUnmatched,
    DocumentUploaded,
    FileDocument,
    LateDocumentFiled,
    VersionChanges,
)
from schemas.file_events import DocumentSeen, DocumentUnpacked
from schemas.finding_events import Finding, FindingOverridden, OverrideFinding, VerdictReached
from schemas.licensing import ProducerRecord
from schemas.privacy_events import CaseForgotten, EraseCase, PrivacyRequested, PrivateDataOpened
from schemas.requirement_events import (
    OrderCancelled,
    OrderFollowedUp,
    RequirementNotice,
    RequirementOrdered,
    RequirementRequest,
    RequirementsChanged,
    VendorStatusReported,
)

# --- intake.documents -------------------------------------------------------------------------------------


class DocumentReceived(Contract):
    """A document arrived in the drop bucket: for the first time, or again with a case that it was not filed to."""

    document_id: Sha256
    upload: StoredObject
    """The agent's own object, never moved or deleted."""
    archive: StoredObject
    """Our copy, by content."""
    file_name: str
    size: int
    """Bytes."""
    agent_code: str | None = None
    uploaded_at: UtcDatetime
    case_reference: CaseId | None = None
    """The case that the object's key or metadata names."""
    requirement: RequirementKind | None = None
    """The requirement that it is said to answer."""
    part_of: Sha256 | None = None
    """The ZIP file or PDF portfolio in which it came, itself a document."""


class DocumentRefused(Contract):
    """A document that nobody can read; the agent is told why and what to do."""

    document_id: Sha256
    upload: StoredObject
    """Which upload is refused: the same bytes uploaded again are refused again."""
    file_name: str
    agent_code: str | None = None
    uploaded_at: UtcDatetime
    cause: RefusalCause
    message: str
    """What is wrong and what to do, in a sentence or two for the agent."""
    seen: DocumentSeen | None = None
    """What could be told of the file all the same."""


# --- intake.applications ----------------------------------------------------------------------------------


class ApplicationRead(Contract):
    """The application as read, version n: the whole of it each time."""

    case_id: CaseId
    version: int = Field(ge=1)
    agent_code: str | None = None
    documents: tuple[DocumentFiled, ...]
    """All of the case, the newest first."""
    uploaded_at: UtcDatetime
    """Of the document that came first: when the packet was received."""
    reading_started_at: UtcDatetime
    read_at: UtcDatetime
    application: Application
    changes: VersionChanges | None = None
    """Beside the version before; absent for the first."""


# --- cases.changes ----------------------------------------------------------------------------------------


class OpenRequirement(Contract):
    """A requirement in a few words, for the agent."""

    name: str
    status: RequirementStatus
    carrier_owned: bool = False


class CaseChanged(Contract):
    """A case changed its state: enough to tell the agent, without any medical answer or SSN."""

    case_id: CaseId
    revision: int = Field(ge=1)
    """Counts the changes of this case without gaps."""
    from_state: CaseState | None = None
    """``None`` for the first change."""
    to_state: CaseState
    occurred_at: UtcDatetime
    """When the cause took effect."""
    reason: str
    """Why, in a few words for the timeline."""
    carrier: str
    carrier_name: str
    product_name: str | None = None
    carrier_status: CarrierDecisionKind | None = None
    """The carrier's own last word, kept beside our state."""
    carrier_reference: str | None = None
    """The carrier's policy or case number."""
    agent_code: str | None = None
    insured_masked: str
    """First name and the last name's initial, e.g. ``Jordan P.``"""
    uploaded_at: UtcDatetime
    arrived_at: UtcDatetime | None = None
    """When the newest document of this version was uploaded; absent for the first version."""
    application_version: int
    findings: tuple[Finding, ...] = ()
    """The open B and N findings, on a change to ``nigo``."""
    documents: tuple[DocumentUploaded, ...] | None = None
    """The documents that the findings' pages are counted in, where the case has several."""
    requirements: tuple[OpenRequirement, ...] = ()
    note: str | None = None
    """The carrier's words to the agent (conditions, what is missing), where it sent some."""
    answer_by: UtcDatetime | None = None
    """Until when an offer can be answered."""
    corrects: int | None = None
    """The last revision that still holds, where something that came late changed what followed it: this change
    leads straight to where the case stands now."""


# --- notify.deliveries ------------------------------------------------------------------------------------


class MailDelivery(Contract):
    """What became of one mail."""

    notification_id: str
    case_id: CaseId | None = None
    """``None`` for a document that never became a case."""
    document_id: Sha256 | None = None
    template: str
    agent_code: str | None = None
    outcome: DeliveryOutcome
    message_id: str | None = None
    """The mail's Message-ID header."""
    server_reply: str | None = None
    occurred_at: UtcDatetime
    uploaded_at: UtcDatetime | None = None


# --- licensing.imports, licensing.producers ----------------------------------------------------------------


class ProducerImported(Contract):
    """A producer's record as the agency's licensing desk has it now: the whole of it."""

    record: ProducerRecord
    imported_at: UtcDatetime
    """When it was taken from its source; an older one never undoes a newer one."""
    source: str
    """Where it comes from, in words: a file, a feed."""


class ProducerChanged(Contract):
    """A producer's record after a change: the whole of it each time."""

    agent_code: str
    revision: int = Field(ge=1)
    """Counts the changes of this record without gaps."""
    record: ProducerRecord
    changed_at: UtcDatetime


# --- the list ---------------------------------------------------------------------------------------------


class EventType(NamedTuple):
    """An event type: its CloudEvents ``type``, the model of its data, and the topic it travels on."""

    name: str
    version: int
    data: type[Contract]
    topic: str
    """Topic name; ``{carrier}`` and ``{service}`` stand for one topic each."""

    @property
    def type(self) -> str:
        return f"goodorder.{self.name}.v{self.version}"


EVENT_TYPES: tuple[EventType, ...] = (
    EventType("intake.document-received", 1, DocumentReceived, "intake.documents"),
    EventType("intake.document-unpacked", 1, DocumentUnpacked, "intake.documents"),
    EventType("intake.document-refused", 1, DocumentRefused, "intake.documents"),
    EventType("intake.document-filed", 1, LateDocumentFiled, "intake.documents"),
    EventType("intake.document-unmatched", 1, DocumentUnmatched, "intake.documents"),
    EventType("intake.file-document", 1, FileDocument, "intake.filing-requests"),
    EventType("intake.correct-values", 1, CorrectValues, "intake.corrections"),
    EventType("intake.application-read", 1, ApplicationRead, "intake.applications"),
    EventType("validation.verdict-reached", 1, VerdictReached, "validation.verdicts"),
    EventType("requirements.changed", 1, RequirementsChanged, "requirements.changes"),
    EventType("vendors.requirement-ordered", 1, RequirementOrdered, "vendors.orders"),
    EventType("vendors.status-reported", 1, VendorStatusReported, "vendors.statuses"),
    EventType("vendors.order-followed-up", 1, OrderFollowedUp, "vendors.orders"),
    EventType("vendors.order-cancelled", 1, OrderCancelled, "vendors.orders"),
    EventType("requirements.notice", 1, RequirementNotice, "requirements.notices"),
    EventType("requirements.request", 1, RequirementRequest, "requirements.requests"),
    EventType("cases.changed", 1, CaseChanged, "cases.changes"),
    EventType("carriers.application-submitted", 1, ApplicationSubmitted, "carriers.{carrier}.submissions"),
    EventType("carriers.documents-submitted", 1, DocumentsSubmitted, "carriers.{carrier}.submissions"),
    EventType("carriers.decided", 1, CarrierDecided, "carriers.{carrier}.decisions"),
    EventType("carriers.required", 1, CarrierRequired, "carriers.{carrier}.decisions"),
    EventType("carriers.listed", 1, CarrierListed, "carriers.{carrier}.decisions"),
    EventType("carriers.asked", 1, CarrierAsked, "carriers.{carrier}.submissions"),
    EventType("cases.requested", 1, CaseRequested, "cases.requests"),
    EventType("cases.amended", 1, CaseAmended, "cases.amendments"),
    EventType("cases.stands", 1, CaseStands, "cases.standings"),
    EventType("cases.difference-found", 1, DifferenceFound, "cases.differences"),
    EventType("notify.mail-delivery", 1, MailDelivery, "notify.deliveries"),
    EventType("validation.finding-overridden", 1, FindingOverridden, "validation.overrides"),
    EventType("validation.override-finding", 1, OverrideFinding, "validation.override-requests"),
    EventType("licensing.producer-imported", 1, ProducerImported, "licensing.imports"),
    EventType("licensing.producer-changed", 1, ProducerChanged, "licensing.producers"),
    EventType("private.opened", 1, PrivateDataOpened, "private.accesses"),
    EventType("private.requested", 1, PrivacyRequested, "private.requests"),
    EventType("private.erase", 1, EraseCase, "private.erasures"),
    EventType("private.forgotten", 1, CaseForgotten, "private.forgotten"),
    EventType("dead-letters.replay", 1, ReplayDeadLetter, "{service}.commands"),
    EventType("dead-letters.discard", 1, DiscardDeadLetter, "{service}.commands"),
    EventType("dead-letters.correct", 1, CorrectDeadLetter, "{service}.commands"),
    EventType("dead-letters.resolved", 1, DeadLetterResolved, "dead-letters.resolutions"),
    EventType("dead-letters.revealed", 1, DeadLetterRevealed, "private.accesses"),
    EventType("dead-letters.began", 1, DeadLettersBegan, "dead-letters.alerts"),
)

BY_TYPE: dict[str, EventType] = {event.type: event for event in EVENT_TYPES}
BY_DATA: dict[type[Contract], EventType] = {event.data: event for event in EVENT_TYPES}
