"""Scans, faxes and photos that come as pictures and not as PDFs."""

import struct
import zlib
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from samples.degrading import CONDITIONS, spoilt
from samples.packets import Delivery, Packet, build
from schemas.codes import RefusalCause
from schemas.ids import document_id
from services.intake.reading.opening import Limits, TooManyPixelsError
from services.intake.reading.page_reading import PageReading, Refused
from services.intake.reading.photos import is_photo, opened_photo
from services.intake.reading.reader import scan_document_page, survey_document
from services.intake.reading.refusing import RefusedError
from tests.intake.reading.in_process import InProcess

TODAY = date(2026, 11, 21)
FAX, PHONE = (204, 98), (72, 72)
IPHONE = Path(__file__).parent / "iphone"
"""Photos as an iPhone saves them, made of our samples with libheif: nothing that may be installed here writes HEIC."""


def saved(pictures: list[Image.Image], coding: str, **how: object) -> bytes:
    out = BytesIO()
    more = {"save_all": True, "append_images": pictures[1:]} if len(pictures) > 1 else {}
    pictures[0].save(out, coding, **more, **how)
    return out.getvalue()


def half_black(width: int, height: int) -> Image.Image:
    """Black above, white below."""
    picture = np.full((height, width), 255, np.uint8)
    picture[: height // 2] = 0
    return Image.fromarray(picture)


def lying() -> bytes:
    """As a phone held sideways saves it: the picture lies, and a tag says so."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return saved([half_black(1700, 2200).rotate(90, expand=True)], "JPEG", exif=exif, dpi=PHONE)


def see_through() -> bytes:
    picture = Image.new("RGBA", (1700, 2200), (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 1700, 1100))
    return saved([picture], "PNG")


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (saved([half_black(1734, 1078).convert("1")], "TIFF", compression="group4", dpi=FAX), (612, 792)),
        (saved([half_black(850, 1400)], "TIFF", compression="tiff_lzw", dpi=(100, 100)), (612, 1008)),
        (saved([Image.fromarray(np.asarray(half_black(850, 1100)).astype(np.uint16) * 257)], "PNG"), (612, 792)),
        (saved([half_black(1700, 2200).convert("CMYK")], "JPEG", quality=90), (612, 792)),
        (saved([half_black(850, 1100).convert("P")], "PNG"), (612, 792)),
        (lying(), (612, 792)),
        (see_through(), (612, 792)),
        ((IPHONE / "held-sideways.heic").read_bytes(), (612, 792)),
    ],
    ids=["standard fax", "legal scan", "sixteen bits", "print colours", "palette", "lying", "see-through", "iPhone"],
)
def test_a_picture_is_a_page_upright_in_its_right_shape(content: bytes, size: tuple[int, int]) -> None:
    assert is_photo(content)
    with opened_photo(content, Limits()) as photo:
        assert len(photo) == 1
        assert photo[0].get_size() == pytest.approx(size, abs=1)
        page = photo[0].render(scale=0.5).to_numpy()
    assert page.shape == (round(size[1] / 2), round(size[0] / 2))
    assert page[: page.shape[0] // 3].max() < 30
    assert page[-page.shape[0] // 3 :].min() > 225


def test_every_picture_of_a_fax_is_a_page_and_what_a_phone_appends_is_none() -> None:
    one, two = half_black(850, 1100), half_black(425, 550)
    with opened_photo(saved([one.convert("1"), two.convert("1")] * 2, "TIFF", compression="group4"), Limits()) as fax:
        assert [fax[index].picture.shape for index in (3, 0, 1, 2)] == [(550, 425), (1100, 850)] * 2
    with opened_photo(saved([one, two], "MPO"), Limits()) as photo:
        assert len(photo) == 1


@pytest.mark.parametrize(
    ("make", "cause", "words"),
    [
        (lambda: saved([half_black(85, 110)] * 13, "TIFF"), RefusalCause.TOO_MANY_PAGES, "more than 12 pages"),
        (lambda: b"II*\0" + b"\xff" * 400, RefusalCause.DAMAGED_PDF, "damaged"),
        (lambda: b"\xff\xd8\xff\xe0" + bytes(90), RefusalCause.DAMAGED_PDF, "damaged"),
        (lambda: b"\0\0\0\x18ftypheic" + bytes(90), RefusalCause.DAMAGED_PDF, "damaged"),
        (lambda: b"\0\0\0\x18ftyphevc" + bytes(90), RefusalCause.HEIC_PHOTO, "moving"),
        (lambda: b"\0\0\0\x18ftypisom" + bytes(90), RefusalCause.NOT_A_PDF, "TIFF, JPEG, PNG"),
        (lambda: saved([half_black(85, 110)], "TIFF") + bytes(200_000), RefusalCause.TOO_LARGE, "0 MB"),
    ],
    ids=["pages", "tiff", "jpeg", "heic", "moving", "film", "bytes"],
)
def test_what_cannot_be_opened_is_refused_with_its_remedy(
    hands: InProcess, make: Callable[[], bytes], cause: RefusalCause, words: str
) -> None:
    content = make()
    refused = survey_document(content, document_id(content), hands.templates, Limits(150_000, 12))
    assert isinstance(refused, Refused)
    assert refused.cause is cause
    assert words in refused.message


def test_a_picture_of_too_many_pixels_is_never_decoded() -> None:
    """There is nothing in these files but their headers."""
    with pytest.raises(RefusedError, match="too large"), opened_photo(png_header(20_000, 20_000), Limits()):
        pass
    with opened_photo(png_header(12_000, 9_000), Limits()) as photo, pytest.raises(TooManyPixelsError):
        photo[0]


def png_header(width: int, height: int) -> bytes:
    """Of a picture in colour."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    ending = b"\0\0\0\0IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body)) + ending


@pytest.mark.slow
@pytest.mark.parametrize(("condition", "coding"), [("fine fax", "TIFF"), ("photo", "JPEG")])
def test_a_page_of_a_form_is_read_from_each_coding(hands: InProcess, condition: str, coding: str) -> None:
    packet = build(Packet("pictured", "aldermoor", 4, TODAY, (), Delivery.FLATTENED))
    document = pdfium.PdfDocument(packet.content)
    document.init_forms()
    picture = Image.fromarray(spoilt(document[0], CONDITIONS[condition], 4))
    fax = coding == "TIFF"
    content = saved(
        [picture.convert("1") if fax else picture.convert("RGB")], coding, dpi=(204, 196) if fax else PHONE,
        **({"compression": "group4"} if fax else {}),
    )  # fmt: skip
    read = scan_document_page(content, document_id(content), 1, hands.templates, Limits())
    assert isinstance(read, PageReading)
    assert (read.form_id, read.form_page) == packet.pages[0]
    assert sum(bool(zone.raw) or zone.marked for zone in read.zones) > 20


@pytest.mark.slow
def test_a_page_of_a_form_is_read_from_an_iphones_photo(hands: InProcess) -> None:
    content = (IPHONE / "page.heic").read_bytes()
    read = scan_document_page(content, document_id(content), 1, hands.templates, Limits())
    assert isinstance(read, PageReading)
    assert read.form_id.startswith("ald-tl-101")
    assert sum(bool(zone.raw) or zone.marked for zone in read.zones) > 20


def test_without_its_decoder_an_iphones_photo_is_refused_with_the_way_out(
    hands: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.intake.reading.photos._READS_HEIC", False)
    content = (IPHONE / "held-sideways.heic").read_bytes()
    refused = survey_document(content, document_id(content), hands.templates, Limits())
    assert isinstance(refused, Refused)
    assert refused.cause is RefusalCause.HEIC_PHOTO
    assert "Most Compatible" in refused.message
