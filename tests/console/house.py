"""A house to look at without one: what its services, Kafka and its bucket say is set by the test."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from schemas.topics import SERVICES
from services.console.operations.answers import Answer, figures_in
from services.console.operations.bucket import Compared
from services.console.operations.lag import Standing
from services.console.operations.sources import KafkaSilent

NO_MAILS: dict[str, Any] = {"states": {}, "waiting": 0, "refused": 0, "not_sent": []}
NO_UPLOADS: dict[str, Any] = {"statuses": {}, "swept": 0, "unread": 0, "oldest_unread": [], "newest": []}


def well(name: str, more: str = "") -> Answer:
    progress = f'goodorder_last_progress_timestamp_seconds{{service="{name}"}} 1.774e+09\n'
    return Answer(True, "", figures_in(progress + more))


@dataclass
class SetHouse:
    """All is well until a test says otherwise."""

    answers: dict[str, Answer] = field(default_factory=dict)
    lag: dict[str, tuple[Standing, ...]] = field(default_factory=dict)
    kafka_is_silent: bool = False
    said_of_mails: Mapping[str, Any] | None = field(default_factory=lambda: NO_MAILS)
    said_of_uploads: Mapping[str, Any] | None = field(default_factory=lambda: NO_UPLOADS)
    bucket: Compared | None = None

    def answer(self, service: str) -> Answer:
        return self.answers.get(service) or well(service)

    def standings(self, now: datetime) -> Mapping[str, tuple[Standing, ...]]:
        if self.kafka_is_silent:
            raise KafkaSilent("Kafka does not answer.")
        nothing = tuple(Standing("some.topic", number, 5, 5) for number in range(12))
        return {name: self.lag.get(name, nothing) for name in SERVICES}

    def mails(self) -> Mapping[str, Any] | None:
        return self.said_of_mails

    def uploads(self) -> Mapping[str, Any] | None:
        return self.said_of_uploads

    def compared(self, now: datetime) -> Compared | None:
        return self.bucket

    def close(self) -> None:
        pass
