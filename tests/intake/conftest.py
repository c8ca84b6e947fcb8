"""The sample carriers' forms as the reader knows them, and hands that read with them in this process."""

from pathlib import Path

import pytest

from schemas.carrier import Carriers, load_carriers
from services.intake.reading.catalogue import Catalogue, load_catalogue
from services.intake.reading.templates import Templates
from tests.intake.reading.in_process import InProcess

CARRIERS = Path(__file__).parents[2] / "carriers"


@pytest.fixture(scope="session")
def carriers() -> Carriers:
    return load_carriers(CARRIERS)


@pytest.fixture(scope="session")
def catalogue(carriers: Carriers) -> Catalogue:
    return load_catalogue(carriers)


@pytest.fixture(scope="session")
def hands(catalogue: Catalogue) -> InProcess:
    return InProcess(Templates(catalogue))
