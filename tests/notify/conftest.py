"""Fixtures of the tests of notify: each database engine in turn, and a mail server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.notify.mail_server import MailServer, serving


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'notify.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_database")
    return url


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    async with serving(MailServer()) as server:
        yield server
