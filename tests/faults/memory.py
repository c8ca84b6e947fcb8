"""How much memory a part holds with all its processes, and what it grows by."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_WARM = 100
"""Packets until a process has loaded and cached what it will."""


@dataclass(frozen=True)
class Sample:
    part: str
    pid: int
    packets: int
    """Uploaded so far."""
    resident: int
    """Bytes, of all processes of the part."""


@dataclass(frozen=True)
class Growth:
    """Of a part's longest life, once it was warm."""

    part: str
    packets: int
    first_mb: float
    last_mb: float
    mb_per_thousand: float
    """The slope of the straight line through all samples."""


def resident(group: int) -> int:
    """Bytes that the processes of a group hold in memory; 0 when it has ended."""
    total = 0
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                total += int((process / "statm").read_text().split()[1]) * _PAGE
        except OSError:
            continue  # it ended while we looked
    return total


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
        yield Growth(part, _watched(life), life[0].resident / 1e6, life[-1].resident / 1e6, _slope(life) / 1e6 * 1000)


def _watched(life: list[Sample]) -> int:
    return life[-1].packets - life[0].packets if life else 0


def _slope(life: list[Sample]) -> float:
    """Bytes a packet, by least squares."""
    count = len(life)
    mean_x = sum(sample.packets for sample in life) / count
    mean_y = sum(sample.resident for sample in life) / count
    spread = sum((sample.packets - mean_x) ** 2 for sample in life)
    together = sum((sample.packets - mean_x) * (sample.resident - mean_y) for sample in life)
    return together / spread if spread else 0.0
