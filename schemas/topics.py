"""Every topic: its name, its key, and how long Kafka keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

PARTITIONS = 12
"""Fixed for ever: the order of a case rests on its partition."""

_DAY = 24 * 60 * 60 * 1000
_KEEP_30_DAYS = {"retention.ms": str(30 * _DAY)}
_KEEP_90_DAYS = {"retention.ms": str(90 * _DAY)}
# Who saw health data is to be known for six years (45 CFR 164.316(b)(2), 164.528).
_KEEP_SIX_YEARS = {"retention.ms": str(6 * 366 * _DAY)}
_ROOM_FOR_EVIDENCE = {
    # A record as large as other topics take (1048588 bytes by default), and why it failed.
    "max.message.bytes": "1200000",
}
_LATEST_OF_A_KEY = {
    "cleanup.policy": "compact",
    # Compaction drops changes that a consumer which was down has not read yet: give it thirty days.
    "min.compaction.lag.ms": str(30 * _DAY),
}

_LATEST_RECORD_OF_A_KEY = {
    "cleanup.policy": "compact",
    # Each record is whole, so a reader that was away loses nothing by missing those between; a day to look back on.
    "min.compaction.lag.ms": str(_DAY),
}


@dataclass(frozen=True)
class Topic:
    name: str
    key: str
    """What the record's key is, in words."""
    config: dict[str, str] = field(default_factory=lambda: dict(_KEEP_30_DAYS))
    partitions: int = PARTITIONS
    ordered: bool = False
    """Later events of a key wait behind one that failed. Never so for what outsiders publish."""


INTAKE_DOCUMENTS = Topic("intake.documents", key="document id")
INTAKE_FILING_REQUESTS = Topic("intake.filing-requests", key="document id")
INTAKE_CORRECTIONS = Topic("intake.corrections", key="case id")
INTAKE_APPLICATIONS = Topic("intake.applications", key="case id", ordered=True)
VALIDATION_VERDICTS = Topic("validation.verdicts", key="case id", ordered=True)
VALIDATION_OVERRIDE_REQUESTS = Topic("validation.override-requests", key="case id")
VALIDATION_OVERRIDES = Topic("validation.overrides", key="case id", config=_KEEP_90_DAYS)
REQUIREMENTS_CHANGES = Topic("requirements.changes", key="case id", ordered=True)
REQUIREMENTS_NOTICES = Topic("requirements.notices", key="case id")
REQUIREMENTS_REQUESTS = Topic("requirements.requests", key="case id")
VENDORS_ORDERS = Topic("vendors.orders", key="case id")
VENDORS_STATUSES = Topic("vendors.statuses", key="case id")
CASES_CHANGES = Topic("cases.changes", key="case id", config=_LATEST_OF_A_KEY, ordered=True)
CASES_REQUESTS = Topic("cases.requests", key="case id")
CASES_AMENDMENTS = Topic("cases.amendments", key="case id", ordered=True)
CASES_STANDINGS = Topic("cases.standings", key="case id", config=_LATEST_RECORD_OF_A_KEY, ordered=True)
CASES_DIFFERENCES = Topic("cases.differences", key="case id", config=_KEEP_90_DAYS)
NOTIFY_DELIVERIES = Topic("notify.deliveries", key="case id or document id")
LICENSING_IMPORTS = Topic("licensing.imports", key="agent code")
LICENSING_PRODUCERS = Topic("licensing.producers", key="agent code", config=_LATEST_RECORD_OF_A_KEY, ordered=True)
PRIVATE_ACCESSES = Topic(
    "private.accesses", key="case id, dead letter id, or the access's own id", config=_KEEP_SIX_YEARS
)
PRIVATE_REQUESTS = Topic("private.requests", key="case id")
PRIVATE_ERASURES = Topic("private.erasures", key="case id")
PRIVATE_FORGOTTEN = Topic("private.forgotten", key="case id", config=_KEEP_SIX_YEARS)
DEAD_LETTER_RESOLUTIONS = Topic("dead-letters.resolutions", key="dead letter id", config=_KEEP_90_DAYS)
DEAD_LETTER_ALERTS = Topic("dead-letters.alerts", key="service and cause")

SERVICES = ("intake", "validation", "requirements", "cases", "notify", "licensing", "console")


def dead_letters(service: str) -> Topic:
    """Where a service leaves the records it cannot deal with, byte for byte."""
    return Topic(f"{service}.dead-letters", key="the original record's key", config=_KEEP_90_DAYS | _ROOM_FOR_EVIDENCE)


def commands(service: str) -> Topic:
    """What people ask a service to do."""
    return Topic(f"{service}.commands", key="dead letter id", config=_KEEP_90_DAYS)


def submissions(carrier: str) -> Topic:
    return Topic(f"carriers.{carrier}.submissions", key="case id")


def decisions(carrier: str) -> Topic:
    return Topic(f"carriers.{carrier}.decisions", key="case id")


_ONE_OF_A_KIND = (
    INTAKE_DOCUMENTS,
    INTAKE_FILING_REQUESTS,
    INTAKE_CORRECTIONS,
    INTAKE_APPLICATIONS,
    VALIDATION_VERDICTS,
    VALIDATION_OVERRIDE_REQUESTS,
    VALIDATION_OVERRIDES,
    REQUIREMENTS_CHANGES,
    REQUIREMENTS_NOTICES,
    REQUIREMENTS_REQUESTS,
    VENDORS_ORDERS,
    VENDORS_STATUSES,
    CASES_CHANGES,
    CASES_REQUESTS,
    CASES_AMENDMENTS,
    CASES_STANDINGS,
    CASES_DIFFERENCES,
    NOTIFY_DELIVERIES,
    LICENSING_IMPORTS,
    LICENSING_PRODUCERS,
    PRIVATE_ACCESSES,
    PRIVATE_REQUESTS,
    PRIVATE_ERASURES,
    PRIVATE_FORGOTTEN,
    DEAD_LETTER_RESOLUTIONS,
    DEAD_LETTER_ALERTS,
)


def registry(carriers: Iterable[str]) -> tuple[Topic, ...]:
    """All topics of a house with these carriers."""
    return (
        *_ONE_OF_A_KIND,
        *(topic(service) for service in SERVICES for topic in (dead_letters, commands)),
        *(topic(carrier) for carrier in carriers for topic in (submissions, decisions)),
    )


def kinds() -> dict[str, Topic]:
    """Every kind of topic by name; ``{carrier}`` and ``{service}`` stand for one topic each."""
    each = (submissions("{carrier}"), decisions("{carrier}"), commands("{service}"), dead_letters("{service}"))
    return {topic.name: topic for topic in (*_ONE_OF_A_KIND, *each)}
