"""The other way to read: in child processes, as services do."""

from collections.abc import Iterator

import pytest

from schemas.carrier import Carriers
from services.intake.reading.pool import ReaderPool


@pytest.fixture(scope="module")
def pool(carriers: Carriers) -> Iterator[ReaderPool]:
    """Short of time and memory, so that what hurts a reader does so soon."""
    with ReaderPool(carriers, processes=2, timeout=15, max_pages=12, memory=800 * 2**20) as running:
        yield running
