"""All that requirements knows of a case, and what a decision about it is: state to keep, events to publish."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from schemas.base import Contract
from schemas.carrier import Carrier, CarrierDataError, Carriers, RequirementRule
from schemas.case_events import CaseAmended
from schemas.codes import NoticeKind, Orderer, Owing, ReasonSource, RequirementKind, RequirementStatus, Verdict
from schemas.events import ApplicationRead
from schemas.ids import derived_id
from schemas.private import Sealed
from schemas.requirement_events import (
    OrderCancelled,
    OrderFollowedUp,
    Requirement,
    RequirementNotice,
    RequirementOrdered,
    RequirementReason,
    RequirementRequest,
    RequirementsChanged,
)
from services.requirements.facts import Facts
from services.requirements.lifecycle import outstanding
from services.requirements.orders import CannotOrder, OrderSheet, order
from services.requirements.tracked import House, Tracked, refreshed


class UnknownRequirement(Exception):
    """Somebody spoke of a requirement that was never asked for; the message names it."""


class CaseRequirements(Contract):
    """All that requirements knows of a case. Applications are held until their verdict has come, no longer."""

    case_id: str
    decided_version: int = 0
    """The last version of the application that was in good order and taken to the grid."""
    applications: tuple[ApplicationRead, ...] = ()
    """Waiting for a verdict that lets them go on."""
    verdicts: dict[int, Verdict] = {}
    """The last verdict on each version that is not decided yet."""
    tracked: tuple[Tracked, ...] = ()
    sheet: OrderSheet | None = None
    """What orders go out by; absent before the first version in good order."""
    facts: Sealed[Facts | None] = None
    """What the carrier's tables were asked with last: asked again when the amount changes."""
    written_face: Decimal | None = None
    """The amount on the application's own pages, where a change since then has another."""
    amendment: CaseAmended | None = None
    """A change that came before the version it is about was taken to the tables."""
    requests: tuple[str, ...] = ()
    """Ids of requests dealt with."""
    waiting: tuple[RequirementRequest, ...] = ()
    """Requests that came before the application was taken to the grid."""
    revision: int = 0
    """Of the case, when it last told us its state."""
    ended: bool = False
    """The case is over: nothing is followed up."""
    decided: bool = False
    """The carrier has decided: results that run out no longer matter."""

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        return tuple(tracked.requirement for tracked in self.tracked)


@dataclass(frozen=True)
class HeldResult:
    """A result, or an order under way, of another case on the same life."""

    case_id: str
    carrier: str
    kind: RequirementKind
    made_on: date | None
    """``None``: still under way."""


@dataclass(frozen=True)
class Decision:
    """What to keep and what to publish."""

    state: CaseRequirements
    changed: RequirementsChanged | None = None
    orders: tuple[RequirementOrdered, ...] = ()
    followed_up: tuple[OrderFollowedUp, ...] = ()
    cancelled: tuple[OrderCancelled, ...] = ()
    notices: tuple[RequirementNotice, ...] = ()


@dataclass
class Work:
    """A decision in the making: the requirements of a case by kind, and what was done to them so far."""

    state: CaseRequirements
    carriers: Carriers
    now: datetime
    tracked: dict[tuple[RequirementKind, str], Tracked] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    orders: list[RequirementOrdered] = field(default_factory=list)
    followed_up: list[OrderFollowedUp] = field(default_factory=list)
    cancelled: list[OrderCancelled] = field(default_factory=list)
    notices: list[RequirementNotice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tracked = {held.key: held for held in self.state.tracked}

    @property
    def sheet(self) -> OrderSheet:
        """Raises :class:`CannotOrder` when no application was taken to the grid yet."""
        if self.state.sheet is None:
            raise CannotOrder(f"Case {self.state.case_id}: no application in good order is on file to order by.")
        return self.state.sheet

    @property
    def carrier(self) -> Carrier:
        return carrier_of(self.carriers, self.sheet.carrier, self.state.case_id)

    def age(self, carrier: Carrier) -> int:
        return self.sheet.ages[carrier.file.grid_age_basis]

    def rule(self, carrier: Carrier, kind: RequirementKind) -> RequirementRule:
        """How the carrier wants a kind; a kind that only a request knows is the agent's to bring."""
        known = carrier.file.requirements.get(kind)
        return known or RequirementRule(
            name=kind.value.replace("_", " ").capitalize(), orderer=Orderer.AGENT, shelf_life_days=365
        )

    def house(self, kind: RequirementKind) -> House:
        carrier = self.carrier
        return House(self.rule(carrier, kind), self.age(carrier), carrier.book.follow_ups, self.state.ended)

    def put(self, tracked: Tracked) -> Tracked:
        """Keep a requirement as it now stands; it is told of when that differs from before."""
        after = refreshed(tracked, self.house(tracked.requirement.kind), self.now)
        before = self.tracked.get(after.key)
        self.tracked[after.key] = after
        identity = after.requirement.requirement_id
        if (before is None or before.requirement != after.requirement) and identity not in self.touched:
            self.touched.append(identity)
        return after

    def order(self, tracked: Tracked) -> Tracked:
        """Order it, for the first time or anew: the former order's log is put aside."""
        times = tracked.orders + 1
        requirement = tracked.requirement.model_copy(
            update={"status": RequirementStatus.ORDERED, "ordered_at": self.now, "expires_on": None}
        )
        sheet = self.sheet
        if tracked.physician:
            other = {"physician_name": tracked.physician, "physician_address": None, "physician_phone": None}
            sheet = sheet.model_copy(update=other)
        sent = order(self.state.case_id, sheet, requirement, self.now, times, tracked.instructions)
        self.orders.append(sent)
        return tracked.model_copy(
            update={
                "requirement": requirement,
                "start": RequirementStatus.ORDERED,
                "since": self.now,
                "orders": times,
                "former_log": (*tracked.former_log, *tracked.log),
                "log": (),
                "cancelled_with_case": False,
                "waits_for_case": None,
            }
        )

    def cancel(self, tracked: Tracked) -> None:
        """Tell the vendor of an order under way that it need not go on."""
        if tracked.is_open_order and tracked.requirement.vendor:
            self.cancelled.append(
                OrderCancelled(
                    case_id=self.state.case_id,
                    requirement_id=tracked.requirement.requirement_id,
                    vendor=tracked.requirement.vendor,
                    vendor_reference=tracked.requirement.vendor_reference,
                    order=max(tracked.orders, 1),
                    cancelled_at=self.now,
                )
            )

    def notify(self, tracked: Tracked, kind: NoticeKind, to: Owing, occasion: str, text: str) -> Tracked:
        """Tell somebody of a requirement, once an occasion."""
        requirement, sheet = tracked.requirement, self.sheet
        identity = derived_id(requirement.requirement_id, f"{kind.value} {to.value} {occasion}")
        if identity in tracked.notices:
            return tracked
        self.notices.append(
            RequirementNotice(
                notice_id=identity,
                case_id=self.state.case_id,
                requirement_id=requirement.requirement_id,
                kind=requirement.kind,
                name=requirement.name,
                notice=kind,
                to=to,
                text=text,
                carrier=sheet.carrier,
                carrier_name=self.carrier.file.name,
                agent_code=sheet.agent_code,
                insured_masked=sheet.insured_masked,
                times=len(tracked.notices) + 1,
                expires_on=requirement.expires_on,
                occurred_at=self.now,
                uploaded_at=sheet.uploaded_at,
            )
        )
        return tracked.model_copy(update={"notices": (*tracked.notices, identity)})

    def done(self, always: bool = False, **news: object) -> Decision:
        """The decision; the list of requirements is published when any of them changed, or ``always``."""
        state = self.state.model_copy(update={**news, "tracked": tuple(self.tracked.values())})
        changed = changed_of(state, self.touched, self.now) if self.touched or always else None
        return Decision(
            state,
            changed,
            tuple(self.orders),
            tuple(self.followed_up),
            tuple(self.cancelled),
            tuple(self.notices),
        )


def carrier_of(carriers: Carriers, carrier_id: str, case_id: str) -> Carrier:
    """Raises :class:`CarrierDataError` for a carrier that is not on file."""
    carrier = carriers.get(carrier_id)
    if carrier is None:
        raise CarrierDataError(f"Case {case_id}: there is no carrier {carrier_id!r} in carriers/. Add its folder.")
    return carrier


def with_reason(tracked: Tracked, reason: RequirementReason) -> Tracked:
    """With one more reason why it is there; the same reason once."""
    known = tracked.requirement.reasons or ()
    if any((each.source, each.text) == (reason.source, reason.text) for each in known):
        return tracked
    reasons = (*known, reason)
    news = {"reasons": reasons, "why": "; ".join(each.text for each in reasons)}
    return tracked.model_copy(update={"requirement": tracked.requirement.model_copy(update=news)})


def by_table_alone(tracked: Tracked) -> bool:
    """Only the carrier's tables ask for it, neither the carrier itself nor a person."""
    sources = {reason.source for reason in tracked.requirement.reasons or ()}
    return not sources & {ReasonSource.CARRIER, ReasonSource.PERSON}


def changed_of(state: CaseRequirements, ids: Iterable[str], now: datetime) -> RequirementsChanged:
    open_ones = outstanding(state.requirements)
    return RequirementsChanged(
        case_id=state.case_id,
        version=state.decided_version,
        requirements=state.requirements,
        changed=tuple(ids),
        outstanding=len(open_ones),
        satisfied=not open_ones,
        changed_at=now,
    )
