"""Which states of a case belong together, for every service that asks."""

from schemas.codes import CaseState

ENDED = frozenset(
    {
        CaseState.PLACED,
        CaseState.DECLINED,
        CaseState.CLOSED_INCOMPLETE,
        CaseState.NOT_TAKEN,
        CaseState.WITHDRAWN_BY_CLIENT,
        CaseState.WITHDRAWN_BY_PRODUCER,
        CaseState.WITHDRAWN_BY_CARRIER,
        CaseState.FREE_LOOK_CANCELLED,
        CaseState.RESCINDED,
        CaseState.DUPLICATE,
    }
)
"""States that a case rests in for good, unless the carrier opens it again or the policy falls after all."""

DECIDED = frozenset(
    {
        CaseState.APPROVED,
        CaseState.APPROVED_OTHER_THAN_APPLIED,
        CaseState.TENTATIVE_OFFER,
        CaseState.OFFER_OUT,
        CaseState.OFFER_EXPIRED,
        CaseState.OFFER_ACCEPTED,
        CaseState.ISSUED,
        CaseState.DELIVERY_PENDING,
    }
)
"""States in which the carrier has said under what it insures, and the case has not ended."""
