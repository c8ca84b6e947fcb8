"""What happens to a case's requirements when an event arrives: state and event in, state and events out."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from schemas.ages import age_on
from schemas.base import Contract, UtcDatetime
from schemas.carrier import Carrier, CarrierDataError, Carriers, RequirementRule
from schemas.codes import FormKind, Orderer, RequirementStatus, SignerRole, Verdict
from schemas.events import (
    ApplicationRead,
    Requirement,
    RequirementOrdered,
    RequirementsChanged,
    VendorStatusReported,
    VerdictReached,
)
from services.requirements.grid import Required, required
from services.requirements.lifecycle import SETBACKS, STATUS_OF, LogEntry, outstanding, status_from
from services.requirements.orders import CannotOrder, needed, order, rule_for


class UnknownRequirement(Exception):
    """A vendor spoke of a requirement that was never asked for; the message names it."""


class Tracked(Contract):
    """One requirement with what its vendor reported."""

    requirement: Requirement
    start: RequirementStatus
    """Where it stands before any report: ordered by us, or needed from the agent or the carrier."""
    log: tuple[LogEntry, ...] = ()
    """Of the order that stands."""
    former_log: tuple[LogEntry, ...] = ()
    """Of orders that came to nothing or ran out: a late repetition of these changes nothing."""

    def results_on(self) -> date | None:
        """The day the results went out."""
        days = (e.effective_at.date() for e in self.log if STATUS_OF[e.status] is RequirementStatus.SATISFIED)
        return max(days, default=None)


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

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        return tuple(tracked.requirement for tracked in self.tracked)


@dataclass(frozen=True)
class Decision:
    """What to keep and what to publish."""

    state: CaseRequirements
    changed: RequirementsChanged | None = None
    orders: tuple[RequirementOrdered, ...] = ()


def on_application(state: CaseRequirements, read: ApplicationRead, carriers: Carriers, now: datetime) -> Decision:
    """An application arrived, before or after its verdict. Raises what :func:`on_verdict` raises."""
    if read.version <= state.decided_version:
        return Decision(state)
    others = (held for held in state.applications if held.version != read.version)
    held = tuple(sorted((*others, read), key=lambda application: application.version))
    return _join(state.model_copy(update={"applications": held}), carriers, now)


def on_verdict(state: CaseRequirements, reached: VerdictReached, carriers: Carriers, now: datetime) -> Decision:
    """A verdict arrived, before or after its application; only one on the same version lets it go on.

    Raises :class:`schemas.carrier.CarrierDataError` when the carrier's data give no answer, and
    :class:`services.requirements.orders.CannotOrder` when the application lacks what an order needs.
    """
    if reached.version <= state.decided_version:
        return Decision(state)
    verdicts = {**state.verdicts, reached.version: reached.verdict}
    return _join(state.model_copy(update={"verdicts": verdicts}), carriers, now)


def on_vendor_status(state: CaseRequirements, reported: VendorStatusReported, now: datetime) -> Decision:
    """A vendor reported; late, early and repeated reports do no harm. Raises :class:`UnknownRequirement`."""
    place = next(
        (n for n, held in enumerate(state.requirements) if held.requirement_id == reported.requirement_id), None
    )
    if place is None:
        raise UnknownRequirement(
            f"Case {reported.case_id}: requirement {reported.requirement_id} was never asked for. "
            "Have the vendor check case and requirement, then discard or replay this report."
        )
    before = state.tracked[place]
    entry = LogEntry(status=reported.status, effective_at=reported.effective_at)
    if entry in before.log or entry in before.former_log:
        return Decision(state)
    after = _with_entry(before, entry)
    tracked = (*state.tracked[:place], after, *state.tracked[place + 1 :])
    state = state.model_copy(update={"tracked": tracked})
    if after.requirement.status is before.requirement.status:
        return Decision(state)
    return Decision(state, _changed(state, (reported.requirement_id,), now))


def _with_entry(tracked: Tracked, entry: LogEntry) -> Tracked:
    log = (*tracked.log, entry)
    requirement = tracked.requirement.model_copy(update={"status": status_from(log, tracked.start)})
    return tracked.model_copy(update={"log": log, "requirement": requirement})


def _join(state: CaseRequirements, carriers: Carriers, now: datetime) -> Decision:
    """Take the version that has both its application and good order to the grid; no event completes two."""
    ready = next((held for held in state.applications if state.verdicts.get(held.version) is Verdict.IGO), None)
    if ready is None:
        return Decision(_without_overtaken(state))
    carrier = carriers.get(ready.application.carrier)
    if carrier is None:
        raise CarrierDataError(
            f"Case {ready.case_id}: there is no carrier {ready.application.carrier!r} in carriers/. Add its folder."
        )
    tracked = {held.requirement.kind: held for held in state.tracked}
    orders: list[RequirementOrdered] = []
    changed: list[str] = []
    for asked in _asked_by_grid(ready, carrier):
        held, rule = tracked.get(asked.kind), rule_for(carrier, asked.kind)
        if held and not _is_void(held, rule, now):
            continue
        requirement = needed(ready.case_id, carrier, asked)
        if rule.orderer is Orderer.BGA:
            requirement = requirement.model_copy(update={"status": RequirementStatus.ORDERED})
            orders.append(order(ready, requirement, now))
        former = (*held.former_log, *held.log) if held else ()
        tracked[asked.kind] = Tracked(requirement=requirement, start=requirement.status, former_log=former)
        changed.append(requirement.requirement_id)
    state = CaseRequirements(
        case_id=state.case_id,
        decided_version=ready.version,
        applications=tuple(held for held in state.applications if held.version > ready.version),
        verdicts={version: word for version, word in state.verdicts.items() if version > ready.version},
        tracked=tuple(tracked.values()),
    )
    return Decision(state, _changed(state, tuple(changed), now), tuple(orders))


def _without_overtaken(state: CaseRequirements) -> CaseRequirements:
    """Let go of applications that were not in good order once a newer one is here."""
    newest = max((held.version for held in state.applications), default=0)
    kept = tuple(held for held in state.applications if held.version == newest or held.version not in state.verdicts)
    return state.model_copy(update={"applications": kept})


def _asked_by_grid(read: ApplicationRead, carrier: Carrier) -> tuple[Required, ...]:
    """What the grid asks of this application, by the day the insured signed it."""
    application = read.application
    born, face = application.insured.date_of_birth, application.coverage.face_amount
    if born is None or face is None:
        raise CannotOrder(
            f"Case {read.case_id}: the grid cannot be asked without date of birth and face amount. "
            "Have the application corrected and sent again."
        )
    signed = application.signature(FormKind.APPLICATION, SignerRole.INSURED).signed_on
    day = signed or read.uploaded_at.date()
    return required(carrier, age_on(carrier.file.grid_age_basis, born, day), face, day)


def _is_void(tracked: Tracked, rule: RequirementRule, now: datetime) -> bool:
    """It has to be asked for anew: its order came to nothing, or its results are too old to be used."""
    results_on = tracked.results_on()
    if results_on is not None:
        return results_on + timedelta(days=rule.shelf_life_days) < now.date()
    return tracked.requirement.status in SETBACKS


def _changed(state: CaseRequirements, ids: tuple[str, ...], now: UtcDatetime) -> RequirementsChanged:
    open_ones = outstanding(state.requirements)
    return RequirementsChanged(
        case_id=state.case_id,
        version=state.decided_version,
        requirements=state.requirements,
        changed=ids,
        outstanding=len(open_ones),
        satisfied=not open_ones,
        changed_at=now,
    )
