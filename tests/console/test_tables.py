"""The console's tables: the migrations make exactly what the code says, forwards and back, on both engines."""

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.chassis.database import migrate, migration_config
from services.console.database import MIGRATIONS, Database
from services.console.letters.tables import metadata as letters
from services.console.people.tables import metadata as people
from services.console.projection.tables import metadata as projection

OURS = {**people.tables, **projection.tables, **letters.tables}


def test_the_migrations_make_what_the_code_says(database: Database) -> None:
    for metadata in (people, projection, letters):
        with database.writer.begin() as db:
            options = {
                "compare_type": True,
                "include_name": lambda name, kind, _, held=metadata.tables: kind != "table" or name in held,
            }
            context = MigrationContext.configure(db, opts=options)
            assert compare_metadata(context, metadata) == []


def test_the_migrations_go_back_and_forth(database: Database) -> None:
    with database.writer.begin() as db:
        command.downgrade(migration_config(db, "console", MIGRATIONS), "base")
    assert OURS.keys().isdisjoint(sa.inspect(database.writer).get_table_names())
    migrate(database.writer, "console", ("console", MIGRATIONS))
    assert OURS.keys() <= set(sa.inspect(database.writer).get_table_names())
