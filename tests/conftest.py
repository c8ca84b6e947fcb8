"""Fixtures that any test may ask for: a real PostgreSQL, and the real Kafka, S3, SQS and SMTP of a stack."""

import uuid
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgres import new_database, postgres_server
from tests.stack import RunningStack, running_stack

# A machine under load is no fault of the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session", autouse=True)
def quick_sweeps() -> Iterator[None]:
    """A lost notification costs a test seconds, not the half minute that it may cost an agent."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOODORDER_SWEEP_EVERY", "3")
        patch.setenv("GOODORDER_SWEEP_GRACE", "3")
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The SQLAlchemy URL of a real PostgreSQL 18, started once a session, on a Unix socket only."""
    with postgres_server() as server:
        yield server.url


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database of the test's own."""
    with new_database(postgres, f"test_{uuid.uuid4().hex[:12]}") as url:
        yield url


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Kafka, S3, SQS and SMTP, started once a session; services by ``stack.start("intake")``.

    It is shared: leave every part running, and use keys, buckets' folders and group ids of your own.
    """
    with running_stack(tmp_path_factory.mktemp("stack"), "kafka", "ministack", "mail") as running:
        yield running
