"""Whether an application is in good order, from its findings."""

from collections.abc import Iterable

from schemas.codes import Severity, Verdict
from schemas.events import Finding

STANDS_IN_THE_WAY = frozenset({Severity.BLOCK, Severity.NIGO})


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """NIGO when any finding blocks or is not in good order; warnings and notes leave a case in good order."""
    return Verdict.NIGO if any(f.severity in STANDS_IN_THE_WAY for f in findings) else Verdict.IGO
