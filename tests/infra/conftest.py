"""A stack of these tests' own: they kill its parts, which others would notice."""

from collections.abc import Iterator

import pytest

from tests.stack import RunningStack, running_stack


@pytest.fixture(scope="package")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with running_stack(tmp_path_factory.mktemp("own-stack"), "kafka", "ministack", "mail") as running:
        yield running
