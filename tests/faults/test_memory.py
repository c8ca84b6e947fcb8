"""A part that grows is told from one that breathes."""

import pytest

from tests.faults.memory import Sample, grown

MEGABYTE = 1_000_000


def life(pid: int, packets: range, *, per_packet: int = 0, peak: int = 0) -> list[Sample]:
    """One sample a packet, loaded after fifty; every seventh shows a peak."""
    return [
        Sample(
            "cases",
            pid,
            packet,
            (100 if place > 50 else 30) * MEGABYTE + per_packet * place + (peak if place % 7 == 0 else 0),
        )
        for place, packet in enumerate(packets)
    ]


def test_what_is_kept_of_every_packet_shows() -> None:
    (row,) = grown(life(1, range(2000), per_packet=5000, peak=40 * MEGABYTE))
    assert row.mb_per_thousand == pytest.approx(5.0, abs=0.1)
    assert row.last_mb - row.first_mb == pytest.approx(5.0 * 0.9 * 1.9, abs=0.5)


def test_peaks_and_warming_up_are_no_growth() -> None:
    (row,) = grown(life(1, range(2000), peak=40 * MEGABYTE))
    assert row.mb_per_thousand == 0
    assert row.packets == 1899


def test_the_longest_life_counts() -> None:
    killed, survivor = life(1, range(600), per_packet=9000), life(2, range(600, 2000))
    (row,) = grown([*killed, *survivor])
    assert (row.packets, row.mb_per_thousand) == (1299, 0)
