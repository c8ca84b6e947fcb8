"""The whole house on real parts, and what an agent and a test do with it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa
from botocore.exceptions import BotoCoreError, ClientError
from sqlalchemy.engine import Connection

from goodorder.broker import Broker, Reading
from goodorder.faults import Fault
from goodorder.house import House
from goodorder.records import Records
from goodorder.verify.books import Books
from goodorder.verify.reading import read_books
from goodorder.verify.rule import Judgement, judge
from goodorder.verify.rules import ALL
from infra.stack import objects
from infra.stack.run import RunInfo
from schemas.carrier import carrier_folders
from schemas.topics import SERVICES, registry
from services.chassis.tables import inbox, outbox
from services.intake.store import uploads
from services.notify.store import notifications
from tests.ledger import Ledger
from tests.stack import RunningStack

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectVersionTypeDef

Found = TypeVar("Found")


@dataclass(frozen=True)
class Desk:
    """A running stack with all services."""

    stack: RunningStack
    run: RunInfo
    s3: "S3Client"
    topics: Reading
    read: Ledger

    @property
    def house(self) -> House:
        """What the command line would find: the stack, and where its databases are if not in files."""
        url = os.environ.get("GOODORDER_DATABASE_URL")
        elsewhere = {"GOODORDER_DATABASE_URL": url} if url else {}
        return House(self.run.data, {**self.run.environment(), **elsewhere}, self.run)

    def drop(self, content: bytes, name: str, agent: str = "AG-1042") -> str:
        """Upload as an agent does; returns the object's key."""
        key = f"drop/{agent}/{name}"
        self.s3.put_object(Bucket=self.run.environment()["GOODORDER_DROP_BUCKET"], Key=key, Body=content)
        return key

    def ledger(self) -> Ledger:
        """Everything published by now."""
        self.read.add(self.topics.on())
        return self.read

    def books(self, read_bytes: bool = False) -> Books:
        """Everything that the house has on record now."""
        return read_books(self.house, lambda: datetime.now(UTC), read_bytes)

    def verify(self) -> Judgement:
        """What the checker says, with no grace for what is under way."""
        return judge(self.books(read_bytes=True), ALL)

    def look(self) -> "Look":
        """What is still to be done for all that was uploaded. A part that is away is a reason to wait, too."""
        try:
            return self._look()
        except (Fault, BotoCoreError, ClientError) as away:
            return Look(str(away), {})

    def _look(self) -> "Look":
        records = Records(self.house.settings)
        waiting = notifications.c.finished_at.is_(None)
        left, done = {}, {}
        dropped = {(one["Key"], one["VersionId"]) for one in self._versions() if not one["Key"].endswith("/")}
        with records.of("intake") as db:
            seen = {(key, version) for key, version in db.execute(sa.select(uploads.c.key, uploads.c.version_id))}
        with records.of("notify") as db:
            left["mails not sent"] = _rows(db, notifications, waiting)
        for service in SERVICES:
            with records.of(service) as db:
                left[f"{service}'s outbox"] = _rows(db, outbox)
                done[service] = _rows(db, inbox)
        behind = self.house.broker().lag(SERVICES)
        left |= {f"{service} is behind": number or 0 for service, number in behind.items()}
        left["uploads not seen"] = len(dropped - seen)
        return Look(", ".join(f"{what} {number}" for what, number in left.items() if number), done)

    def _versions(self) -> "Iterator[ObjectVersionTypeDef]":
        bucket = self.run.environment()["GOODORDER_DROP_BUCKET"]
        for page in self.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix="drop/"):
            yield from page.get("Versions", [])

    def until(self, what: str, look: Callable[[], Found | None], seconds: float = 60, every: float = 0.5) -> Found:
        """What ``look`` finds, as soon as it finds something; fails at the deadline."""
        deadline = monotonic() + seconds
        while not (found := look()):
            if monotonic() > deadline:
                raise AssertionError(f"not within {seconds:g} s: {what}")
            sleep(every)
        return found

    def until_at_rest(self, seconds: float = 60) -> None:
        """Returns when everything that follows from all uploads is done; fails at the deadline.

        What moves from one part to the next while we look may be seen at neither. So it takes two looks between which
        no service has dealt with anything.
        """
        deadline = monotonic() + seconds
        before, now = None, self.look()
        while now.busy or now != before:
            if monotonic() > deadline:
                raise AssertionError(f"not at rest within {seconds:g} s: {now.busy or 'work goes on'}")
            sleep(0.5)
            before, now = now, self.look()


@dataclass(frozen=True)
class Look:
    """A house at one moment."""

    busy: str
    """What is still to be done; empty for nothing."""
    done: Mapping[str, int]
    """How many events each service has dealt with."""


def _rows(db: Connection, table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
    return db.execute(sa.select(sa.func.count()).select_from(table).where(*which)).scalar() or 0


@contextmanager
def desk_on(stack: RunningStack) -> Iterator[Desk]:
    run = stack.run
    s3, _ = objects.clients(run)
    carriers = [folder.name for folder in carrier_folders(run.carriers)]
    with Broker(run.kafka).reading(topic.name for topic in registry(carriers)) as topics:
        yield Desk(stack, run, s3, topics, Ledger(House(run.data, run.environment(), run).vault()))
