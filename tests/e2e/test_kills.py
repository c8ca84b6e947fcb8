"""140 packets while every part is killed once: each ends in one case, and each change is mailed once."""

import threading
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest

from goodorder.verify.report import counts, in_a_line
from samples.packets import random_packet
from tests.desk import Desk
from tests.faults.trial import upload_all

pytestmark = [pytest.mark.stack, pytest.mark.kills, pytest.mark.timeout(480)]

PACKETS = 140
VICTIMS = ("intake", "kafka", "validation", "cases", "ministack", "requirements", "notify", "intake", "cases", "notify")
PACE = 4.0
"""Uploads a second."""
APART = 4.0
"""Seconds between two kills: the one before is often still starting anew."""


def test_every_part_is_killed_and_nothing_is_lost_or_doubled(desk: Desk) -> None:
    before = counts(desk.verify().books)
    today = datetime.now(UTC).date()
    packets = [random_packet(seed, today) for seed in range(PACKETS)]
    uploading = threading.Thread(target=upload_all, args=(desk, packets, PACE))
    began = monotonic()
    uploading.start()
    for victim in VICTIMS:
        sleep(APART)
        desk.stack.kill(victim)
    uploading.join()
    killed = monotonic()
    desk.until_at_rest(before["uploads"] + PACKETS, seconds=240)
    judgement = desk.verify()
    print(f"\n{len(VICTIMS)} kills in {killed - began:.0f} s, all done {monotonic() - killed:.0f} s later")
    print(in_a_line(judgement))
    after = counts(judgement.books)
    assert judgement.is_clean, judgement.broken
    # A kill between the mail server's 250 and our note of it: no sender can know, so it sends the same mail again.
    assert after["mails sent again"] - before["mails sent again"] <= VICTIMS.count("notify")
    assert after["documents"] == before["documents"] + PACKETS
    assert after["cases"] == before["cases"] + PACKETS
