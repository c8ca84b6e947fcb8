"""Looks at the whole house for the pages of operations: asks everybody at once, and no oftener than they need."""

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from schemas.topics import SERVICES
from services.console.letters.index import Kind
from services.console.operations.answers import Answer, Part
from services.console.operations.bucket import Compared
from services.console.operations.lag import Standing
from services.console.operations.sources import KafkaSilent, Sources
from services.console.operations.troubles import Seen

FRESH = 3.0
"""Seconds that a look serves every page."""


@dataclass(frozen=True)
class Topic:
    """A service on the partitions of one topic."""

    name: str
    partitions: tuple[Standing, ...]

    @property
    def behind(self) -> int:
        return sum(each.behind for each in self.partitions)

    @property
    def older_than(self) -> timedelta | None:
        return max((each.older_than for each in self.partitions if each.older_than), default=None)


@dataclass(frozen=True)
class ServiceSeen(Part):
    """A service by its own word and by Kafka's."""

    topics: tuple[Topic, ...] = ()
    """What it reads, those where most waits first; empty while Kafka is silent."""
    last_progress: datetime | None = None
    """When it finished an event last; ``None``: none since it was started."""
    parked: tuple[int, int] = (0, 0)
    """Events that wait behind a dead letter, and of how many cases."""

    @property
    def behind(self) -> int | None:
        """``None``: not known."""
        return sum(each.behind for each in self.topics) if self.topics else None

    @property
    def older_than(self) -> timedelta | None:
        return max((each.older_than for each in self.topics if each.older_than), default=None)


@dataclass(frozen=True)
class View:
    """The house at a moment; what did not answer is ``None``."""

    at: datetime
    services: tuple[ServiceSeen, ...]
    kafka_is_down: str
    uploads: Mapping[str, Any] | None
    compared: Compared | None
    mails: Mapping[str, Any] | None

    def seen(self, kinds: Sequence[Kind]) -> Seen:
        """What the troubles follow from."""
        return Seen(
            parts=self.services,
            kinds=kinds,
            kafka_is_down=self.kafka_is_down,
            untaken=len(self.compared.untaken) if self.compared else 0,
            unread=self.uploads["unread"] if self.uploads else 0,
            parked={each.name: each.parked for each in self.services},
            mails_waiting=self.mails["waiting"] if self.mails else 0,
            mails_refused=self.mails["refused"] if self.mails else 0,
        )


class Watch:
    def __init__(self, sources: Sources, clock: Callable[[], datetime]) -> None:
        self._sources = sources
        self._clock = clock
        self._lock = threading.Lock()
        self._view: View | None = None
        self._looked_at = 0.0
        self._askers = ThreadPoolExecutor(len(SERVICES) + 3, "watch")

    def look(self) -> View:
        """The house as it is now, or was a moment ago; who comes while somebody looks waits for the same answer."""
        with self._lock:
            if self._view is None or monotonic() - self._looked_at > FRESH:
                self._view = self._ask()
                self._looked_at = monotonic()
            return self._view

    def close(self) -> None:
        self._askers.shutdown(wait=False, cancel_futures=True)
        self._sources.close()

    def _ask(self) -> View:
        now = self._clock()
        lag = self._askers.submit(self._sources.standings, now)
        mails = self._askers.submit(self._sources.mails)
        uploads = self._askers.submit(self._sources.uploads)
        answers = dict(zip(SERVICES, self._askers.map(self._sources.answer, SERVICES), strict=True))
        found: Mapping[str, tuple[Standing, ...]] = {}
        why_down = ""
        try:
            found = lag.result()
        except KafkaSilent as silent:
            why_down = str(silent)
        return View(
            at=now,
            services=tuple(_service(name, answers[name], found.get(name, ())) for name in SERVICES),
            kafka_is_down=why_down,
            uploads=uploads.result(),
            compared=self._sources.compared(now),
            mails=mails.result(),
        )


def _service(name: str, said: Answer, standings: Sequence[Standing]) -> ServiceSeen:
    topics: dict[str, list[Standing]] = {}
    for each in standings:
        topics.setdefault(each.topic, []).append(each)
    listed = (Topic(topic, tuple(parts)) for topic, parts in topics.items())
    progress = said.sum("goodorder_last_progress_timestamp_seconds")
    return ServiceSeen(
        name=name,
        state="ready" if said.is_well else "not ready",
        is_ready=said.is_well,
        why_not=said.why_not,
        waits_for=said.waits_for,
        is_stopped=said.is_stopped,
        topics=tuple(sorted(listed, key=lambda topic: (-topic.behind, topic.name))),
        last_progress=datetime.fromtimestamp(progress, UTC) if progress else None,
        parked=(int(said.sum("goodorder_parked") or 0), int(said.sum("goodorder_parked_cases") or 0)),
    )
