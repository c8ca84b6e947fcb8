"""Faults in the running house that no other test tries; `make faults` tries many more."""

from datetime import UTC, datetime
from itertools import count
from random import Random

import pytest

from goodorder.verify.report import in_a_line
from samples.packets import random_packet
from tests.desk import Desk
from tests.faults.catalogue import IN_SHORT
from tests.faults.trial import Scene, undergo

pytestmark = [pytest.mark.stack, pytest.mark.kills, pytest.mark.timeout(300)]


def test_nothing_is_lost_doubled_or_out_of_order(desk: Desk) -> None:
    today = datetime.now(UTC).date()
    packets = (random_packet(700_000 + number, today) for number in count())
    outcome = undergo(Scene(desk, Random(IN_SHORT.name)), IN_SHORT, packets)
    print(f"\n{IN_SHORT.name}: done {outcome.recovered_after or 0:.1f} s later; {in_a_line(outcome.judgement)}")
    assert outcome.recovered_after is not None, outcome.why_not
    assert outcome.judgement.is_clean, outcome.judgement.broken
