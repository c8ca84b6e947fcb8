"""The data of what passes about requirements beside their list, the orders and the reports: asked, told, taken back."""

from datetime import date

from pydantic import Field

from schemas.base import CaseId, Contract, Sha256, UtcDatetime
from schemas.codes import NoticeKind, Orderer, Owing, ReasonSource, RequestAction, RequirementKind, VendorStatus
from schemas.private import Sealed


class OrderFollowedUp(Contract):
    """We ask a vendor how far an order is."""

    case_id: CaseId
    requirement_id: str
    vendor: str
    vendor_reference: str | None = None
    order: int = Field(default=1, ge=1)
    times: int = Field(ge=1)
    """How often we have asked about this order, this time included."""
    last_status: VendorStatus | None = None
    asked_at: UtcDatetime


class OrderCancelled(Contract):
    """A vendor need not go on with an order."""

    case_id: CaseId
    requirement_id: str
    vendor: str
    vendor_reference: str | None = None
    order: int = Field(default=1, ge=1)
    cancelled_at: UtcDatetime


class RequirementNotice(Contract):
    """Somebody is to be told of a requirement, though the case did not change: a reminder, a cry for help, a date."""

    notice_id: str
    """The same for every repetition of this notice."""
    case_id: CaseId
    requirement_id: str
    kind: RequirementKind
    name: str
    notice: NoticeKind
    to: Owing
    """Whom it is for; the agent gets a mail."""
    text: str
    """What is the matter and what to do, in a sentence or two without any medical answer."""
    carrier: str
    carrier_name: str
    agent_code: str | None = None
    insured_masked: str
    times: int = Field(default=1, ge=1)
    """The how-manieth of its kind about this requirement."""
    expires_on: date | None = None
    occurred_at: UtcDatetime
    uploaded_at: UtcDatetime


class RequirementRequest(Contract):
    """Something is asked about a requirement of a case: by its carrier (through cases, which checks that it is
    the case's own carrier), or by a person at the agency."""

    request_id: str
    """The asker's own id: asked twice it is done once."""
    case_id: CaseId
    action: RequestAction
    kind: RequirementKind
    about: Sealed[str | None] = None
    """Tells several of a kind apart, e.g. which physician or which question."""
    name: str | None = None
    """What to call it, where the carrier's file has no better name; no medical answer."""
    requirement_id: str | None = None
    """Which one, where it is there already and ``kind`` and ``about`` do not say."""
    orderer: Orderer | None = None
    """Who orders it, where the asker says so; else the carrier's file."""
    asked_by: ReasonSource
    """``carrier`` or ``person``."""
    asker: str
    """Carrier id, or the person's name."""
    reason: Sealed[str]
    carrier_reference: str | None = None
    document_id: Sha256 | None = None
    """What came in, with ``received``."""
    effective_at: UtcDatetime
