"""Fixtures of the chassis's tests: a database of the test's own, and one worker on it without Kafka."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.requirement_events import VendorStatusReported
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


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Notes what was counted, for the table at the end of the run."""

    def note(what: str, **counted: int | str) -> None:
        record_property("figures", (what, counted))

    return note


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A line of figures for each fault that was tried."""
    rows = [
        (what, counted, report.duration)
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        for name, value in getattr(report, "user_properties", ())
        if name == "figures"
        for what, counted in [value]
    ]
    if rows:
        terminalreporter.section("what the faults cost")
    for what, counted, seconds in rows:
        shown = "  ".join(f"{name.replace('_', ' ')} {value}" for name, value in counted.items())
        terminalreporter.write_line(f"{what:<24} {seconds:5.1f} s  {shown}")
