"""140 packets, and a late page for every seventh, while every part is killed once: each packet ends in one case, which
has its page, and each change is mailed once."""

import threading
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest

from goodorder.verify.report import counts, in_a_line
from samples.packets import BuiltPacket, random_packet
from samples.packets.excerpts import excerpt
from schemas.events import ApplicationRead
from schemas.ids import case_id, document_id
from tests.desk import Desk
from tests.faults.trial import upload, upload_all

pytestmark = [pytest.mark.stack, pytest.mark.kills, pytest.mark.timeout(480)]

PACKETS, LATE = 140, 20
VICTIMS = ("intake", "kafka", "validation", "cases", "ministack", "requirements", "notify", "intake", "cases", "notify")
PACE = 4.0
"""Uploads a second."""
APART = 4.0
"""Seconds between two kills: the one before is often still starting anew."""


def test_every_part_is_killed_and_nothing_is_lost_or_doubled(desk: Desk) -> None:
    before = counts(desk.verify().books)
    today = datetime.now(UTC).date()
    packets = [random_packet(seed, today) for seed in range(PACKETS)]
    uploading = threading.Thread(target=_upload, args=(desk, packets))
    began = monotonic()
    uploading.start()
    for victim in VICTIMS:
        sleep(APART)
        desk.stack.kill(victim)
    uploading.join()
    killed = monotonic()
    desk.until_at_rest(before["uploads"] + PACKETS + LATE, seconds=240)
    judgement = desk.verify()
    print(f"\n{len(VICTIMS)} kills in {killed - began:.0f} s, all done {monotonic() - killed:.0f} s later")
    print(in_a_line(judgement))
    after = counts(judgement.books)
    assert judgement.is_clean, judgement.broken
    # A kill between the mail server's 250 and our note of it: no sender can know, so it sends the same mail again.
    assert after["mails sent again"] - before["mails sent again"] <= VICTIMS.count("notify")
    assert after["documents"] == before["documents"] + PACKETS + LATE
    assert after["cases"] == before["cases"] + PACKETS
    late = {case_id(document_id(packet.content)) for packet in packets[:: PACKETS // LATE]}
    second = [event.key for event in judgement.books.of(ApplicationRead) if event.data["version"] == 2]
    assert sorted(case for case in second if case in late) == sorted(late)


def _upload(desk: Desk, packets: list[BuiltPacket]) -> None:
    for number, packet in enumerate(packets):
        upload_all(desk, [packet], PACE)
        if number % (PACKETS // LATE) == 0:
            # Read beside its packet, or before it when the packet waits for what was killed.
            folder = case_id(document_id(packet.content))
            upload(desk, excerpt(packet, packet.pages[-1:]), f"{folder}/last-page.pdf", packet.truth.agent_code)
