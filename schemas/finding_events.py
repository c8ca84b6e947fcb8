"""The data of what validation says: findings, the verdict, and what people set aside."""

from schemas.application import Box
from schemas.base import CaseId, Contract, Sha256, StoredObject, UtcDatetime
from schemas.codes import OverrideKind, ReasonCode, Severity, Verdict


class Finding(Contract):
    """One thing that a rule found, with its evidence."""

    rule: str
    """Rule id, e.g. ``V-25``."""
    rule_version: int = 1
    severity: Severity
    reason: ReasonCode
    at: str
    """Path in the application, e.g. ``beneficiaries.0.share``."""
    label: str
    """The field or form, in words printed on the form."""
    message: str
    """What is wrong and what to do; holds no medical answer, SSN, account number or date of birth."""
    citation: str
    document_id: Sha256 | None = None
    page: int | None = None
    """Page of the document, from 1."""
    box: Box | None = None
    confidence: float | None = None
    """How sure the reader was of the value that the finding rests on, 0 to 1."""
    crop: StoredObject | None = None
    """A picture of that place on the page, where what is there was doubtful."""


class OverriddenFinding(Contract):
    """A finding that a person has set aside: it does not count for the verdict."""

    finding: Finding
    kind: OverrideKind
    reason: str
    actor: str
    overridden_at: UtcDatetime


class VerdictReached(Contract):
    """What validation says about one version of an application: in good order, or not."""

    case_id: CaseId
    version: int
    """Version of the application that was judged."""
    verdict: Verdict
    findings: tuple[Finding, ...]
    overridden: tuple[OverriddenFinding, ...] | None = None
    """Set aside by a person, while the evidence is the same."""
    decided_at: UtcDatetime


class OverrideFinding(Contract):
    """Ask validation to set a rule's findings on a case aside."""

    case_id: CaseId
    rule: str
    at: str | None = None
    """Only the finding at this path; absent = all of the rule's on this case."""
    kind: OverrideKind = OverrideKind.ACCEPTED
    actor: str
    reason: str


class FindingOverridden(Contract):
    """A person set a finding of a case aside, or called it a false alarm: the audit, and the rule's false alarms."""

    case_id: CaseId
    version: int
    """Version of the application that the finding was about."""
    rule: str
    rule_version: int
    at: str
    """Path in the application."""
    kind: OverrideKind
    lifted: bool
    """It counts no more. Never so for what blocks: a false alarm there is noted for the rule's sake only."""
    reason: str
    actor: str
    overridden_at: UtcDatetime
