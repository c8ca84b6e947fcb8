"""The whole local stack with every service, for commands that speak to it."""

import pytest

from schemas.topics import SERVICES
from tests.cli.terminal import OnTheStack
from tests.stack import RunningStack


@pytest.fixture(scope="session")
def house(stack: RunningStack) -> OnTheStack:
    """``house("cases")`` is ``goodorder cases`` on the running stack."""
    stack.start(*SERVICES)
    return OnTheStack(stack.run)
