"""Fixtures of the console's tests: its database on each engine, and the web application over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from services.console.database import Database, open_database
from services.console.settings import ConsoleSettings
from services.console.web.app import create_app
from tests.console.desk import NOON, Desk


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'console.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(ConsoleSettings(database_url=SecretStr(database_url), data=tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The web application on SQLite, and somebody to sign in."""
    settings = ConsoleSettings(database_url=SecretStr(f"sqlite:///{tmp_path / 'console.db'}"), data=tmp_path)
    opened = open_database(settings)
    app = create_app(settings, opened, lambda: NOON)
    with TestClient(app, base_url="http://127.0.0.1:8100", follow_redirects=False) as client:
        yield Desk(app, opened, client)
    opened.close()
