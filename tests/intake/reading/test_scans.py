"""Scanned packets: pages are recognised, marks are right, and most of what was typed is read.

The floors are what was measured on these samples, less a little; run with ``-s`` to see the shares.
"""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from samples.packets import Delivery, named_packet, random_packet
from schemas.application import Application
from schemas.carrier import Carriers
from schemas.codes import FormKind, ReadingMethod, SignatureMark, SignerRole
from schemas.ids import document_id
from services.intake.reading.page_reading import Reading
from services.intake.reading.pool import ReaderPool
from tests.intake.reading.comparing import differences, values_of
from tests.intake.reading.degrading import (
    Grey,
    degraded,
    fine_fax,
    photographed,
    standard_fax,
    turned,
    unharmed,
)
from tests.intake.reading.in_process import InProcess

TODAY = date(2026, 11, 21)
ONE_OF_EACH = (1, 3, 6)
"""Pages with text, boxes, tables and signatures."""

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def application(hands: InProcess, content: bytes) -> Application:
    result = hands.read(content)
    assert isinstance(result, Reading), result
    return result.application


def marks_of(read: Application) -> set[str]:
    """Paths that were read from boxes and signature lines."""
    return {path for path, evidence in read.evidence.items() if evidence.method is ReadingMethod.MARK}


@pytest.mark.parametrize("name", ["scanned", "scanned-quillhaven"])
def test_a_scanned_sample_is_read_nearly_whole(hands: InProcess, name: str) -> None:
    packet = named_packet(name, TODAY)
    read = application(hands, packet.content)
    wrong = differences(values_of(read), packet.truth.values)
    share = 1 - len(wrong) / len(packet.truth.values)
    print(f"{name}: {share:.1%} of {len(packet.truth.values)} values exact; not so: {wrong}")
    assert tuple(form.form_id for form in read.forms) == packet.truth.forms
    assert read.unknown_pages == ()
    assert wrong.keys().isdisjoint(marks_of(read))
    assert share >= 0.95


def test_scans_are_read_on_all_processes_page_by_page(carriers: Carriers) -> None:
    packet, told = random_packet(3, TODAY, Delivery.SCANNED), []
    with ReaderPool(carriers) as pool:
        result = pool.read_now(packet.content, document_id(packet.content), lambda *done: told.append(done))
    assert isinstance(result, Reading)
    pages = len(PdfReader(BytesIO(packet.content)).pages)
    assert told == [(done, pages) for done in range(pages + 1)]
    assert [page.page for page in result.pages] == list(range(1, pages + 1))
    assert len(differences(values_of(result.application), packet.truth.values)) <= 0.05 * len(packet.truth.values)


@pytest.mark.parametrize(
    ("name", "how", "floor"),
    [
        ("clean-aldermoor", unharmed, 0.95),
        ("clean-quillhaven", turned(1), 0.95),
        ("clean-aldermoor", turned(2), 0.95),
        ("clean-quillhaven", turned(3), 0.95),
        ("clean-aldermoor", fine_fax, 0.9),
        ("clean-quillhaven", standard_fax, 0.85),
        ("clean-quillhaven", photographed, 0.95),
    ],
    ids=["clean", "turned-90", "turned-180", "turned-270", "fine-fax", "standard-fax", "photo"],
)
def test_what_happens_to_paper_on_its_way_is_taken_back(
    hands: InProcess, name: str, how: Callable[[Grey, np.random.Generator], Grey], floor: float
) -> None:
    packet = named_packet(name, TODAY)
    whole = application(hands, packet.content)
    read = application(hands, degraded(packet.content, how, ONE_OF_EACH))
    there = {path for path, evidence in whole.evidence.items() if evidence.page in ONE_OF_EACH}
    said = {path: value for path, value in values_of(whole).items() if path in there}
    wrong = differences({path: value for path, value in values_of(read).items() if path in read.evidence}, said)
    share = 1 - len(wrong) / len(said)
    print(f"{name}, {how.__name__}: {share:.1%} of {len(said)} values exact; not so: {wrong}")
    assert [page.form_page for form in read.forms for page in form.pages] == list(ONE_OF_EACH)
    assert wrong.keys().isdisjoint(marks_of(read))
    assert share >= floor


def test_a_missing_signature_is_missed_and_the_others_are_seen(hands: InProcess) -> None:
    packet = named_packet("scanned", TODAY)
    read = application(hands, packet.content)
    assert read.signature(FormKind.APPLICATION, SignerRole.INSURED).mark is SignatureMark.EMPTY
    assert read.signature(FormKind.APPLICATION, SignerRole.AGENT).mark is SignatureMark.PRESENT
    assert read.signature(FormKind.HIPAA, SignerRole.INSURED).mark is SignatureMark.PRESENT


def test_the_edition_of_a_scan_is_the_one_printed_on_it(hands: InProcess) -> None:
    packet = named_packet("wrong-edition", TODAY)
    read = application(hands, degraded(packet.content, unharmed, (4, 5)))
    assert [form.form_id for form in read.forms] == ["ald-tl-101-2019-01"]


def test_a_scan_of_an_edition_nobody_has_on_file_is_an_unknown_page(hands: InProcess) -> None:
    packet = named_packet("clean-aldermoor", TODAY)

    def next_edition(page: Grey, _: np.random.Generator) -> Grey:
        # The form line stands 24 points over the lower edge, at 36 points from the left.
        pixels = 200 / 72
        row, left, right = round(page.shape[0] - 33 * pixels), round(30 * pixels), round(170 * pixels)
        page = page.copy()
        page[row : row + round(14 * pixels), left:right] = 255
        line = "Form ALD-TL-101 (01/2029)"
        cv2.putText(page, line, (left, row + 26), cv2.FONT_HERSHEY_SIMPLEX, 0.72, (0.0,), 1, cv2.LINE_AA)
        return page

    content = degraded(packet.content, next_edition, (1,))
    both = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    both.append(BytesIO(degraded(packet.content, unharmed, (3,))))
    out = BytesIO()
    both.write(out)
    read = application(hands, out.getvalue())
    assert [page.page for page in read.unknown_pages] == [1]


def test_letters_and_empty_pages_are_unknown_pages(hands: InProcess) -> None:
    packet = named_packet("clean-aldermoor", TODAY)
    page = np.full((2200, 1700), 255, np.uint8)
    letter = page.copy()
    for row in range(300, 1800, 60):
        cv2.putText(letter, "Dear desk, please find the packet.", (200, row), cv2.FONT_HERSHEY_SIMPLEX, 1, (0.0,), 2)
    out = BytesIO()
    Image.fromarray(letter).save(out, "PDF", save_all=True, append_images=[Image.fromarray(page)], resolution=200)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(out.getvalue())))
    writer.append(BytesIO(degraded(packet.content, unharmed, (3,))))
    out = BytesIO()
    writer.write(out)
    read = application(hands, out.getvalue())
    assert [page.page for page in read.unknown_pages] == [1, 2]


def test_fields_filled_over_a_scanned_background_are_read_from_the_fields(hands: InProcess) -> None:
    """A form that was scanned and then made fillable has no text layer, and yet needs no recognition."""
    packet = named_packet("clean-aldermoor", TODAY)
    filled = PdfWriter(clone_from=PdfReader(BytesIO(packet.content)))
    blank = (hands.templates.catalogue.blanks["ald-tl-101-2026-01"].pages[0]).content
    background = PdfReader(BytesIO(degraded(blank, unharmed, (1, 2, 3, 4, 5, 6)))).pages
    for page, picture in zip(filled.pages, background, strict=False):
        for entry in ("/Contents", "/Resources", "/MediaBox"):
            page[NameObject(entry)] = filled._add_object(picture[entry].get_object().clone(filled))
        page.pop("/CropBox", None)
    out = BytesIO()
    filled.write(out)
    read = application(hands, out.getvalue())
    wrong = differences(values_of(read), packet.truth.values)
    # The signatures were drawn on the pages that the pictures took the place of.
    assert wrong.keys() == {"signatures.application.agent.mark", "signatures.application.insured.mark"}
