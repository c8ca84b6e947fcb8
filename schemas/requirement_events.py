"""The data of what passes about requirements: their list, orders, reports, and what is asked, told and taken back."""

from datetime import date

from pydantic import Field

from schemas.application import Address
from schemas.base import CaseId, Contract, Sha256, StoredObject, UtcDatetime
from schemas.codes import (
    NoticeKind,
    Orderer,
    Owing,
    ReasonSource,
    RequestAction,
    RequirementKind,
    RequirementStatus,
    VendorStatus,
)
from schemas.private import Sealed


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
