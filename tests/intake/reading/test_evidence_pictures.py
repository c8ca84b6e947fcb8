"""Pictures of what a person may have to judge: taken once, found again by what they show."""

import hashlib
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from samples.degrading import CONDITIONS, degraded
from samples.packets import Delivery, Packet, build
from schemas.carrier import FieldType
from schemas.codes import FormKind, SignerRole
from schemas.ids import document_id
from services.intake.reading.assembly import packet_from
from services.intake.reading.evidence_pictures import DOUBTFUL
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import PageRead
from services.intake.reading.pictures import frame_size
from services.intake.reading.reader import scan_and_picture
from tests.intake.reading.in_process import InProcess

pytestmark = pytest.mark.slow


def test_doubtful_values_and_signatures_are_shown_and_what_is_sure_is_not(hands: InProcess) -> None:
    packet = build(Packet("shown", "aldermoor", 4, date(2026, 11, 21), (), Delivery.FLATTENED))
    catalogue = hands.templates.catalogue
    signed = next(
        number
        for number, page in enumerate(packet.pages, start=1)
        if any(zone.type is FieldType.SIGNATURE for zone in catalogue.page(*page).zones)
    )
    content = degraded(packet.content, CONDITIONS["standard fax"], 4, (1, signed))
    identity = document_id(content)
    reads = [
        scan_and_picture(content, identity, number, hands.templates, Limits(), "goodorder-archive")
        for number in (1, 2, 2)
    ]
    assert reads[1] == reads[2]
    lines = {zone.name for blank in catalogue.pages for zone in blank.zones if zone.type is FieldType.SIGNATURE}
    shown, doubtful, pictures = set(), set(), {}
    for read in reads:
        assert isinstance(read, PageRead)
        assert all(zone.crop for zone in read.reading.zones if zone.zone in lines)
        shown |= {zone.zone for zone in read.reading.zones if zone.crop and zone.zone not in lines}
        doubtful |= {zone.zone for zone in read.reading.zones if zone.raw and zone.confidence < DOUBTFUL}
        sure = {
            zone.zone
            for zone in read.reading.zones
            if zone.confidence >= DOUBTFUL and not (zone.doubts or zone.doubtful)
        }
        assert not shown & sure
        pictures.update(read.pictures)
    assert doubtful
    assert shown >= doubtful
    for key, picture in pictures.items():
        assert key.startswith(f"documents/{identity[:2]}/{identity}.pictures/{hashlib.sha256(picture).hexdigest()}.")
        assert Image.open(BytesIO(picture)).mode == "L"
    pages = [read.reading for read in reads[:2] if isinstance(read, PageRead)]
    assert pages[0].picture
    assert Image.open(BytesIO(pictures[pages[0].picture.key])).size == frame_size(catalogue.page(*packet.pages[0]))
    application = packet_from(pages, catalogue)
    crop = application.evidence[f"signatures.{FormKind.APPLICATION.value}.{SignerRole.INSURED.value}.mark"].crop
    assert crop
    assert crop.key in pictures
