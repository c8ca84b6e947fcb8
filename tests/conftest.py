"""Fixtures that any test may ask for: a real PostgreSQL and an empty database on it."""

import uuid
from collections.abc import Iterator

import pytest

from tests.postgres import new_database, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The SQLAlchemy URL of a real PostgreSQL 18, started once a session, on a Unix socket only."""
    with postgres_server() as url:
        yield url


@pytest.fixture
def postgres_database(postgres: str) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database of the test's own."""
    with new_database(postgres, f"test_{uuid.uuid4().hex[:12]}") as url:
        yield url
