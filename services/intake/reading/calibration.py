"""How often a value is right for which what speaks for it was seen: a table made by measuring, not by judgement.

``python -m benchmarks.reading.calibrate`` makes it anew from seeded packets; the reader's confidences are its figures.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import product
from pathlib import Path

TABLE = Path(__file__).with_name("calibration.json")
_PRIOR = 15
"""Values that a row's wider group counts for in it: a row seen seldom says what its group does."""
_MOST = 0.995
_STEPS = (0.95, 0.9, 0.8, 0.6)


class Support(StrEnum):
    """Which reader's word it is, and whether the other says the same."""

    BOTH = "both"
    ONLY_FIRST = "only the first read"
    FIRST = "the first against the second"
    SECOND = "the second against the first"


class Print(StrEnum):
    """How good the page's writing is to read, by how often the readers agree on it."""

    CLEAR = "clear"
    MIXED = "mixed"
    POOR = "poor"


@dataclass(frozen=True)
class Grounds:
    """What speaks for a value."""

    support: Support
    step: int
    """Of the reader's own confidence: 0 = 0.95 and more, 1 = 0.9 and more, 2 = 0.8, 3 = 0.6, 4 = less."""
    page: Print
    figures: bool
    """A type that is checked while it is understood: date, money, number, state."""

    @property
    def key(self) -> str:
        return f"{self.support} | {self.step} | {self.page} | {'figures' if self.figures else 'words'}"

    @property
    def wider(self) -> tuple[tuple[object, ...], ...]:
        """Ever smaller groups that the value belongs to."""
        return (
            (),
            (self.support,),
            (self.support, self.page),
            (self.support, self.page, self.step),
            (self.support, self.page, self.step, self.figures),
        )


def step_of(confidence: float) -> int:
    return next((number for number, least in enumerate(_STEPS) if confidence >= least), len(_STEPS))


def confidence_of(grounds: Grounds) -> float:
    """Share of such values that were right."""
    return _table()[grounds.key]


def fitted(seen: Iterable[tuple[Grounds, bool]]) -> dict[str, dict[str, float]]:
    """The table's rows from values that were right or not; each row leans on its wider groups where it has few."""
    counts: dict[tuple[object, ...], list[int]] = {}
    for grounds, right in seen:
        for group in grounds.wider:
            held = counts.setdefault(group, [0, 0])
            held[0] += 1
            held[1] += right
    every = product(Support, range(len(_STEPS) + 1), Print, (True, False))
    return {grounds.key: _row(grounds, counts) for grounds in (Grounds(*parts) for parts in every)}


def _row(grounds: Grounds, counts: Mapping[tuple[object, ...], list[int]]) -> dict[str, float]:
    values, right, share = 0, 0, 0.5
    for group in grounds.wider:
        values, right = counts.get(group, (0, 0))
        share = (right + _PRIOR * share) / (values + _PRIOR)
    return {"values": values, "right": right, "confidence": round(min(share, _MOST), 3)}


@cache
def _table() -> dict[str, float]:
    held = json.loads(TABLE.read_text(encoding="utf-8"))
    return {key: row["confidence"] for key, row in held["rows"].items()}
