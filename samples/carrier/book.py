"""The scripted carrier's book: what it still has to tell of each case, and up to where it is done with its topic."""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from samples.carrier.script import Letter, Scripts, Step, event_of, story_of
from schemas.codes import CarrierAskKind
from schemas.envelope import CloudEvent

Place = tuple[int, int]
"""Partition and offset."""


@dataclass
class _Telling:
    """The rest of a case's story."""

    place: Place
    cause: Letter
    steps: deque[tuple[int, Step]]


@dataclass
class Book:
    """What it was sent is done with when the story is told; only then may its place be committed."""

    carrier: str
    scripts: Scripts
    pace: timedelta
    _telling: dict[str, _Telling] = field(default_factory=dict)
    """By case."""
    _told: dict[str, list[CloudEvent[Any]]] = field(default_factory=dict)
    _due: list[tuple[datetime, Place, str]] = field(default_factory=list)
    _again: list[CloudEvent[Any]] = field(default_factory=list)
    _seen: dict[int, int] = field(default_factory=dict)
    """By partition the offset after the last record taken."""

    def submitted(self, place: Place, letter: Letter, now: datetime) -> None:
        """A case, for the first time or anew: its story begins."""
        self._begin(place, letter, story_of(letter.data.case_id, self.scripts), now)

    def asked(self, place: Place, letter: Letter, now: datetime) -> None:
        """The desk asks something: the answer takes the place of the rest of the story."""
        answer = self.scripts.answers.get(letter.data.ask) if letter.data.ask else None
        if letter.data.ask is CarrierAskKind.RESEND:
            self._again += self._told.get(letter.data.case_id, [])
        if answer:
            self._begin(place, letter, answer, now)
        else:
            self.skip(place)

    def skip(self, place: Place) -> None:
        """A record that asks nothing of the carrier."""
        partition, offset = place
        self._seen[partition] = max(self._seen.get(partition, 0), offset + 1)

    def _begin(self, place: Place, cause: Letter, steps: Sequence[Step], now: datetime) -> None:
        self._telling[cause.data.case_id] = _Telling(place, cause, deque(enumerate(steps)))
        self._plan(cause.data.case_id, now)
        self.skip(place)

    def _plan(self, case_id: str, now: datetime) -> None:
        telling = self._telling[case_id]
        heapq.heappush(self._due, (now + self.pace * telling.steps[0][1].after, telling.place, case_id))

    def due(self, now: datetime) -> list[CloudEvent[Any]]:
        """What is to be told by now; each step is given out once."""
        found, self._again = self._again, []
        while self._due and self._due[0][0] <= now:
            _, place, case_id = heapq.heappop(self._due)
            telling = self._telling.get(case_id)
            if telling is None or telling.place != place:
                continue
            event = event_of(self.carrier, telling.cause, *telling.steps.popleft(), now)
            found.append(event)
            self._told.setdefault(case_id, []).append(event)
            if telling.steps:
                self._plan(case_id, now)
            else:
                del self._telling[case_id]
        return found

    def next_due(self) -> datetime | None:
        return self._due[0][0] if self._due else None

    def done_up_to(self) -> dict[int, int]:
        """By partition the offset up to which every story is told."""
        open_ones: dict[int, int] = {}
        for telling in self._telling.values():
            partition, offset = telling.place
            open_ones[partition] = min(offset, open_ones.get(partition, offset))
        return {partition: open_ones.get(partition, seen) for partition, seen in self._seen.items()}
