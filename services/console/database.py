"""The console's database as the web server uses it: readers that never wait, and short writes of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from services.chassis.database import become_sole_writer, connect, migrate
from services.chassis.private.vault import Vault
from services.console.settings import ConsoleSettings

SERVICE = "console"
MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One engine to read with, which can change nothing, and one to write with."""

    def __init__(self, url: str, vault: Vault | None) -> None:
        self.writer = connect(url, SERVICE, vault)
        self._reader = _reader(url).execution_options(vault=vault)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view; on SQLite it waits for no writer."""
        with self._reader.begin() as db:
            yield db

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self.writer.begin() as db:
            become_sole_writer(db, SERVICE)
            yield db

    def close(self) -> None:
        self._reader.dispose()
        self.writer.dispose()


def open_database(settings: ConsoleSettings, vault: Vault | None = None) -> Database:
    """The console's database with its tables up to date; without a vault nothing private is seen in it."""
    database = Database(settings.database_url_of(SERVICE), vault)
    migrate(database.writer, SERVICE, (SERVICE, MIGRATIONS))
    return database


def _reader(url: str) -> Engine:
    if not url.startswith("sqlite"):
        options = f"-csearch_path={SERVICE} -cdefault_transaction_read_only=on"
        return sa.create_engine(
            url, hide_parameters=True, pool_pre_ping=True, pool_size=8, connect_args={"options": options}
        )
    file = sa.make_url(url).database or ""
    engine = sa.create_engine(
        f"sqlite:///file:{file}?uri=true", hide_parameters=True, pool_size=8, connect_args={"check_same_thread": False}
    )

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: object, _: object) -> None:
        connection.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]

    return engine
