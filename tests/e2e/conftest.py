"""The whole house on real parts, once a session, and what an agent and a test do with it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

import boto3
import pytest

from goodorder.broker import Broker, Reading
from infra.stack.run import RunInfo
from schemas.carrier import carrier_folders
from schemas.topics import registry
from tests.e2e.accounts import Accounts, Ledger, take_accounts
from tests.stack import RunningStack, running_stack

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
    read: Ledger = field(default_factory=Ledger)

    def drop(self, content: bytes, name: str, agent: str = "AG-1042") -> str:
        """Upload as an agent does; returns the object's key."""
        key = f"drop/{agent}/{name}"
        self.s3.put_object(Bucket=self.run.environment()["GOODORDER_DROP_BUCKET"], Key=key, Body=content)
        return key

    def ledger(self) -> Ledger:
        """Everything published by now."""
        self.read.add(self.topics.on())
        return self.read

    def accounts(self) -> Accounts:
        return take_accounts(self.run, self.ledger())

    def until(self, what: str, look: Callable[[], Found | None], seconds: float = 60, every: float = 0.5) -> Found:
        """What ``look`` finds, as soon as it finds something; fails at the deadline."""
        deadline = monotonic() + seconds
        while not (found := look()):
            if monotonic() > deadline:
                pytest.fail(f"not within {seconds:g} s: {what}")
            sleep(every)
        return found


@contextmanager
def desk_on(stack: RunningStack) -> Iterator[Desk]:
    run = stack.run
    environment = run.environment()
    s3 = boto3.client(
        "s3",
        endpoint_url=run.objects_url,
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    carriers = [folder.name for folder in carrier_folders(run.carriers)]
    with Broker(run.kafka).reading(topic.name for topic in registry(carriers)) as topics:
        yield Desk(stack, run, s3, topics)


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    data: Path = tmp_path_factory.mktemp("desk")
    with running_stack(data) as stack, desk_on(stack) as desk:
        yield desk
