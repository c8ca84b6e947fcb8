"""The data of events, by topic, and the one list of all event types.

What is said of a case, of requirements, of documents and of files in more words has modules of its own
(:mod:`schemas.case_events`, :mod:`schemas.requirement_events`, :mod:`schemas.document_events`,
:mod:`schemas.file_events`).

Each class is the ``data`` of a CloudEvent (:mod:`schemas.envelope`). Inside a version only optional additions
are made; a breaking change is a new version beside the old one. An absent value is left out of the JSON, so
whatever may be ``None`` has ``None`` as its default.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from pydantic import Field

from schemas.application import Address, Application, Box
from schemas.base import CaseId, Contract, Sha256, StoredObject, UtcDatetime
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
    FilingWay,
    Orderer,
    OverrideKind,
    Owing,
    ReasonCode,
    ReasonSource,
    RefusalCause,
    RequirementKind,
    RequirementStatus,
    Severity,
    VendorStatus,
    Verdict,
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
    DocumentUnmatched,
    DocumentUploaded,
    FileDocument,
    LateDocumentFiled,
    VersionChanges,
)
from schemas.file_events import DocumentSeen, DocumentUnpacked
from schemas.licensing import ProducerRecord
from schemas.privacy_events import CaseForgotten, EraseCase, PrivacyRequested, PrivateDataOpened
from schemas.private import Sealed
from schemas.requirement_events import OrderCancelled, OrderFollowedUp, RequirementNotice, RequirementRequest

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


class PagePicture(Contract):
    """A page as it was read, upright and laid on its form: the boxes of evidence lie on it."""

    page: int = Field(ge=1)
    """Page of the document, from 1."""
    picture: StoredObject


class DocumentFiled(Contract):
    """A document that this version of the application was read from."""

    document_id: Sha256
    archive: StoredObject
    file_name: str
    pictures: tuple[PagePicture, ...] | None = None
    """Pages with something doubtful on them, as pictures for people; absent when there is none."""
    uploaded_at: UtcDatetime | None = None
    """Absent in events of releases before, as all that follows."""
    version: int | None = Field(default=None, ge=1)
    """The version of the application that it first came with."""
    filed: FilingWay | None = None
    requirement: RequirementKind | None = None
    """The requirement that it answers, where that was said."""
    seen: DocumentSeen | None = None


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


# --- validation.verdicts ----------------------------------------------------------------------------------


class Finding(Contract):
    """One thing that a rule found, with its evidence."""

    rule: str
    """Rule id, e.g. ``V-25``."""
    rule_version: int = 1
    severity: Severity
    reason: ReasonCode
    at: str
    """Path in the application, e.g. ``beneficiaries.0.share``."""
    label: str
    """The field or form, in words printed on the form."""
    message: str
    """What is wrong and what to do; holds no medical answer, SSN, account number or date of birth."""
    citation: str
    document_id: Sha256 | None = None
    page: int | None = None
    """Page of the document, from 1."""
    box: Box | None = None
    confidence: float | None = None
    """How sure the reader was of the value that the finding rests on, 0 to 1."""
    crop: StoredObject | None = None
    """A picture of that place on the page, where what is there was doubtful."""


class OverriddenFinding(Contract):
    """A finding that a person has set aside: it does not count for the verdict."""

    finding: Finding
    kind: OverrideKind
    reason: str
    actor: str
    overridden_at: UtcDatetime


class VerdictReached(Contract):
    """What validation says about one version of an application: in good order, or not."""

    case_id: CaseId
    version: int
    """Version of the application that was judged."""
    verdict: Verdict
    findings: tuple[Finding, ...]
    overridden: tuple[OverriddenFinding, ...] | None = None
    """Set aside by a person, while the evidence is the same."""
    decided_at: UtcDatetime


# --- validation.override-requests, validation.overrides -----------------------------------------------------


class OverrideFinding(Contract):
    """Ask validation to set a rule's findings on a case aside."""

    case_id: CaseId
    rule: str
    at: str | None = None
    """Only the finding at this path; absent = all of the rule's on this case."""
    kind: OverrideKind = OverrideKind.ACCEPTED
    actor: str
    reason: str


class FindingOverridden(Contract):
    """A person set a finding of a case aside, or called it a false alarm: the audit, and the rule's false alarms."""

    case_id: CaseId
    version: int
    """Version of the application that the finding was about."""
    rule: str
    rule_version: int
    at: str
    """Path in the application."""
    kind: OverrideKind
    lifted: bool
    """It counts no more. Never so for what blocks: a false alarm there is noted for the rule's sake only."""
    reason: str
    actor: str
    overridden_at: UtcDatetime


# --- requirements.changes, .notices, .requests, vendors.orders, vendors.statuses ---------------------------


class RequirementReason(Contract):
    """Why a requirement is there."""

    source: ReasonSource
    text: Sealed[str]
    """The grid's cell, the footnote, the question that was answered yes. Not for e-mails: it may speak of health."""
    where: str | None = None
    """File and line that say so, e.g. ``carriers/aldermoor/grid.csv, line 12``."""
    edition: str | None = None
    """Of the carrier's guide."""


class Requirement(Contract):
    """One thing that a carrier wants before it decides, and how far it is."""

    requirement_id: str
    kind: RequirementKind
    name: str
    """Holds no medical answer: it may stand in an e-mail."""
    status: RequirementStatus
    why: Sealed[str]
    """All reasons in words."""
    vendor: str | None = None
    carrier_owned: bool = False
    """The carrier orders it itself."""
    reasons: tuple[RequirementReason, ...] | None = None
    about: Sealed[str | None] = None
    """Tells several of a kind apart: a questionnaire's question, a physician."""
    orderer: Orderer | None = None
    ordered_at: UtcDatetime | None = None
    owed_by: Owing | None = None
    """Who has to act next; absent when nobody has."""
    owed_since: UtcDatetime | None = None
    next_step: str | None = None
    """What happens next, in a few words without any medical answer."""
    next_at: UtcDatetime | None = None
    """When it is looked at again."""
    vendor_status: VendorStatus | None = None
    """The last entry of the vendor's log that counts."""
    vendor_status_at: UtcDatetime | None = None
    vendor_reference: str | None = None
    scheduled_for: UtcDatetime | None = None
    """The appointment."""
    expires_on: date | None = None
    """Last day on which its results are good."""
    carrier_reference: str | None = None
    """The carrier's own number of it, where the carrier asked for it."""


class RequirementsChanged(Contract):
    """A case's requirements after a change: the whole list each time, and what changed."""

    case_id: CaseId
    version: int
    """Version of the application they were decided for."""
    requirements: tuple[Requirement, ...]
    changed: tuple[str, ...]
    """Ids of the requirements that this event changed."""
    outstanding: int = Field(ge=0)
    satisfied: bool
    """Nothing is outstanding."""
    changed_at: UtcDatetime


class OrderParty(Contract):
    """What a vendor needs to reach the insured, and nothing more."""

    name: str
    date_of_birth: str
    """ISO date."""
    sex: str | None = None
    address: Address
    phone: str | None = None
    best_time_to_call: str | None = None


class RequirementOrdered(Contract):
    """An order to a vendor: an exam, a physician's statement, an interview."""

    case_id: CaseId
    requirement_id: str
    kind: RequirementKind
    vendor: str
    carrier: str
    party: Sealed[OrderParty]
    authorization: StoredObject | None = None
    """The packet that holds the signed HIPAA authorisation."""
    physician_name: Sealed[str | None] = None
    physician_address: Sealed[str | None] = None
    physician_phone: Sealed[str | None] = None
    ordered_at: UtcDatetime
    order: int | None = Field(default=None, ge=1)
    """The how-manieth order of this requirement; absent from releases before, where it was the first."""
    instructions: Sealed[tuple[str, ...] | None] = None
    """What the carrier's guide asks of the vendor beside, e.g. a further test of the blood."""


class VendorStatusReported(Contract):
    """One entry of a vendor's status log."""

    case_id: CaseId
    requirement_id: str
    status: VendorStatus
    effective_at: UtcDatetime
    vendor_reference: str | None = None
    """The vendor's own order number."""
    vendor_code: str | None = None
    """The vendor's own code for what happened."""
    scheduled_for: UtcDatetime | None = None
    """The appointment, with ``scheduled`` and ``rescheduled``."""
    note: str | None = None
    """The vendor's words. They are not kept: they may speak of health."""


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


# --- carriers.<id>.submissions, carriers.<id>.decisions ---------------------------------------------------


class ApplicationSubmitted(Contract):
    """A case in good order, to its carrier: the data and where the packet's documents are."""

    submission_id: str
    """The same for every repetition of this submission (case and version)."""
    case_id: CaseId
    version: int
    carrier: str
    agent_code: str | None = None
    documents: tuple[DocumentFiled, ...]
    application: Application
    submitted_at: UtcDatetime


class DocumentsSubmitted(Contract):
    """Documents that came after the submission of their case, to the carrier that has it."""

    submission_id: str
    """The same for every repetition (case and version)."""
    case_id: CaseId
    version: int
    """The version of the application that has them."""
    carrier: str
    carrier_reference: str | None = None
    """The carrier's own number of the case, where it named one."""
    agent_code: str | None = None
    documents: tuple[DocumentFiled, ...]
    """Only those that the carrier has not had yet."""
    application: Application | None = None
    """As it reads with them, where they changed what it says."""
    changes: VersionChanges | None = None
    submitted_at: UtcDatetime


class CarrierDecided(Contract):
    """What a carrier says about a case: published by the carrier, in any language."""

    case_id: CaseId
    decision: CarrierDecisionKind
    effective_at: UtcDatetime
    """When the carrier decided: its words count in this order, whatever order they come in."""
    carrier_reference: str | None = None
    """The carrier's policy or case number."""
    note: str | None = None
    """Conditions or reasons, in words that may go to the agent."""
    approved_face_amount: Decimal | None = None
    approved_rate_class: str | None = None
    modal_premium: Decimal | None = None
    """US dollars for one payment at what was approved or offered."""
    conditions: tuple[str, ...] | None = None
    """What must hold or be brought before the policy is placed, in words that may go to the agent."""
    answer_by: UtcDatetime | None = None


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
