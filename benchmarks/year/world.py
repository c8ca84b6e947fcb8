"""The simulated world: its clock, what is to happen when, and how those outside the house speak."""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random

from benchmarks.year.chances import SAID_LATE, SAID_TWICE, in_working_hours
from schemas.base import Contract
from schemas.ids import derived_id
from schemas.topics import Topic
from tests.wire import SteppedClock, Wire

Action = Callable[[datetime], None]
"""Something that happens; it is given the moment at which it was to happen."""

HOUR = timedelta(hours=1)


@dataclass
class World:
    """Time goes by in hours: what falls into one is said at its end, each thing with its own time of effect."""

    wire: Wire
    clock: SteppedClock
    seed: int
    _agenda: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _places: "count[int]" = field(default_factory=count)
    _words: "count[int]" = field(default_factory=count)
    _spoken_of: set[str] = field(default_factory=set)
    """Cases that something was said of in this hour."""

    def random(self, *what: object) -> Random:
        """The same for the same seed and purpose, whatever else happens."""
        return Random(" ".join(map(str, (self.seed, *what))))

    def later(self, at: datetime, action: Action) -> None:
        heapq.heappush(self._agenda, (at, next(self._places), action))

    def at_work(self, at: datetime, random: Random, action: Action) -> None:
        """Somebody does it in working hours, at this time or after it."""
        self.later(in_working_hours(at, random), action)

    def pass_time(self, due: datetime | None, last: datetime) -> None:
        """Go on to the end of the next hour in which anything happens, ``due`` among it, and let it happen."""
        planned = (self._agenda[0][0] if self._agenda else None, due, last)
        soonest = min(moment for moment in planned if moment is not None)
        hours = max(-((self.clock.now - soonest) // HOUR), 1)
        self.clock.move_to(self.clock.now + hours * HOUR)
        self._spoken_of.clear()
        while self._agenda and self._agenda[0][0] <= self.clock.now:
            at, _, action = heapq.heappop(self._agenda)
            action(at)

    def ask(self, data: Contract, topic: Topic, case_id: str) -> None:
        """A person says something of a case."""
        self.repeat(data, topic, case_id, "/people/desk", f"asked {next(self._words)}")

    def is_quiet(self, case_id: str) -> bool:
        """Nobody said anything of the case in this hour: what is known of it holds."""
        return case_id not in self._spoken_of

    def report(self, data: Contract, topic: Topic, case_id: str, source: str) -> str:
        """A vendor or carrier says something of a case, now and then twice or late; returns the event's id."""
        number = next(self._words)
        event_id = derived_id(f"{self.seed} {number}", "said in the simulated year")
        random, again = self.random("said", number), partial(self.repeat, data, topic, case_id, source, event_id)
        if random.random() < SAID_LATE:
            self.later(self.clock.now + random.uniform(1, 30) * HOUR, lambda _: again())
        else:
            again()
        if random.random() < SAID_TWICE:
            self.later(self.clock.now + random.uniform(1, 60) * HOUR, lambda _: again())
        return event_id

    def repeat(self, data: Contract, topic: Topic, case_id: str, source: str, event_id: str) -> None:
        """Say an event, for the first time or once more."""
        self._spoken_of.add(case_id)
        self.wire.say(data, topic, event_id, case_id, source)
