"""The data of what goes to a carrier and what it decides, on its own two topics."""

from decimal import Decimal

from schemas.application import Application
from schemas.base import CaseId, Contract, UtcDatetime
from schemas.codes import CarrierDecisionKind
from schemas.document_events import DocumentFiled, VersionChanges


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
