"""The whole house on real parts, and what an agent and a test do with it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from goodorder.broker import Broker, Reading
from goodorder.faults import Fault
from goodorder.house import House
from goodorder.records import Records
from goodorder.verify.reading import read_books
from goodorder.verify.rule import Judgement, judge
from goodorder.verify.rules import ALL
from infra.stack import objects
from infra.stack.run import RunInfo
from schemas.carrier import carrier_folders
from schemas.topics import SERVICES, registry
from services.chassis.tables import outbox
from services.intake.store import uploads
from services.notify.store import notifications
from tests.ledger import Ledger
from tests.stack import RunningStack

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

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

    def verify(self) -> Judgement:
        """What the checker says, with no grace for what is under way."""
        return judge(read_books(self.house, lambda: datetime.now(UTC)), ALL)

    def busy_with(self, uploads_made: int) -> str:
        """What is still to be done for these uploads; empty when the house is at rest. A part that is away counts."""
        try:
            return self._busy_with(uploads_made)
        except Fault as fault:
            return str(fault)

    def _busy_with(self, uploads_made: int) -> str:
        records = Records(self.house.settings)
        waiting = notifications.c.finished_at.is_(None)
        with records.of("intake") as db:
            missing = uploads_made - (db.execute(sa.select(sa.func.count()).select_from(uploads)).scalar() or 0)
        with records.of("notify") as db:
            unsent = db.execute(sa.select(sa.func.count()).select_from(notifications).where(waiting)).scalar()
        left = {}
        for service in SERVICES:
            with records.of(service) as db:
                left[f"{service}'s outbox"] = db.execute(sa.select(sa.func.count()).select_from(outbox)).scalar() or 0
        # Last, so that nothing can have been under way between two parts while we looked.
        behind = self.house.broker().lag(SERVICES)
        left |= {f"{service} is behind": number or 0 for service, number in behind.items()}
        left |= {"uploads not seen": max(missing, 0), "mails not sent": unsent or 0}
        return ", ".join(f"{what} {number}" for what, number in left.items() if number)

    def until(self, what: str, look: Callable[[], Found | None], seconds: float = 60, every: float = 0.5) -> Found:
        """What ``look`` finds, as soon as it finds something; fails at the deadline."""
        deadline = monotonic() + seconds
        while not (found := look()):
            if monotonic() > deadline:
                raise AssertionError(f"not within {seconds:g} s: {what}")
            sleep(every)
        return found

    def until_at_rest(self, uploads_made: int, seconds: float = 60) -> None:
        """Returns when everything that follows from so many uploads is done; fails at the deadline."""
        deadline = monotonic() + seconds
        while busy := self.busy_with(uploads_made):
            if monotonic() > deadline:
                raise AssertionError(f"not at rest within {seconds:g} s: {busy}")
            sleep(0.5)


@contextmanager
def desk_on(stack: RunningStack) -> Iterator[Desk]:
    run = stack.run
    s3, _ = objects.clients(run)
    carriers = [folder.name for folder in carrier_folders(run.carriers)]
    with Broker(run.kafka).reading(topic.name for topic in registry(carriers)) as topics:
        yield Desk(stack, run, s3, topics, Ledger(House(run.data, run.environment(), run).vault()))
