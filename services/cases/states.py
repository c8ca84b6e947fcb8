"""The whole state machine of a case as one table: state and trigger give the states to walk through, under a guard.

The states are the agency's own view; what the carrier says is a trigger here and is kept beside it
(:class:`services.cases.case.Case`). ``docs/case.md`` is drawn from this table. ACORD's codes are not used.
"""

from dataclasses import dataclass
from enum import StrEnum

from schemas.case_states import ENDED
from schemas.codes import CarrierDecisionKind as Carrier
from schemas.codes import CaseRequestKind as Request
from schemas.codes import CaseState as State


class Own(StrEnum):
    """What moves a case without anybody's word on it."""

    PACKET_STORED = "packet stored"
    READING_BEGUN = "reading begun"
    FIELDS_READ = "fields read"
    FOUND_NIGO = "found not in good order"
    FOUND_IGO = "found in good order"
    JUDGED_ANEW = "judged anew"
    NEW_VERSION = "new version read"
    CLEARED = "cleared to submit"
    SUBMIT = "submit by itself"
    REQUIREMENTS_OUTSTANDING = "requirements outstanding"
    REQUIREMENTS_IN = "requirements in"
    REQUIREMENT_RAISED = "requirement raised"
    OFFER_DATED = "offer dated"
    OFFER_LAPSED = "offer lapsed"


Trigger = Own | Carrier | Request


@dataclass(frozen=True)
class Transition:
    """From a state, on a trigger, through states that are a change each; none: the case stays where it is."""

    state: State | None
    """``None``: there is no case yet."""
    trigger: Trigger
    path: tuple[State, ...]
    guard: str
    """What must hold, in words."""


REPLACEABLE = (State.NIGO, State.IGO, State.READY_TO_SUBMIT, State.CARRIER_NIGO)
"""Where a new version of the application starts the checks again."""

REJUDGEABLE = (State.NIGO, State.IGO, State.READY_TO_SUBMIT)
"""Where another verdict on the same version still counts: nothing has gone to the carrier."""

CHANGES = (Request.CHANGE_FACE_AMOUNT, Request.CHANGE_BENEFICIARY, Request.CHANGE_MODE)
"""Requests that change what was applied for."""

_UNDECIDED = (
    State.SUBMITTED,
    State.CARRIER_PENDING,
    State.AWAITING_REQUIREMENTS,
    State.UNDERWRITING,
    State.REOPENED,
)
_OFFERED = (State.APPROVED_OTHER_THAN_APPLIED, State.TENTATIVE_OFFER, State.OFFER_OUT, State.OFFER_EXPIRED)
_PUT_ASIDE = (State.AWAITING_REQUIREMENTS, State.UNDERWRITING)
"""Where a change to the amount takes a case that was decided already."""
_SHUT = (State.POSTPONED, State.DECLINED, State.CLOSED_INCOMPLETE)
OVER = ENDED - frozenset(_SHUT)
"""States that no word of the carrier leads back to work from."""
_AT_THE_DESK = (
    State.RECEIVED,
    State.EXTRACTING,
    State.SCRUBBING,
    State.NIGO,
    State.IGO,
    State.READY_TO_SUBMIT,
    State.CARRIER_NIGO,
)
_PRE_PLACED = tuple(state for state in State if state not in ENDED)

_ANY = tuple(state for state in State if state is not State.DUPLICATE)
_TAKEN = (State.APPROVED, *_OFFERED, State.OFFER_ACCEPTED)
_DELIVERY = (State.ISSUED, State.DELIVERY_PENDING)
_DECISIONS = {
    Carrier.APPROVED: State.APPROVED,
    Carrier.APPROVED_OTHER_THAN_APPLIED: State.APPROVED_OTHER_THAN_APPLIED,
    Carrier.TENTATIVE_OFFER: State.TENTATIVE_OFFER,
    Carrier.POSTPONED: State.POSTPONED,
    Carrier.DECLINED: State.DECLINED,
}
_BETTER = (Carrier.APPROVED, Carrier.APPROVED_OTHER_THAN_APPLIED, Carrier.TENTATIVE_OFFER)

_Row = tuple[tuple[State | None, ...], Trigger, tuple[State, ...], str]

_ROWS: tuple[_Row, ...] = (
    # --- before the carrier
    ((None,), Own.PACKET_STORED, (State.RECEIVED,), "the packet is stored and was not seen before"),
    ((State.RECEIVED,), Own.READING_BEGUN, (State.EXTRACTING,), "none"),
    ((State.EXTRACTING,), Own.FIELDS_READ, (State.SCRUBBING,), "the packet was read as an application"),
    (
        (State.SCRUBBING,),
        Own.FOUND_NIGO,
        (State.NIGO,),
        "a B or N finding is open on it, or a changed page awaited",
    ),
    ((State.SCRUBBING,), Own.FOUND_IGO, (State.IGO,), "no B or N finding is open, on this version"),
    (REJUDGEABLE, Own.JUDGED_ANEW, (State.SCRUBBING,), "a later verdict on this version finds other faults"),
    (REPLACEABLE, Own.NEW_VERSION, (State.SCRUBBING,), "a newer version of the application was read"),
    ((State.IGO,), Own.CLEARED, (State.READY_TO_SUBMIT,), "nothing else holds the case back"),
    ((State.READY_TO_SUBMIT,), Own.SUBMIT, (State.SUBMITTED,), "the carrier takes cases without a person's word"),
    ((State.READY_TO_SUBMIT,), Request.SUBMIT, (State.SUBMITTED,), "none"),
    # --- the carrier takes it, or not
    ((State.SUBMITTED,), Carrier.ACKNOWLEDGED, (State.CARRIER_PENDING,), "none"),
    (
        (State.SUBMITTED, State.CARRIER_PENDING, State.AWAITING_REQUIREMENTS, State.UNDERWRITING),
        Carrier.NOT_IN_GOOD_ORDER,
        (State.CARRIER_NIGO,),
        "none",
    ),
    # --- requirements
    (
        (State.CARRIER_PENDING, State.UNDERWRITING, State.REOPENED),
        Own.REQUIREMENTS_OUTSTANDING,
        (State.AWAITING_REQUIREMENTS,),
        "one or more requirements are outstanding",
    ),
    (
        (State.CARRIER_PENDING, State.AWAITING_REQUIREMENTS, State.REOPENED),
        Own.REQUIREMENTS_IN,
        (State.UNDERWRITING,),
        "the requirements are known and none is outstanding",
    ),
    (
        (State.AWAITING_REQUIREMENTS,),
        Own.REQUIREMENT_RAISED,
        (State.AWAITING_REQUIREMENTS,),
        "the carrier raised one more for underwriting",
    ),
    (
        (State.DELIVERY_PENDING,),
        Own.REQUIREMENT_RAISED,
        (State.DELIVERY_PENDING,),
        "the carrier raised one more for delivery",
    ),
    # --- the decision
    *((_UNDECIDED, said, (state,), "none") for said, state in _DECISIONS.items()),
    *(
        ((State.CARRIER_NIGO,), said, (state,), "the decision itself says that the carrier has what it missed")
        for said, state in _DECISIONS.items()
    ),
    ((*_UNDECIDED, State.CARRIER_NIGO), Carrier.CLOSED_INCOMPLETE, (State.CLOSED_INCOMPLETE,), "none"),
    *(
        (_SHUT, said, (State.REOPENED, state), "the decision itself says that the case was opened again")
        for said, state in _DECISIONS.items()
    ),
    # --- the offer
    (_OFFERED[:2], Own.OFFER_DATED, (State.OFFER_OUT,), "the carrier named the date to answer by"),
    ((State.OFFER_OUT,), Own.OFFER_LAPSED, (State.OFFER_EXPIRED,), "the date to answer by has passed"),
    *((_OFFERED, said, (_DECISIONS[said],), "a new decision takes the offer's place") for said in _BETTER),
    (_OFFERED, Carrier.OFFER_ACCEPTED, (State.OFFER_ACCEPTED,), "none"),
    (_OFFERED[:3], Request.ACCEPT_OFFER, (State.OFFER_ACCEPTED,), "the carrier is told"),
    (_OFFERED, Request.REFUSE_OFFER, (State.NOT_TAKEN,), "the carrier is told"),
    # --- issue and delivery
    ((State.APPROVED, State.OFFER_ACCEPTED), Carrier.ISSUED, _DELIVERY, "none"),
    (_OFFERED, Carrier.ISSUED, (State.OFFER_ACCEPTED, *_DELIVERY), "the policy itself says that the offer was taken"),
    ((State.DELIVERY_PENDING,), Carrier.ISSUED, _DELIVERY, "issued anew, with a change"),
    ((State.DELIVERY_PENDING,), Carrier.PLACED, (State.PLACED,), "none"),
    ((State.APPROVED, State.OFFER_ACCEPTED), Carrier.PLACED, (*_DELIVERY, State.PLACED), "none"),
    (
        _OFFERED,
        Carrier.PLACED,
        (State.OFFER_ACCEPTED, *_DELIVERY, State.PLACED),
        "the policy itself says that the offer was taken",
    ),
    *(
        (_PUT_ASIDE, said, path, "an approval stands, which a change put aside: the carrier goes on as it approved")
        for said, path in (
            (Carrier.ISSUED, _DELIVERY),
            (Carrier.PLACED, (*_DELIVERY, State.PLACED)),
            (Carrier.NOT_TAKEN, (State.NOT_TAKEN,)),
        )
    ),
    # --- the ways out, and back
    ((State.APPROVED, *_OFFERED, State.OFFER_ACCEPTED, *_DELIVERY), Carrier.NOT_TAKEN, (State.NOT_TAKEN,), "none"),
    (_PRE_PLACED, Carrier.WITHDRAWN_BY_CLIENT, (State.WITHDRAWN_BY_CLIENT,), "not placed yet"),
    (_PRE_PLACED, Carrier.WITHDRAWN_BY_PRODUCER, (State.WITHDRAWN_BY_PRODUCER,), "not placed yet"),
    (_PRE_PLACED, Carrier.WITHDRAWN_BY_CARRIER, (State.WITHDRAWN_BY_CARRIER,), "not placed yet"),
    (_PRE_PLACED, Request.WITHDRAW_FOR_CLIENT, (State.WITHDRAWN_BY_CLIENT,), "a carrier that has the case is told"),
    (_PRE_PLACED, Request.WITHDRAW_FOR_PRODUCER, (State.WITHDRAWN_BY_PRODUCER,), "a carrier that has the case is told"),
    (_SHUT, Carrier.REOPENED, (State.REOPENED,), "none"),
    (_SHUT, Request.REOPEN, (), "the carrier is asked; its word opens the case"),
    ((State.PLACED,), Carrier.FREE_LOOK_CANCELLED, (State.FREE_LOOK_CANCELLED,), "none"),
    ((State.PLACED,), Carrier.RESCINDED, (State.RESCINDED,), "none"),
    # --- other cases on the same life
    (
        _AT_THE_DESK,
        Request.MARK_DUPLICATE,
        (State.DUPLICATE,),
        "the other case is on file; the carrier has not this one",
    ),
    (_ANY, Request.MARK_ADDITIONAL, (), "the other case is on file"),
    (_ANY, Request.MARK_ALTERNATE, (), "the other case is on file"),
    # --- changes to what was applied for
    *(
        row
        for change in CHANGES
        for row in (
            ((State.SCRUBBING, State.IGO, State.READY_TO_SUBMIT), change, (State.NIGO,), "a corrected page is awaited"),
            ((State.NIGO, State.CARRIER_NIGO), change, (), "a corrected page is awaited"),
            ((*_UNDECIDED, *_DELIVERY), change, (), "the carrier is asked"),
        )
    ),
    (_TAKEN, Request.CHANGE_FACE_AMOUNT, (State.UNDERWRITING,), "the carrier decides anew"),
    (_TAKEN, Request.CHANGE_BENEFICIARY, (), "the carrier is asked"),
    (_TAKEN, Request.CHANGE_MODE, (), "the carrier is asked"),
)

TABLE: tuple[Transition, ...] = tuple(
    Transition(state, trigger, path, guard) for states, trigger, path, guard in _ROWS for state in states
)

_PATHS = {(row.state, row.trigger): row.path for row in TABLE}


def path_of(state: State | None, trigger: Trigger) -> tuple[State, ...] | None:
    """The states to walk through, none to stay; ``None`` when the state does not allow the trigger."""
    return _PATHS.get((state, trigger))


def is_with_carrier(state: State | None) -> bool:
    """The carrier has the application, and the case is not over: what comes now is passed on to it."""
    return state is not None and state not in ENDED and state not in _AT_THE_DESK


def stands_by(state: State | None, said: Carrier, last: Carrier | None) -> bool:
    """Whether the carrier's ``last`` word lets it say this: of a case put aside only what follows its approval."""
    follows = said in (Carrier.ISSUED, Carrier.PLACED, Carrier.NOT_TAKEN)
    return not (follows and state in _PUT_ASIDE) or last in (*_BETTER, Carrier.OFFER_ACCEPTED)


def said_from(state: State | None) -> tuple[Carrier, ...]:
    """What a carrier may say of a case in this state."""
    return tuple(row.trigger for row in TABLE if row.state == state and isinstance(row.trigger, Carrier))


def asked_from(state: State | None) -> tuple[Request, ...]:
    """What a person may ask of a case in this state."""
    return tuple(row.trigger for row in TABLE if row.state == state and isinstance(row.trigger, Request))
