"""The sample carriers, whose forms are learned anew from their blanks."""

from pathlib import Path

import pytest

from schemas.carrier import Carriers, load_carriers

CARRIERS = Path(__file__).parents[3] / "carriers"


@pytest.fixture(scope="session")
def carriers() -> Carriers:
    return load_carriers(CARRIERS)
