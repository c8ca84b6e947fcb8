"""Fixtures of the tests of requirements: each database engine in turn."""

from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'requirements.db'}"
    url: str = request.getfixturevalue("postgres_database")
    return url
