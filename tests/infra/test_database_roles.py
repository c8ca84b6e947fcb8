"""Least privilege in a real PostgreSQL: a service works in its own schema and cannot look into another's."""

import importlib
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from infra.stack.database_roles import make_roles, role_of, url_file
from schemas.topics import SERVICES
from services.chassis.database import connect, migrate

pytestmark = pytest.mark.slow

SOME = ("cases", "notify")
"""Services whose tables are really made; the others have their schema only."""


@pytest.fixture(scope="module")
def server(postgres: str) -> Iterator[str]:
    """A database of these tests' own; roles belong to the whole server."""
    admin = sa.create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as db:
        db.exec_driver_sql("CREATE DATABASE roles")
    yield sa.make_url(postgres).set(database="roles").render_as_string(hide_password=False)
    with admin.connect() as db:
        db.exec_driver_sql("DROP DATABASE roles WITH (FORCE)")
        for account in (*SERVICES, "operations"):
            db.exec_driver_sql(f"DROP ROLE IF EXISTS {role_of(account)}")
    admin.dispose()


@pytest.fixture(scope="module")
def folder(server: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Roles made, tables made by the services themselves, roles made once more as at an upgrade."""
    made = tmp_path_factory.mktemp("roles")
    make_roles(server, made)
    for service in SOME:
        engine = connect(url_file(made, service).read_text(), service)
        package = importlib.import_module(f"services.{service}")
        migrate(engine, service, (service, Path(str(package.__file__)).parent / "migrations"))
        engine.dispose()
    make_roles(server, made)
    return made


def asked(folder: Path, account: str, statement: str) -> object:
    engine = sa.create_engine(url_file(folder, account).read_text())
    try:
        with engine.begin() as db:
            found = db.execute(sa.text(statement))
            return found.scalar() if found.returns_rows else None
    finally:
        engine.dispose()


@pytest.mark.parametrize("service", SOME)
def test_a_service_reads_and_writes_its_own_tables(folder: Path, service: str) -> None:
    assert asked(folder, service, f"SELECT count(*) FROM {service}.inbox") == 0
    asked(folder, service, f"DELETE FROM {service}.inbox")


@pytest.mark.parametrize("service", SERVICES)
def test_no_service_can_look_into_anothers_schema_nor_open_a_door(folder: Path, service: str) -> None:
    others = [other for other in SOME if other != service]
    for statement in (
        *(f"SELECT * FROM {other}.inbox" for other in others),
        *(f"DELETE FROM {other}.inbox" for other in others),
        *(f"CREATE TABLE {other}.mine (a int)" for other in others),
        "CREATE TABLE public.mine (a int)",
        "CREATE SCHEMA mine",
        "CREATE ROLE mine",
        f"SET ROLE {role_of(others[0])}",
        f"GRANT {role_of(others[0])} TO {role_of(service)}",
    ):
        with pytest.raises(DBAPIError, match=r"(?i)permission denied|must be|only roles"):
            asked(folder, service, statement)


def test_operations_read_every_schema_and_change_none(folder: Path) -> None:
    for service in SOME:
        assert asked(folder, "operations", f"SELECT count(*) FROM {service}.inbox") == 0
        for statement in (f"DELETE FROM {service}.inbox", f"CREATE TABLE {service}.mine (a int)"):
            with pytest.raises(DBAPIError, match=r"permission denied|read-only"):
                asked(folder, "operations", f"SET default_transaction_read_only = off; {statement}")


def test_passwords_lie_in_private_files_and_the_server_knows_only_how_to_check_them(server: str, folder: Path) -> None:
    files = list(folder.iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    engine = sa.create_engine(server)
    with engine.connect() as db:
        rows = db.execute(
            sa.text("SELECT rolname, rolpassword, rolsuper FROM pg_authid WHERE rolname LIKE 'goodorder%'")
        )
        kept = {name: (verifier, is_super) for name, verifier, is_super in rows}
    engine.dispose()
    assert kept.keys() == {role_of(account) for account in (*SERVICES, "operations")}
    for verifier, is_super in kept.values():
        assert verifier.startswith("SCRAM-SHA-256$")
        assert not is_super
    assert (folder / "cases.password").read_text() in url_file(folder, "cases").read_text()
