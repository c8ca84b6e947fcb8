"""Whom the desk of operations asks: the services on their own ports, Kafka, the drop bucket; each may be silent."""

import logging
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from kafka import KafkaAdminClient, KafkaConsumer

from schemas.topics import SERVICES
from services.chassis.errors import describe
from services.chassis.patience import patiently
from services.console.database import Database
from services.console.neighbours import Neighbours
from services.console.operations import answers, bucket
from services.console.operations.answers import Answer
from services.console.operations.bucket import Compared
from services.console.operations.lag import Standing, standings, with_ages
from services.console.settings import ConsoleSettings

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

log = logging.getLogger(__name__)

_PATIENCE_MS = 3_000
_COMPARE_EVERY = timedelta(minutes=1)
"""A listing of the bucket is paid for, and old uploads do not change."""


class KafkaSilent(Exception):
    """Kafka could not be asked; the message says why."""


class Sources(Protocol):
    """What can be asked; every answer is bounded in time."""

    def answer(self, service: str) -> Answer: ...

    def standings(self, now: datetime) -> Mapping[str, tuple[Standing, ...]]:
        """Raises :class:`KafkaSilent`."""
        ...

    def mails(self) -> Mapping[str, Any] | None: ...

    def uploads(self) -> Mapping[str, Any] | None: ...

    def compared(self, now: datetime) -> Compared | None:
        """The bucket as it was found last; ``None`` before that and while S3 is silent."""
        ...

    def close(self) -> None: ...


class HouseSources:
    """The house that the settings name."""

    def __init__(self, settings: ConsoleSettings, s3: "S3Client", database: Database, neighbours: Neighbours) -> None:
        self._settings = settings
        self._s3 = s3
        self._database = database
        self._neighbours = neighbours
        self._clients: tuple[Any, Any] | None = None
        self._comparer = ThreadPoolExecutor(1, "compare")
        self._comparing: Future[Compared] | None = None
        self._compared: Compared | None = None
        self._compare_at: datetime | None = None

    def answer(self, service: str) -> Answer:
        return answers.asked(self._settings.url_of(service))

    def mails(self) -> Mapping[str, Any] | None:
        return self._neighbours.mails()

    def uploads(self) -> Mapping[str, Any] | None:
        return self._neighbours.uploads()

    def standings(self, now: datetime) -> Mapping[str, tuple[Standing, ...]]:
        """By connections that are kept: one caller at a time."""
        try:
            admin, consumer = self._clients = self._clients or self._connected()
            found = patiently(lambda: standings(admin, consumer, SERVICES), _PATIENCE_MS / 1000)
            return {name: with_ages(consumer, places, now) for name, places in found.items()}
        except Exception as error:
            # Whatever the client stumbles over: the page of who is called at night is there without Kafka.
            log.warning("Kafka cannot be asked how far the services are: %s", describe(error))
            self._hang_up()
            raise KafkaSilent(f"Kafka does not answer at {self._settings.kafka} ({type(error).__name__}).") from error

    def compared(self, now: datetime) -> Compared | None:
        if self._comparing is not None and self._comparing.done():
            try:
                self._compared = self._comparing.result()
            except (BotoCoreError, ClientError):
                self._compared = None
            self._comparing = None
        if self._comparing is None and (self._compare_at is None or now >= self._compare_at):
            self._compare_at = now + _COMPARE_EVERY
            drop = self._settings.drop_bucket
            self._comparing = self._comparer.submit(bucket.compare, self._s3, drop, self._database, now)
        return self._compared

    def close(self) -> None:
        self._comparer.shutdown(wait=False, cancel_futures=True)
        self._hang_up()

    def _connected(self) -> tuple[Any, Any]:
        said = {
            "bootstrap_servers": self._settings.kafka.split(","),
            "bootstrap_timeout_ms": _PATIENCE_MS,
            "request_timeout_ms": _PATIENCE_MS,
            **self._settings.kafka_client(),
        }
        return KafkaAdminClient(**said), KafkaConsumer(group_id=None, enable_auto_commit=False, **said)

    def _hang_up(self) -> None:
        for client in self._clients or ():
            client.close()
        self._clients = None
