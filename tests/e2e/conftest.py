"""The whole house on real parts, once a session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk import Desk, desk_on
from tests.stack import running_stack


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    data: Path = tmp_path_factory.mktemp("desk")
    with running_stack(data) as stack, desk_on(stack) as desk:
        yield desk
