"""Handwriting is told from print by its strokes, and is never taken for surely read because a recogniser says so."""

from random import Random

import cv2
import numpy as np
import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from schemas.carrier import FieldType
from schemas.codes import Doubt
from services.intake.reading.assembly import packet_from
from services.intake.reading.catalogue import Catalogue
from services.intake.reading.handwriting import AGREED, UNREAD, by_hand
from services.intake.reading.languages import ENGLISH
from services.intake.reading.ocr import Line
from services.intake.reading.page_reading import PageReading
from services.intake.reading.pictures import Picture
from services.intake.reading.writing import _reading

WORDS = (
    "Abernethy",
    "696 Maple Avenue",
    "07/22/1983",
    "Des Moines",
    "Registered nurse",
    "250,000",
    "Spouse",
    "IA 50309",
)
NOT_AGREED = [False] * len(WORDS)
FORM, NAME = "ald-tl-101-2026-01", "PI_FirstName"


def typed(font: str) -> list[Picture]:
    canvas = Canvas("unused.pdf", pagesize=(200, 30 * len(WORDS)), invariant=1)
    for number, words in enumerate(WORDS):
        canvas.setFont(font, 9.5)
        canvas.drawString(10, 30 * number + 10, words)
    paper = pypdfium2.PdfDocument(canvas.getpdfdata())
    drawn = paper[0].render(scale=300 / 72, grayscale=True).to_numpy()
    page = drawn.reshape(drawn.shape[:2])
    return [page[125 * row : 125 * (row + 1)] for row in reversed(range(len(WORDS)))]


def scrawled(random: Random) -> list[Picture]:
    """Letters of one stroke, each of its own size, lean and height above the line."""
    lines = []
    for words in WORDS:
        picture, x = np.full((125, 900), 255, np.uint8), 20.0
        for letter in words:
            one = np.full((125, 70), 255, np.uint8)
            size = random.uniform(1.2, 1.7)
            cv2.putText(one, letter, (15, 80), cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, size, (0.0,), 3, cv2.LINE_AA)
            lean, up = random.uniform(-0.25, 0.1), random.uniform(-5, 5)
            one = cv2.warpAffine(one, np.array([[1, lean, -lean * 80], [0, 1, up]]), (70, 125), borderValue=(255.0,))
            picture[:, int(x) : int(x) + 70] &= one[:, : 900 - int(x)]
            x += random.uniform(24, 34)
        lines.append(picture)
    return lines


@pytest.mark.parametrize("font", ["Helvetica", "Times-Roman", "Courier", "Helvetica-Bold"])
def test_print_in_any_usual_face_is_no_handwriting(font: str) -> None:
    assert by_hand(typed(font), NOT_AGREED) == NOT_AGREED


def test_a_page_by_hand_is_by_hand_throughout() -> None:
    assert sum(by_hand(scrawled(Random(3)), NOT_AGREED)) == len(WORDS)


def test_one_line_by_hand_on_a_typed_page_is_seen_unless_both_readers_read_it_alike() -> None:
    lines = [*typed("Helvetica"), *typed("Courier"), scrawled(Random(3))[1]]
    alone = [False] * (len(lines) - 1)
    assert by_hand(lines, [*alone, False]) == [*alone, True]
    assert by_hand(lines, [*alone, True]) == [*alone, False]


def test_nothing_written_is_no_handwriting() -> None:
    assert by_hand([np.full((60, 300), 255, np.uint8)], [False]) == [False]


@pytest.mark.parametrize(
    ("kind", "text", "alike", "confidence", "doubtful"),
    [
        (FieldType.DATE, "07/22/1983", True, 0.98, False),
        (FieldType.DATE, "07/22/1983", False, UNREAD, True),
        (FieldType.DATE, "72/22/1983", True, AGREED, False),
        (FieldType.NAME, "Abernethy", True, AGREED, False),
        (FieldType.NAME, "Abernethy", False, UNREAD, True),
    ],
)
def test_only_what_both_read_and_its_own_form_confirms_is_trusted(
    catalogue: Catalogue, kind: FieldType, text: str, alike: bool, confidence: float, doubtful: bool
) -> None:
    zone = next(zone for page in catalogue.blanks[FORM].pages for zone in page.zones if zone.type is kind)
    read = _reading(zone, Line(text, 0.98), hand=True, alike=alike, language=ENGLISH)
    assert (read.confidence, read.doubtful) == (confidence, doubtful)
    assert (Doubt.HANDWRITTEN in read.doubts) == (confidence < 0.98)
    assert _reading(zone, Line(text, 0.98), hand=False, alike=alike, language=ENGLISH).confidence == 0.98


def test_what_nobody_could_read_for_sure_is_no_value_but_keeps_what_was_made_out(catalogue: Catalogue) -> None:
    zone = catalogue.page(FORM, 1).by_name[NAME]
    read = _reading(zone, Line("Panla", 0.9), hand=True, alike=False, language=ENGLISH)
    page = PageReading(document_id="a" * 64, page=1, form_id=FORM, form_page=1, zones=(read,))
    application = packet_from([page], catalogue)
    proof = application.evidence["insured.first_name"]
    assert (application.insured.first_name, proof.raw, proof.doubts) == (None, "Panla", (Doubt.HANDWRITTEN,))
