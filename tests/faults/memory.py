"""How much memory a part holds with all its processes, and what it grows by."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from statistics import median

_PAGE = os.sysconf("SC_PAGE_SIZE")
_WARM = 100
"""Packets until a process has loaded and cached what it will."""
_SPANS = 10
"""Parts into which a life is cut: each counts by its median, so that no peak and no lull tells."""


@dataclass(frozen=True)
class Sample:
    part: str
    pid: int
    packets: int
    """Done so far by the whole house."""
    resident: int
    """Bytes, of all processes of the part."""


@dataclass(frozen=True)
class Growth:
    """Of a part's longest life, once it was warm."""

    part: str
    packets: int
    first_mb: float
    """Median of the first tenth of the packets."""
    last_mb: float
    """Median of the last tenth."""
    mb_per_thousand: float
    """The median of the slopes between any two tenths."""


def resident(part: int) -> int:
    """Bytes that a process and all that it started hold in memory; 0 when it has ended."""
    parents, pages = {}, {}
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            parents[int(process.name)] = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            pages[int(process.name)] = int((process / "statm").read_text().split()[1])
        except OSError:
            continue  # it ended while we looked
    family = {part}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(pages.get(one, 0) for one in family) * _PAGE


def grown(samples: Iterable[Sample]) -> Iterator[Growth]:
    lives: dict[tuple[str, int], list[Sample]] = defaultdict(list)
    for sample in samples:
        if sample.resident:
            lives[sample.part, sample.pid].append(sample)
    longest: dict[str, list[Sample]] = {}
    for (part, _), life in lives.items():
        warm = [sample for sample in life if sample.packets >= life[0].packets + _WARM]
        if _watched(warm) > _watched(longest.get(part, [])):
            longest[part] = warm
    for part, life in longest.items():
        medians = _medians(life)
        yield Growth(part, _watched(life), medians[0][1] / 1e6, medians[-1][1] / 1e6, _slope(medians) / 1e6 * 1000)


def _watched(life: list[Sample]) -> int:
    return life[-1].packets - life[0].packets if life else 0


def _medians(life: list[Sample]) -> list[tuple[float, float]]:
    """Packets and bytes in the middle of each span of a life."""
    spans: dict[int, list[Sample]] = defaultdict(list)
    first, width = life[0].packets, _watched(life) / _SPANS
    for sample in life:
        spans[min(int((sample.packets - first) / width), _SPANS - 1)].append(sample)
    return [
        (median(sample.packets for sample in span), median(sample.resident for sample in span))
        for _, span in sorted(spans.items())
    ]


def _slope(points: list[tuple[float, float]]) -> float:
    """Bytes a packet: of the lines through any two points, the one in the middle (Theil and Sen)."""
    slopes = [(high - low) / (after - before) for (before, low), (after, high) in combinations(points, 2)]
    return median(slopes) if slopes else 0.0
