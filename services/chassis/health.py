"""Health as progress: ready when partitions are assigned and the database answers, alive while work moves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic

from services.chassis.runner import Runner


@dataclass(frozen=True)
class Health:
    well: bool
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {"ok": self.well, "reasons": list(self.reasons)}


class Progress:
    """Judges a worker by what it has finished, not by whether it answers."""

    def __init__(self, runner: Runner, longest_handler: float, no_progress_limit: float) -> None:
        self._runner = runner
        self._longest_handler = longest_handler
        self._limit = no_progress_limit
        self._seen: dict[str, tuple[int, float]] = {}

    def judge(self, positions: Mapping[str, tuple[int, int]], now: Callable[[], float] = monotonic) -> Health:
        """``positions``: for each assigned partition what was finished and where the topic ends (offsets).

        Not alive: a record handled for longer than the limit, or a partition with work waiting on which nothing
        was finished for longer than the limit while nothing is under way. Waiting for a dependency is alive.
        """
        moment = now()
        allowed = self._longest_handler + self._limit
        stuck = [
            f"{place} has been handled for {moment - since:.0f} s"
            for place, since in list(self._runner.under_way.items())
            if place not in self._runner.waiting and moment - since > allowed
        ]
        for partition, (finished, end) in positions.items():
            before, since = self._seen.get(partition, (-1, moment))
            if finished != before or finished >= end:
                since = moment
            self._seen[partition] = (finished, since)
            if moment - since > self._limit and not self._runner.under_way:
                stuck.append(
                    f"{partition}: {end - finished} records wait, none was finished for {moment - since:.0f} s"
                )
        return Health(not stuck or self._runner.stopped.is_set(), tuple(stuck))
