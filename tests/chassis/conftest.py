"""Fixtures of the chassis's tests: a database of the test's own, and one worker on it without Kafka."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schemas.events import VendorStatusReported
from services.chassis.runner import Handler
from tests.chassis.probe import be_slow, count
from tests.chassis.workshop import Broker, Workshop, workshop

PROBE = (Handler(VendorStatusReported, count, be_slow),)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'probe.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_database")
    return url


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
async def shop(sqlite_url: str, broker: Broker) -> AsyncIterator[Workshop]:
    """The probe's handlers on SQLite."""
    async with workshop(sqlite_url, broker, PROBE) as shop:
        yield shop
