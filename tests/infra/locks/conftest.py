"""A stack with its locks on, and an authority that nobody in it has reason to believe."""

from collections.abc import Iterator

import pytest

from infra.stack.certificates import Authority
from tests.stack import RunningStack, running_stack


@pytest.fixture(scope="package")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Every service with its own account, over TLS."""
    with running_stack(tmp_path_factory.mktemp("locked"), secure=True) as running:
        yield running


@pytest.fixture(scope="package")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    made = Authority(tmp_path_factory.mktemp("stranger"))
    made.issue("client")
    return made
