"""The ways a page arrives: each is repeatable, and really does something."""

from datetime import date

import numpy as np
import pypdfium2 as pdfium
import pytest

from samples.degrading import CONDITIONS, degraded, spoilt
from samples.packets import Delivery, Packet, build
from samples.packets.handwriting import hands_here

PACKET = Packet("page", "quillhaven", 3, date(2026, 11, 20), (), Delivery.FLATTENED)


@pytest.fixture(scope="module")
def typed() -> bytes:
    return build(PACKET).content


@pytest.mark.parametrize("name", CONDITIONS)
def test_the_same_seed_does_the_same_damage_and_another_seed_another(typed: bytes, name: str) -> None:
    once, again, other = (degraded(typed, CONDITIONS[name], seed, [1]) for seed in (1, 1, 2))
    assert once == again
    assert (once == other) is (name == "clean 200")


def test_a_fax_is_black_and_white_and_as_coarse_as_faxes_are(typed: bytes) -> None:
    page = pdfium.PdfDocument(typed)[0]
    picture = spoilt(page, CONDITIONS["standard fax"], 1)
    assert set(np.unique(picture)) == {0, 255}
    assert picture.shape == (1078, 1734)


@pytest.mark.skipif(not hands_here(), reason="no handwriting font is installed (fonts-breip and others)")
def test_a_packet_by_hand_says_the_same_in_other_letters() -> None:
    by_hand = build(Packet("page", "quillhaven", 3, date(2026, 11, 20), (), Delivery.FLATTENED, hand=hands_here()[0]))
    assert by_hand.truth == build(PACKET).truth
    assert by_hand.content != build(PACKET).content
