"""Fixtures of the console's tests: its database on each engine, and the web application over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from services.console.database import Database, open_database
from services.console.letters import index
from services.console.people import keys
from services.console.people.keys import Scope
from services.console.people.roles import Role
from services.console.settings import ConsoleSettings
from services.console.web.app import create_app
from tests.console.desk import NOON, Desk, NewKey, Sent, samples
from tests.console.house import SetHouse
from tests.console.letters.records import LETTER_A, letter
from tests.keys import VAULT


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'console.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    opened = open_database(ConsoleSettings(database_url=SecretStr(database_url), data=tmp_path), VAULT)
    yield opened
    opened.close()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """The web application on SQLite, and somebody to sign in."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    settings = ConsoleSettings(database_url=SecretStr(f"sqlite:///{tmp_path / 'console.db'}"), data=tmp_path)
    opened = open_database(settings, VAULT)
    sent = Sent()
    house = SetHouse()
    app = create_app(settings, opened, lambda: NOON, sent.publish, house)
    with TestClient(app, base_url="http://127.0.0.1:8100", follow_redirects=False) as client:
        yield Desk(app, opened, client, sent, house)
    opened.close()


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """The sample case, with everything that happened to it, and one dead letter."""
    desk.take(*samples())
    with desk.database.write() as db:
        index.take(db, [letter(LETTER_A, NOON)])
    return desk


@pytest.fixture
def new_key(filled: Desk) -> NewKey:
    """``new_key(Role.AGENT, "AG-1042", Scope.CASES)``."""

    def made(role: Role, agent: str | None = None, *scopes: Scope) -> str:
        with filled.database.write() as db:
            return keys.add(db, f"{role}-{agent}-{'-'.join(scopes)}", role, agent, scopes, NOON)

    return made
