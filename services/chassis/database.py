"""A service's database: SQLite or PostgreSQL, each service with tables of its own, migrated by Alembic."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

MIGRATIONS = Path(__file__).parent / "migrations"


def connect(url: str, service: str, vault: object = None) -> Engine:
    """An engine whose transactions start as writers (SQLite) in the service's own schema (PostgreSQL).

    ``vault``: what its private records are sealed by (:func:`services.chassis.private.vault.vault_of`); a service
    that keeps nothing private has none.
    """
    return _engine(url, service).execution_options(vault=vault)


def _engine(url: str, service: str) -> Engine:
    if url.startswith("sqlite"):
        return _sqlite(url)
    options = {"options": f"-csearch_path={service}"}
    return sa.create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=2, connect_args=options)


def _sqlite(url: str) -> Engine:
    engine = sa.create_engine(
        url, hide_parameters=True, connect_args={"timeout": 30, "isolation_level": None, "check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        # FULL: what was answered for survives a power cut, not only a killed process.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer half-way fails with "database is locked".
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def become_sole_writer(connection: Connection, service: str) -> None:
    """Serialise a service's transactions, so that the order of commits is the order of outbox rows.

    SQLite does so by BEGIN IMMEDIATE; PostgreSQL by one advisory lock a service.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"goodorder.{service}"})


def migrate(engine: Engine, service: str, *histories: tuple[str, Path]) -> None:
    """Bring the chassis's and the service's tables up to date; each history has a version table of its own."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"migrate.{service}"})
            # A role that is confined to its schema finds it made, and could not make it.
            if not sa.inspect(connection).has_schema(service):
                connection.execute(sa.schema.CreateSchema(service, if_not_exists=True))
        for name, folder in (("chassis", MIGRATIONS), *histories):
            command.upgrade(migration_config(connection, name, folder), "head")


def migration_config(connection: Connection, name: str, folder: Path) -> Config:
    """Alembic's settings for one history."""
    config = Config(attributes={"connection": connection, "version_table": f"{name}_version"})
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("version_locations", str(folder / "versions"))
    config.set_main_option("path_separator", "os")
    return config
