"""Which values of an application a person should look at: what the reader was not sure of."""

from collections.abc import Mapping

from schemas.application import Evidence
from schemas.codes import ReadingMethod

SURE = 0.9
"""As validation holds it: below, an OCR reading proves nothing."""
SURE_INK = 0.6
"""The same for ink in a box."""


def to_confirm(evidence: Mapping[str, Evidence]) -> tuple[str, ...]:
    """Paths of the values to confirm, the least sure first."""
    unsure = [(held.confidence, path) for path, held in evidence.items() if not is_sure(held)]
    return tuple(path for _, path in sorted(unsure))


def is_sure(held: Evidence) -> bool:
    if held.doubts:
        return False
    if held.method is ReadingMethod.MARK:
        return held.confidence >= SURE_INK
    return held.method is not ReadingMethod.OCR or not held.raw.strip() or held.confidence >= SURE
