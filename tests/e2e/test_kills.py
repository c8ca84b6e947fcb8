"""80 packets, and a late page for every fifth, while every part is killed once: each packet ends in one case, which has
its page, and each change is mailed once."""

import threading
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest

from goodorder.verify.report import in_a_line
from samples.packets import BuiltPacket, random_packet
from samples.packets.excerpts import excerpt
from schemas.events import ApplicationRead
from schemas.ids import case_id, document_id
from tests.desk import Desk
from tests.faults.trial import upload, upload_all

pytestmark = [pytest.mark.stack, pytest.mark.kills, pytest.mark.timeout(480)]

PACKETS, EVERY = 80, 5
"""How many, and each how-manieth is followed by a late page."""
SEED = 600_000
VICTIMS = ("intake", "kafka", "validation", "cases", "ministack", "requirements", "notify", "intake", "cases", "notify")
PACE = 4.0
"""Uploads a second."""
APART = 2.5
"""Seconds between two kills: the one before is often still starting anew."""


def test_every_part_is_killed_and_nothing_is_lost_or_doubled(desk: Desk) -> None:
    today = datetime.now(UTC).date()
    packets = [random_packet(SEED + number, today) for number in range(PACKETS)]
    uploading = threading.Thread(target=_upload, args=(desk, packets))
    began = monotonic()
    uploading.start()
    for victim in VICTIMS:
        sleep(APART)
        desk.stack.kill(victim)
    uploading.join()
    killed = monotonic()
    desk.until_at_rest(seconds=240)
    judgement = desk.verify()
    print(f"\n{len(VICTIMS)} kills in {killed - began:.0f} s, all done {monotonic() - killed:.0f} s later")
    print(in_a_line(judgement))
    assert judgement.is_clean, judgement.broken
    books, cases = judgement.books, {_case(packet) for packet in packets}
    assert len(cases) == PACKETS
    assert cases <= set(books.cases)
    # A kill between the mail server's 250 and our note of it: no sender can know, so it sends the same mail again.
    ours = {mail.message_id for mail in books.notifications if mail.about in cases}
    again = [mail for mail in books.mails or () if mail.again and mail.message_id in ours]
    assert len(again) <= VICTIMS.count("notify")
    late = {_case(packet) for packet in packets[::EVERY]}
    of_their_own = {case_id(document_id(_last_page(packet))) for packet in packets[::EVERY]}
    assert of_their_own.isdisjoint(books.cases)
    second = [event.key for event in books.of(ApplicationRead) if event.data["version"] == 2]
    assert sorted(case for case in second if case in late) == sorted(late)


def _case(packet: BuiltPacket) -> str:
    return case_id(document_id(packet.content))


def _upload(desk: Desk, packets: list[BuiltPacket]) -> None:
    for number, packet in enumerate(packets):
        upload_all(desk, [packet], PACE)
        if number % EVERY == 0:
            # Read beside its packet, or before it when the packet waits for what was killed.
            upload(desk, _last_page(packet), f"{_case(packet)}/last-page.pdf", packet.truth.agent_code)


def _last_page(packet: BuiltPacket) -> bytes:
    return excerpt(packet, packet.pages[-1:])
