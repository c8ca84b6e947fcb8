"""Files spoilt by chance always have an outcome, and leave the readers whole; ``make fuzz`` does it for longer."""

from itertools import pairwise

import pytest

from schemas.carrier import Carriers
from schemas.ids import document_id
from services.intake.reading.page_reading import Reading, Refused, Unpacked
from services.intake.reading.pool import ReaderPool
from tests.intake.reading.fuzz import read_spoilt, spoilt_file
from tests.intake.reading.spoiling import sound_files

SEEDS = range(40)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_each_spoilt_file_has_an_outcome_and_sound_ones_are_read_afterwards(carriers: Carriers) -> None:
    told: list[tuple[int, str]] = []
    with ReaderPool(carriers, timeout=90, memory=1024**3) as pool:
        read_spoilt(pool, iter(SEEDS), lambda seed, _, outcome: told.append((seed, outcome)))
        sound = sound_files()
        letter, page, packed = (sound[name] for name in ("letter", "fillable page", "zip"))
        assert isinstance(pool.read_now(letter, document_id(letter)), Refused)
        assert isinstance(pool.read_now(page, document_id(page)), Reading)
        assert isinstance(pool.read_now(packed, document_id(packed)), Unpacked)
    assert sorted(seed for seed, _ in told) == list(SEEDS)
    assert len({outcome for _, outcome in told}) > 3


def test_the_same_seed_spoils_in_the_same_way_and_another_in_another() -> None:
    assert [spoilt_file(seed)[0] for seed in SEEDS] == [spoilt_file(seed)[0] for seed in SEEDS]
    assert all(spoilt_file(one)[1] != spoilt_file(next_one)[1] for one, next_one in pairwise(range(5)))
