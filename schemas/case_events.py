"""The data of what people ask of a case, and of what passes between desk and carrier beside submission and decision."""

from decimal import Decimal

from pydantic import Field

from schemas.application import Beneficiary
from schemas.base import CaseId, Contract, UtcDatetime
from schemas.codes import (
    CarrierAskKind,
    CarrierDecisionKind,
    CarrierRequirementStatus,
    CaseRequestKind,
    CaseState,
    ChangeConsequence,
    DifferenceKind,
    Owing,
    PremiumMode,
    RequirementKind,
    RequirementStage,
)


class CaseRequested(Contract):
    """A person asks something of a case: to submit, to answer an offer, to withdraw, to change, to relate it."""

    case_id: CaseId
    request: CaseRequestKind
    other_case_id: CaseId | None = None
    """The case that this one is a duplicate of, additional to, or an alternate of."""
    face_amount: Decimal | None = None
    """The amount wanted, on ``change_face_amount``."""
    mode: PremiumMode | None = None
    """The mode wanted, on ``change_mode``."""
    beneficiaries: tuple[Beneficiary, ...] | None = None
    """All beneficiaries wanted, on ``change_beneficiary``."""
    actor: str
    reason: str
    requested_at: UtcDatetime


class CaseAmended(Contract):
    """A change to what was applied for was taken up, and what it sets in motion again."""

    case_id: CaseId
    version: int
    """Version of the application that is to be changed."""
    change: CaseRequestKind
    face_amount: Decimal | None = None
    mode: PremiumMode | None = None
    consequences: tuple[ChangeConsequence, ...]
    amended_at: UtcDatetime


class OwedItem(Contract):
    """One thing that somebody owes on a case."""

    what: str
    owner: Owing
    who: str
    """The owner by name where it has one."""
    since: UtcDatetime
    usual_days: tuple[int, int] | None = None
    """How long it usually takes, in days, at least and at most."""
    next_step: str
    next_at: UtcDatetime
    """When the desk follows up if nothing came; told at ``stands_at``."""
    due_at: UtcDatetime | None = None
    """After this it is too late."""


class CaseStands(Contract):
    """Who owes what on a case, after it changed: the whole of it each time."""

    case_id: CaseId
    state: CaseState | None = None
    """Absent while nothing but others' words is known of the case."""
    waits_for: Owing | None = None
    """Whose turn it is; absent when nobody's."""
    open_items: tuple[OwedItem, ...] = ()
    """What the state itself waits for comes first."""
    stands_at: UtcDatetime


class CarrierAsked(Contract):
    """The desk asks a carrier something about a case that the carrier has."""

    ask_id: str
    """The same for every repetition of this question."""
    case_id: CaseId
    carrier: str
    ask: CarrierAskKind
    carrier_reference: str | None = None
    """The carrier's own number of the case, where it named one."""
    since: UtcDatetime | None = None
    """On ``resend``: the moment of the last word that reached us; absent = from the beginning."""
    face_amount: Decimal | None = None
    mode: PremiumMode | None = None
    beneficiaries: tuple[Beneficiary, ...] | None = None
    reason: str
    asked_at: UtcDatetime


class CarrierRequired(Contract):
    """A carrier raises a requirement of its own on a case it has, or says how far one is."""

    case_id: CaseId
    requirement_id: str = Field(min_length=1)
    """The carrier's own id of it, the same in every word about it."""
    name: str
    """What is needed, in words that may go to the agent: nothing medical."""
    kind: RequirementKind | None = None
    stage: RequirementStage = RequirementStage.UNDERWRITING
    status: CarrierRequirementStatus = CarrierRequirementStatus.OUTSTANDING
    owed_by: Owing | None = None
    """Who has to bring it; absent = the agent."""
    due_at: UtcDatetime | None = None
    effective_at: UtcDatetime
    """When the carrier raised it, or its status changed."""


class ListedCase(Contract):
    """A case as a carrier's books have it."""

    case_id: CaseId
    decision: CarrierDecisionKind
    """The carrier's last word on it."""
    effective_at: UtcDatetime
    carrier_reference: str | None = None


class CarrierListed(Contract):
    """A carrier's list of every case it has from us, or a part of the list."""

    list_id: str = Field(min_length=1)
    as_of: UtcDatetime
    part: int = Field(default=1, ge=1)
    parts: int = Field(default=1, ge=1)
    """A list too long for one record comes in parts; it is compared when all are here."""
    cases: tuple[ListedCase, ...]


class DifferenceFound(Contract):
    """A carrier's view of a case and ours differ."""

    difference_id: str
    """The same while the difference is the same."""
    carrier: str
    case_id: CaseId
    kind: DifferenceKind
    our_state: CaseState | None = None
    heard: CarrierDecisionKind | None = None
    """The carrier's last word that reached us."""
    said: CarrierDecisionKind | None = None
    """What the carrier says now."""
    message: str
    """What differs and what is done about it."""
    list_id: str | None = None
    """The list that showed it."""
    found_at: UtcDatetime
