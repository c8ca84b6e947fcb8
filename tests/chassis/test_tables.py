"""The chassis's tables: the migrations make exactly what the code says, forwards and back, beside the service's own."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Engine

from services.chassis.database import MIGRATIONS, connect, migrate, migration_config
from services.chassis.tables import inbox, metadata
from tests.chassis.events import NOON
from tests.chassis.workshop import MIGRATIONS as PROBE_MIGRATIONS
from tests.chassis.workshop import open_database

OURS = {"inbox", "outbox", "dead_letter", "parked", "timer", "forgotten", "chassis_version"}
PROBES = {"counted", "probe_version"}


@pytest.fixture
def engine(database_url: str) -> Engine:
    return open_database(database_url)


def tables(engine: Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def test_the_migrations_make_what_the_code_says(engine: Engine) -> None:
    with engine.begin() as db:
        context = MigrationContext.configure(
            db,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
            },
        )
        assert compare_metadata(context, metadata) == []


def test_migrations_go_back_and_forth_and_leave_the_services_own_tables(engine: Engine) -> None:
    assert tables(engine) == OURS | PROBES
    with engine.begin() as db:
        command.downgrade(migration_config(db, "chassis", MIGRATIONS), "base")
    assert tables(engine) == {"chassis_version"} | PROBES
    migrate(engine, "probe", PROBE_MIGRATIONS)
    migrate(engine, "probe", PROBE_MIGRATIONS)
    assert tables(engine) == OURS | PROBES


def test_services_keep_to_their_own_schema_in_one_database(postgres_database: str) -> None:
    for service in ("probe", "other"):
        migrate(connect(postgres_database, service), service)
    with connect(postgres_database, "probe").begin() as db:
        db.execute(inbox.insert().values(source="s", event_id="e", received_at=NOON))
    with connect(postgres_database, "other").begin() as db:
        assert db.execute(sa.select(inbox)).all() == []


def test_times_come_back_aware_and_in_utc(engine: Engine) -> None:
    chicago = timezone(timedelta(hours=-6))
    told = datetime(2026, 3, 1, 6, 30, tzinfo=chicago)
    with engine.begin() as db:
        db.execute(inbox.insert().values(source="s", event_id="e", received_at=told))
        (found,) = db.execute(sa.select(inbox.c.received_at)).scalars()
        earlier = db.execute(sa.select(inbox).where(inbox.c.received_at < told + timedelta(seconds=1))).all()
    assert found == told
    assert found.tzinfo is UTC
    assert len(earlier) == 1


def test_an_event_is_in_the_inbox_once(engine: Engine) -> None:
    row = {"source": "s", "event_id": "e", "received_at": NOON}
    with engine.begin() as db:
        db.execute(inbox.insert().values(row))
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as db:
        db.execute(inbox.insert().values(row))
