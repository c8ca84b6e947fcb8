"""PostgreSQL with locks on: a role and a schema for each service, which no other service can look into.

Made by whoever may make roles on that server. Passwords are made here and reach the server as SCRAM verifiers only;
each role's whole URL lies in a file of its own, for ``GOODORDER_DATABASE_URL_FILE``.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from infra.stack.private_files import password_in, write_private
from schemas.parties import OPERATIONS
from schemas.topics import SERVICES

_PREFIX = "goodorder_"


def role_of(account: str) -> str:
    """The name of a service's role on the server."""
    return f"{_PREFIX}{account}"


def url_file(folder: Path, account: str) -> Path:
    return folder / f"{account}.url"


def make_roles(admin: str, folder: Path) -> None:
    """Make, or set right, every role, schema and right in the database of an SQLAlchemy URL; keep what is there.

    Raises ``psycopg.Error`` when the server refuses.
    """
    url = sa.make_url(admin)
    with psycopg.connect(_for_libpq(url)) as db:
        database = sql.Identifier(db.info.dbname)
        db.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
        db.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for account in (*SERVICES, OPERATIONS):
            password = password_in(folder / f"{account}.password")
            _role(db, role_of(account), password)
            db.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, _named(account)))
            theirs = url.set(username=role_of(account), password=password)
            write_private(url_file(folder, account), theirs.render_as_string(hide_password=False))
        db.execute(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(_named(OPERATIONS)))
        for service in SERVICES:
            for statement in _schema(service, _relations(db, service)):
                db.execute(statement)


def _role(db: "psycopg.Connection[tuple[object, ...]]", name: str, password: str) -> None:
    if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone():
        db.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
    # Made here, so that the password itself is in no statement that the server might log.
    verifier = db.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256").decode()
    db.execute(
        sql.SQL(
            "ALTER ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS NOINHERIT PASSWORD {}"
        ).format(sql.Identifier(name), sql.Literal(verifier))
    )


def _schema(service: str, relations: tuple[str, ...]) -> Iterator[sql.Composed]:
    """The service owns its schema and all in it; operations may read it, now and as it grows."""
    schema, owner, reader = sql.Identifier(service), _named(service), _named(OPERATIONS)
    yield sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema)
    yield sql.SQL("ALTER SCHEMA {} OWNER TO {}").format(schema, owner)
    yield sql.SQL("REVOKE ALL ON SCHEMA {} FROM PUBLIC").format(schema)
    for relation in relations:  # of an installation that had one role for all
        yield sql.SQL("ALTER TABLE {} OWNER TO {}").format(sql.Identifier(service, relation), owner)
    yield sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, reader)
    yield sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, reader)
    yield sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA {} GRANT SELECT ON TABLES TO {}").format(
        owner, schema, reader
    )


def _relations(db: "psycopg.Connection[tuple[object, ...]]", schema: str) -> tuple[str, ...]:
    found = db.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (schema,))
    return tuple(str(name) for (name,) in found)


def _named(account: str) -> sql.Identifier:
    return sql.Identifier(role_of(account))


def _for_libpq(url: sa.URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
