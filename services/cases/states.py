"""The whole state machine of a case as one table: state and trigger give the states to walk through, under a guard.

The states are the agency's own view; what the carrier says is a trigger here and is kept beside it
(:class:`services.cases.case.Case`). Source: the domain notes on case states; ACORD's codes are not used.
"""

from dataclasses import dataclass
from enum import StrEnum

from schemas.codes import CarrierDecisionKind as Carrier
from schemas.codes import CaseState as State


class Own(StrEnum):
    """What moves a case without a carrier's word."""

    PACKET_STORED = "packet stored"
    READING_BEGUN = "reading begun"
    FIELDS_READ = "fields read"
    FOUND_NIGO = "found not in good order"
    FOUND_IGO = "found in good order"
    JUDGED_ANEW = "judged anew"
    NEW_VERSION = "new version read"
    CLEARED = "cleared to submit"
    SUBMIT = "submit"
    REQUIREMENTS_OUTSTANDING = "requirements outstanding"
    REQUIREMENTS_IN = "requirements in"
    OFFER_DATED = "offer dated"


Trigger = Own | Carrier


@dataclass(frozen=True)
class Transition:
    """From a state, on a trigger, through one or more states; each of them is a change of its own."""

    state: State | None
    """``None``: there is no case yet."""
    trigger: Trigger
    path: tuple[State, ...]
    guard: str
    """What must hold, in words."""


ENDED = frozenset(
    {
        State.PLACED,
        State.DECLINED,
        State.CLOSED_INCOMPLETE,
        State.NOT_TAKEN,
        State.WITHDRAWN_BY_CLIENT,
        State.WITHDRAWN_BY_PRODUCER,
        State.WITHDRAWN_BY_CARRIER,
        State.FREE_LOOK_CANCELLED,
        State.RESCINDED,
    }
)
"""States that a case rests in for good, unless the carrier opens it again or the policy falls after all."""

REPLACEABLE = (State.NIGO, State.IGO, State.READY_TO_SUBMIT, State.CARRIER_NIGO)
"""Where a new version of the application starts the checks again."""

REJUDGEABLE = (State.NIGO, State.IGO, State.READY_TO_SUBMIT)
"""Where another verdict on the same version still counts: nothing has gone to the carrier."""

_UNDECIDED = (
    State.SUBMITTED,
    State.CARRIER_PENDING,
    State.AWAITING_REQUIREMENTS,
    State.UNDERWRITING,
    State.REOPENED,
)
_OFFERED = (State.APPROVED_OTHER_THAN_APPLIED, State.TENTATIVE_OFFER, State.OFFER_OUT)
_PRE_PLACED = tuple(state for state in State if state not in ENDED)

_DELIVERY = (State.ISSUED, State.DELIVERY_PENDING)

_ROWS: tuple[tuple[tuple[State | None, ...], Trigger, tuple[State, ...], str], ...] = (
    # --- before the carrier
    ((None,), Own.PACKET_STORED, (State.RECEIVED,), "the packet is stored and was not seen before"),
    ((State.RECEIVED,), Own.READING_BEGUN, (State.EXTRACTING,), "none"),
    ((State.EXTRACTING,), Own.FIELDS_READ, (State.SCRUBBING,), "the packet was read as an application"),
    ((State.SCRUBBING,), Own.FOUND_NIGO, (State.NIGO,), "a B or N finding is open, on this version"),
    ((State.SCRUBBING,), Own.FOUND_IGO, (State.IGO,), "no B or N finding is open, on this version"),
    (REJUDGEABLE, Own.JUDGED_ANEW, (State.SCRUBBING,), "a later verdict on this version finds other faults"),
    (REPLACEABLE, Own.NEW_VERSION, (State.SCRUBBING,), "a newer version of the application was read"),
    ((State.IGO,), Own.CLEARED, (State.READY_TO_SUBMIT,), "nothing else holds the case back"),
    ((State.READY_TO_SUBMIT,), Own.SUBMIT, (State.SUBMITTED,), "the carrier takes cases without a person's word"),
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
    # --- the decision
    (_UNDECIDED, Carrier.APPROVED, (State.APPROVED,), "none"),
    (_UNDECIDED, Carrier.APPROVED_OTHER_THAN_APPLIED, (State.APPROVED_OTHER_THAN_APPLIED,), "none"),
    (_UNDECIDED, Carrier.TENTATIVE_OFFER, (State.TENTATIVE_OFFER,), "none"),
    (_UNDECIDED, Carrier.POSTPONED, (State.POSTPONED,), "none"),
    (_UNDECIDED, Carrier.DECLINED, (State.DECLINED,), "none"),
    ((*_UNDECIDED, State.CARRIER_NIGO), Carrier.CLOSED_INCOMPLETE, (State.CLOSED_INCOMPLETE,), "none"),
    # --- the offer
    (_OFFERED[:2], Own.OFFER_DATED, (State.OFFER_OUT,), "the carrier named the date to answer by"),
    (_OFFERED, Carrier.OFFER_ACCEPTED, (State.OFFER_ACCEPTED,), "none"),
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
    # --- the ways out, and back
    ((State.APPROVED, *_OFFERED, State.OFFER_ACCEPTED, *_DELIVERY), Carrier.NOT_TAKEN, (State.NOT_TAKEN,), "none"),
    (_PRE_PLACED, Carrier.WITHDRAWN_BY_CLIENT, (State.WITHDRAWN_BY_CLIENT,), "not placed yet"),
    (_PRE_PLACED, Carrier.WITHDRAWN_BY_PRODUCER, (State.WITHDRAWN_BY_PRODUCER,), "not placed yet"),
    (_PRE_PLACED, Carrier.WITHDRAWN_BY_CARRIER, (State.WITHDRAWN_BY_CARRIER,), "not placed yet"),
    ((State.POSTPONED, State.DECLINED, State.CLOSED_INCOMPLETE), Carrier.REOPENED, (State.REOPENED,), "none"),
    ((State.PLACED,), Carrier.FREE_LOOK_CANCELLED, (State.FREE_LOOK_CANCELLED,), "none"),
    ((State.PLACED,), Carrier.RESCINDED, (State.RESCINDED,), "none"),
)

TABLE: tuple[Transition, ...] = tuple(
    Transition(state, trigger, path, guard) for states, trigger, path, guard in _ROWS for state in states
)

_PATHS = {(row.state, row.trigger): row.path for row in TABLE}


def path_of(state: State | None, trigger: Trigger) -> tuple[State, ...] | None:
    """The states to walk through; ``None`` when the state does not allow the trigger."""
    return _PATHS.get((state, trigger))


def allowed_from(state: State | None) -> tuple[Carrier, ...]:
    """What a carrier may say of a case in this state."""
    return tuple(row.trigger for row in TABLE if row.state == state and isinstance(row.trigger, Carrier))
