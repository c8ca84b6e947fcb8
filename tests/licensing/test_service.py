"""The service but for Kafka: imports in, whole records out, done twice it changes nothing."""

from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from samples.packets.building import HOUSE
from schemas.events import ProducerChanged, ProducerImported
from schemas.licensing import ProducerRecord
from schemas.topics import LICENSING_IMPORTS, LICENSING_PRODUCERS
from services.chassis.database import connect, migrate, migration_config
from services.licensing import store
from services.licensing.folder import read_folder
from services.licensing.worker import describe_service
from tests.chassis.events import NOON
from tests.chassis.workshop import until
from tests.offline import Worker, worker
from tests.producers import licensed, producer

SERVICE = describe_service(None)
SAMPLES = HOUSE / "samples" / "licensing"


async def send(licensing: Worker, record: ProducerRecord, minute: int, event_id: str) -> None:
    imported = ProducerImported(record=record, imported_at=NOON + timedelta(minutes=minute), source="the tests")
    await licensing.take(imported, LICENSING_IMPORTS, event_id, record.agent_code)


async def test_an_import_is_kept_and_published_whole_by_agent_code(database_url: str) -> None:
    async with worker(SERVICE, database_url) as licensing:
        await send(licensing, producer(), 1, "one")
        (changed,) = licensing.published(ProducerChanged)
        assert (changed.agent_code, changed.revision, changed.record) == ("A-100", 1, producer())
        (taken,) = licensing.broker.taken
        assert (taken.topic, taken.key) == (LICENSING_PRODUCERS.name, b"A-100")
        held = await licensing.read(lambda db: store.find(db, "A-100"))
        assert held is not None
        assert held.record == producer()


async def test_the_same_import_again_publishes_nothing(database_url: str) -> None:
    async with worker(SERVICE, database_url) as licensing:
        for minute in range(3):
            await send(licensing, producer(), minute, f"import {minute}")
        assert len(licensing.published(ProducerChanged)) == 1


async def test_a_record_that_differs_replaces_the_former_as_a_whole(database_url: str) -> None:
    other = producer(licenses=(licensed("KS"),), training=())
    async with worker(SERVICE, database_url) as licensing:
        await send(licensing, producer(), 1, "one")
        await send(licensing, other, 2, "two")
        assert [(each.revision, each.record) for each in licensing.published(ProducerChanged)] == [
            (1, producer()),
            (2, other),
        ]


async def test_an_older_import_that_comes_late_undoes_nothing(database_url: str) -> None:
    async with worker(SERVICE, database_url) as licensing:
        await send(licensing, producer(), 5, "newer")
        await send(licensing, producer(training=()), 1, "older")
        assert len(licensing.published(ProducerChanged)) == 1
        held = await licensing.read(lambda db: store.find(db, "A-100"))
        assert held is not None
        assert held.record == producer()


async def test_an_empty_directory_is_filled_from_the_folder_once(database_url: str) -> None:
    service, known = describe_service(SAMPLES), read_folder(SAMPLES)
    async with worker(service, database_url) as licensing:
        await until(lambda: len(licensing.published(ProducerChanged)) == len(known), "every producer published")
        assert sorted(each.agent_code for each in licensing.published(ProducerChanged)) == [r.agent_code for r in known]
    async with worker(service, database_url) as licensing:
        # The filling comes first in the queue of transactions: what is sent behind it sees what it did.
        await send(licensing, producer(), 1, "after the filling")
        assert [each.agent_code for each in licensing.published(ProducerChanged)] == ["A-100"]


async def test_a_directory_that_holds_anything_is_not_filled(database_url: str) -> None:
    async with worker(SERVICE, database_url) as licensing:
        await send(licensing, producer(), 1, "by hand")
    async with worker(describe_service(SAMPLES), database_url) as licensing:
        await send(licensing, producer(agent_code="A-200"), 1, "another")
        assert [each.agent_code for each in await licensing.read(store.every_record)] == ["A-100", "A-200"]


def test_the_tables_are_as_the_migrations_make_them_and_can_be_taken_back(database_url: str) -> None:
    check_migrations(database_url, "licensing", SERVICE.migrations, store.metadata)


def check_migrations(url: str, service: str, migrations: Path, metadata: sa.MetaData) -> None:
    engine = connect(url, service)
    migrate(engine, service, (service, migrations))
    ours = set(metadata.tables)
    with engine.begin() as db:
        context = MigrationContext.configure(
            db, opts={"include_name": lambda name, kind, parents: kind != "table" or name in ours}
        )
        assert compare_metadata(context, metadata) == []
        command.downgrade(migration_config(db, service, migrations), "base")
        assert not ours & set(sa.inspect(db).get_table_names())
    engine.dispose()
