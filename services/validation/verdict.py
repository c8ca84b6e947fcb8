"""Whether an application is in good order, from its findings."""

from collections.abc import Iterable

from schemas.codes import Severity, Verdict
from schemas.finding_events import Finding, VerdictReached

STANDS_IN_THE_WAY = frozenset({Severity.BLOCK, Severity.NIGO})


def says_the_same(before: VerdictReached, after: VerdictReached) -> bool:
    """Both find the same faults in the same places; words that count days may differ."""
    return before.verdict is after.verdict and _faults(before.findings) == _faults(after.findings)


def _faults(findings: Iterable[Finding]) -> set[tuple[str, ...]]:
    return {(finding.rule, finding.at, finding.severity, finding.reason) for finding in findings}


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """NIGO when any finding blocks or is not in good order; warnings and notes leave a case in good order."""
    return Verdict.NIGO if any(f.severity in STANDS_IN_THE_WAY for f in findings) else Verdict.IGO
