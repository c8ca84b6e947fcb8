"""Which of our codes have a number that we could verify, and which number; what is not here has none.

Numbers are from public lists and real vendor samples. Requirement numbers differ from list to list, so only the one
that a real sample confirms is here; whoever holds a licence of the standard can complete the tables.
"""

from schemas.codes import CarrierDecisionKind as Said
from schemas.codes import PremiumMethod, PremiumMode, RequirementKind, VendorStatus

SUBMISSION, ORDER, RESULT = "103", "121", "1122"
"""Transactions: new business submission, requirement order, requirement status and result."""

INSURED, REQUESTOR, FULFILLER = "32", "97", "99"
"""Roles of a party."""

APPLIED_FOR = "21"
"""The status of a case in its sender's view."""

ORIGINAL_APPLICATION = "10"
"""The kind of an attachment."""

PAYMENT_MODES = {
    PremiumMode.ANNUAL: "1",
    PremiumMode.SEMIANNUAL: "2",
    PremiumMode.QUARTERLY: "3",
    PremiumMode.MONTHLY: "4",
}
PAYMENT_METHODS = {PremiumMethod.DIRECT: "2", PremiumMethod.EFT: "7"}
STATES = {
    "AL": "1",
    "CA": "6",
    "CO": "7",
    "DC": "10",
    "FL": "12",
    "MA": "26",
    "NY": "37",
    "PR": "46",
    "TX": "51",
}
REQUIREMENTS = {RequirementKind.APS: "11"}
REQUIREMENT_SUBMITTED = "2"

POLICY_STATUSES = {
    "8": Said.ACKNOWLEDGED,
    "54": Said.ACKNOWLEDGED,
    "23": Said.NOT_IN_GOOD_ORDER,
    "58": Said.TENTATIVE_OFFER,
    "26": Said.APPROVED_OTHER_THAN_APPLIED,
    "24": Said.APPROVED,
    "103": Said.APPROVED,
    "25": Said.ISSUED,
    "43": Said.ISSUED,
    "44": Said.ISSUED,
    "1": Said.PLACED,
    "29": Said.POSTPONED,
    "62": Said.POSTPONED,
    "27": Said.DECLINED,
    "98": Said.CLOSED_INCOMPLETE,
    "39": Said.WITHDRAWN_BY_CLIENT,
    "59": Said.WITHDRAWN_BY_CARRIER,
    "60": Said.WITHDRAWN_BY_PRODUCER,
    "7": Said.NOT_TAKEN,
    "65": Said.NOT_TAKEN,
    "51": Said.NOT_TAKEN,
    "50": Said.FREE_LOOK_CANCELLED,
    "111": Said.RESCINDED,
}
REQUIREMENT_KINDS = {number: kind for kind, number in REQUIREMENTS.items()}
REQUIREMENT_STATUSES = {REQUIREMENT_SUBMITTED: VendorStatus.ACKNOWLEDGED}
