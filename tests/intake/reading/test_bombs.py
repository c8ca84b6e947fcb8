"""A file made to eat time, memory or depth has an outcome, soon; and the readers are there for the next one."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache

import pytest

from samples.packets import named_packet
from schemas.carrier import Carriers
from schemas.codes import RefusalCause
from schemas.ids import document_id
from services.intake.reading.page_reading import Reading, Refused
from services.intake.reading.pool import ReaderPool
from tests.intake.reading.bombs import BOMBS
from tests.intake.reading.test_pool import children

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CAUSES = {
    "bursting_stream": RefusalCause.TOO_DEMANDING,
    "packed_thrice": RefusalCause.TOO_DEMANDING,
    "hundred_thousand_pages": RefusalCause.TOO_MANY_PAGES,
    "deep_page_tree": RefusalCause.DAMAGED_PDF,
    "looping_fields": RefusalCause.DAMAGED_PDF,
    "gigapixel_png": RefusalCause.PICTURE_TOO_LARGE,
}
"""The others are harmless to all readers, and have no form in them."""


@pytest.fixture(scope="module")
def pool(carriers: Carriers) -> Iterator[ReaderPool]:
    """Short of memory and pages, not of time: a busy machine is no bomb."""
    with ReaderPool(carriers, processes=2, timeout=90, max_pages=12, memory=800 * 2**20) as running:
        yield running


@cache
def made(make: Callable[[], bytes]) -> bytes:
    return make()


@pytest.mark.parametrize("make", BOMBS, ids=lambda make: make.__name__)
def test_a_bomb_is_refused_and_harms_nobody(pool: ReaderPool, make: Callable[[], bytes]) -> None:
    content, before = made(make), len(children())
    refused = pool.read_now(content, document_id(content))
    assert isinstance(refused, Refused)
    assert refused.cause is CAUSES.get(make.__name__, RefusalCause.NO_KNOWN_FORM)
    assert len(children()) == before


def test_a_packet_beside_bombs_is_read(pool: ReaderPool) -> None:
    """All at once: each costs its reader at most, and the packet waits for a reader, not for the bombs."""
    packet = named_packet("clean-aldermoor", date(2026, 11, 21)).content
    bombs = [made(make) for make in BOMBS if make.__name__ != "endless_object_stream"]
    with ThreadPoolExecutor(len(bombs) + 1) as asking:
        asked = [asking.submit(pool.read_now, bomb, document_id(bomb)) for bomb in bombs]
        reading = asking.submit(pool.read_now, packet, document_id(packet)).result()
        assert isinstance(reading, Reading)
        assert all(isinstance(one.result(), Refused) for one in asked)
    assert isinstance(pool.read_now(packet, document_id(packet)), Reading)
