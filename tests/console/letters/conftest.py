"""The index of dead letters in a database of its own."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.pool import StaticPool

from services.console.letters.tables import metadata
from services.console.projection.tables import metadata as projected


@pytest.fixture
def db() -> Iterator[Connection]:
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    projected.create_all(engine)
    with engine.begin() as connection:
        yield connection
