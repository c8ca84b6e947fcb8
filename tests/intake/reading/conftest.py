"""The sample carriers' forms as the reader knows them, and the two ways to read with them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.carrier import Carriers, load_carriers
from services.intake.reading.catalogue import Catalogue, load_catalogue
from services.intake.reading.pool import ReaderPool
from services.intake.reading.templates import Templates
from tests.intake.reading.in_process import InProcess

CARRIERS = Path(__file__).parents[3] / "carriers"


@pytest.fixture(scope="session")
def carriers() -> Carriers:
    return load_carriers(CARRIERS)


@pytest.fixture(scope="session")
def catalogue(carriers: Carriers) -> Catalogue:
    return load_catalogue(carriers)


@pytest.fixture(scope="session")
def hands(catalogue: Catalogue) -> InProcess:
    return InProcess(Templates(catalogue))


@pytest.fixture(scope="module")
def pool(carriers: Carriers) -> Iterator[ReaderPool]:
    """Short of time and memory, so that what hurts a reader does so soon."""
    with ReaderPool(carriers, processes=2, timeout=5, max_pages=12, memory=800 * 2**20) as running:
        yield running
