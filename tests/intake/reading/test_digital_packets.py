"""Packets that were filled on a screen are read to the letter, whatever their way here did to them."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.annotations import FreeText
from pypdf.generic import NameObject, RectangleObject, TextStringObject
from reportlab.pdfgen.canvas import Canvas

from samples.packets import NAMED, Delivery, named_packet, random_packet
from schemas.application import Application, Evidence
from schemas.codes import Doubt, FormKind, ReadingMethod, RefusalCause, SignatureMark, SignerRole
from services.intake.reading.page_reading import Reading, Refused
from tests.intake.reading.comparing import differences, values_of
from tests.intake.reading.in_process import InProcess

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 21)
ON_SCREEN = [name for name, sample in NAMED.items() if sample.delivery is not Delivery.SCANNED]


def application(hands: InProcess, content: bytes) -> Application:
    result = hands.read(content)
    assert isinstance(result, Reading), result
    return result.application


@pytest.mark.parametrize("name", ON_SCREEN)
def test_every_value_of_a_named_sample_is_read_exactly(hands: InProcess, name: str) -> None:
    packet = named_packet(name, TODAY)
    read = application(hands, packet.content)
    assert differences(values_of(read), packet.truth.values) == {}
    assert tuple(form.form_id for form in read.forms) == packet.truth.forms
    assert read.carrier == packet.truth.carrier
    assert read.unknown_pages == ()


@pytest.mark.parametrize("delivery", [Delivery.FILLABLE, Delivery.FLATTENED])
@pytest.mark.parametrize("seed", range(100, 103))
def test_every_value_of_a_random_packet_is_read_exactly(hands: InProcess, seed: int, delivery: Delivery) -> None:
    packet = random_packet(seed, TODAY, delivery)
    assert differences(values_of(application(hands, packet.content)), packet.truth.values) == {}


def test_every_value_has_evidence_with_page_and_box_and_so_has_every_empty_zone(hands: InProcess) -> None:
    packet = named_packet("missing-signature", TODAY)
    read = application(hands, packet.content)
    implied = {path for path in values_of(read) if path.endswith("beneficiary_class")}
    assert values_of(read).keys() - read.evidence.keys() == implied
    empty = read.evidence["signatures.application.insured.mark"]
    assert (empty.raw, empty.form_id) == ("", "ald-tl-101-2026-01")
    assert empty.box is not None
    assert read.signature(FormKind.APPLICATION, SignerRole.INSURED).mark is SignatureMark.EMPTY


def test_an_unanswered_question_is_there_without_an_answer(hands: InProcess) -> None:
    read = application(hands, named_packet("several-defects", TODAY).content)
    answers = {**read.medical, **read.lifestyle}
    unanswered = [name for name, answer in answers.items() if answer is None]
    assert len(unanswered) == 1
    assert any(path.endswith(f".{unanswered[0]}") and e.raw == "" for path, e in read.evidence.items())


def turned_page(quarters: int) -> Callable[[PageObject], None]:
    def turn(page: PageObject) -> None:
        page.rotate(90 * quarters)

    return turn


def shrunk(page: PageObject) -> None:
    """As 'fit to page' prints: smaller, with wider margins."""
    page.add_transformation(Transformation().scale(0.94).translate(18, 24))


def shifted(page: PageObject) -> None:
    """As a cropped page from an imposing program: its corner is not at 0, 0."""
    page.add_transformation(Transformation().translate(100, 50))
    page.mediabox = RectangleObject((100, 50, 712, 842))
    page.cropbox = RectangleObject((100, 50, 712, 842))


@pytest.mark.parametrize(
    "change",
    [turned_page(1), turned_page(2), turned_page(3), shrunk, shifted],
    ids=["90", "180", "270", "94", "moved"],
)
def test_a_flattened_packet_may_be_turned_shrunk_or_moved(
    hands: InProcess, change: Callable[[PageObject], None]
) -> None:
    packet = named_packet("flattened", TODAY)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(packet.content)))
    for page in writer.pages:
        change(page)
    assert differences(values_of(application(hands, written(writer))), packet.truth.values) == {}


def test_fields_renamed_by_a_merging_program_are_found_by_their_place(hands: InProcess) -> None:
    packet = named_packet("clean-aldermoor", TODAY)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(packet.content)))
    fields = writer.root_object["/AcroForm"]["/Fields"]  # type: ignore[index]
    for number, field in enumerate(fields):
        field.get_object()[NameObject("/T")] = TextStringObject(f"merged{number}")
    assert differences(values_of(application(hands, written(writer))), packet.truth.values) == {}


def test_a_page_that_comes_twice_counts_once_and_both_are_listed(hands: InProcess) -> None:
    packet = named_packet("flattened", TODAY)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(packet.content)))
    writer.add_page(writer.pages[0])
    read = application(hands, written(writer))
    assert differences(values_of(read), packet.truth.values) == {}
    found = read.form(FormKind.APPLICATION)
    assert found is not None
    assert sorted(page.form_page for page in found.pages) == [1, 1, 2, 3, 4, 5, 6]


def test_a_missing_page_is_missed_and_says_nothing(hands: InProcess) -> None:
    packet = named_packet("clean-aldermoor", TODAY)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(packet.content)))
    writer.remove_page(1)
    read = application(hands, written(writer))
    found = read.form(FormKind.APPLICATION)
    assert found is not None
    assert found.missing_pages == (2,)
    assert read.beneficiaries == ()
    assert not any(path.startswith("beneficiaries.") for path in read.evidence)


def test_a_page_of_no_form_is_listed_and_the_rest_is_read(hands: InProcess) -> None:
    packet = named_packet("clean-aldermoor", TODAY)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(packet.content)))
    letter = drawing(lambda canvas: canvas.drawString(72, 700, "A cover letter that names no form of any carrier."))
    writer.insert_page(letter)
    read = application(hands, written(writer))
    assert [page.page for page in read.unknown_pages] == [1]
    assert differences(values_of(read), packet.truth.values) == {}


def test_an_edition_nobody_has_on_file_is_not_read_as_another(hands: InProcess) -> None:
    """Its fields have the same names, yet the questions behind them may not be the same."""
    packet = named_packet("clean-aldermoor", TODAY)
    writer = PdfWriter(clone_from=PdfReader(BytesIO(packet.content)))
    for page in writer.pages:
        stream = page.get_contents()
        assert stream is not None
        stream.set_data(stream.get_data().replace(b"01/2026", b"01/2027"))
        page[NameObject("/Contents")] = writer._add_object(stream)
    result = hands.read(written(writer))
    assert isinstance(result, Refused)
    assert result.cause is RefusalCause.NO_KNOWN_FORM


def test_a_cross_drawn_over_an_empty_box_is_an_answer(hands: InProcess) -> None:
    packet = named_packet("clean-aldermoor", TODAY)
    place = application(hands, packet.content).evidence["insured.tobacco"]
    writer = cleared(packet.content, place.field)
    assert application(hands, written(writer)).insured.tobacco is None

    def cross(canvas: Canvas) -> None:
        left, bottom, right, top = box_of(place)
        canvas.line(left + 1, bottom + 1, right - 1, top - 1)
        canvas.line(left + 1, top - 1, right - 1, bottom + 1)

    writer.pages[place.page - 1].merge_page(drawing(cross))
    read = application(hands, written(writer))
    assert differences(values_of(read), packet.truth.values) == {}
    assert read.evidence["insured.tobacco"].method is ReadingMethod.MARK


def test_a_note_laid_over_an_empty_field_is_read(hands: InProcess) -> None:
    packet = named_packet("clean-aldermoor", TODAY)
    place = application(hands, packet.content).evidence["insured.employer"]
    writer = cleared(packet.content, place.field)
    writer.add_annotation(place.page - 1, FreeText(text="Northbound Freight", rect=box_of(place)))
    read = application(hands, written(writer))
    assert read.insured.employer == "Northbound Freight"


def test_what_a_pen_wrote_over_an_empty_field_is_recognised(hands: InProcess) -> None:
    packet = named_packet("clean-aldermoor", TODAY)
    place = application(hands, packet.content).evidence["insured.annual_income"]
    writer = cleared(packet.content, place.field)
    left, bottom, _, _ = box_of(place)

    def seven(canvas: Canvas) -> None:
        for x in (0, 7, 14, 21, 28):
            stroke = canvas.beginPath()
            stroke.moveTo(left + 4 + x, bottom + 11)
            stroke.lineTo(left + 9 + x, bottom + 11)
            stroke.lineTo(left + 6 + x, bottom + 3)
            canvas.drawPath(stroke)

    writer.pages[place.page - 1].merge_page(drawing(seven))
    read = application(hands, written(writer))
    proof = read.evidence["insured.annual_income"]
    assert (proof.raw, proof.method) == ("77777", ReadingMethod.OCR)
    # What a hand wrote is a question for a person until something vouches for it.
    assert proof.doubts == (Doubt.HANDWRITTEN,)
    assert read.insured.annual_income is None


def test_words_set_over_an_empty_field_are_read_to_the_letter(hands: InProcess) -> None:
    packet = named_packet("clean-aldermoor", TODAY)
    place = application(hands, packet.content).evidence["insured.employer"]
    writer = cleared(packet.content, place.field)
    left, bottom, _, _ = box_of(place)
    page = drawing(lambda canvas: canvas.drawString(left + 2, bottom + 4, "Il1O0 & Söhne"))
    writer.pages[place.page - 1].merge_page(page)
    read = application(hands, written(writer))
    assert read.insured.employer == "Il1O0 & Söhne"
    assert read.evidence["insured.employer"].method is ReadingMethod.TEXT_LAYER


def test_a_little_ink_on_a_signature_line_is_neither_signed_nor_empty(hands: InProcess) -> None:
    packet = named_packet("missing-signature", TODAY)
    place = application(hands, packet.content).evidence["signatures.application.insured.mark"]
    writer = PdfWriter(clone_from=PdfReader(BytesIO(packet.content)))
    left, bottom, _, _ = box_of(place)
    page = drawing(lambda canvas: canvas.line(left + 20, bottom + 5, left + 27, bottom + 8))
    writer.pages[place.page - 1].merge_page(page)
    read = application(hands, written(writer))
    assert read.signature(FormKind.APPLICATION, SignerRole.INSURED).mark is SignatureMark.DOUBTFUL
    assert read.evidence["signatures.application.insured.mark"].confidence <= 0.5


@pytest.mark.parametrize(("initials", "doubt"), [("", Doubt.STRUCK_OUT), ("JP", Doubt.INITIALLED)])
def test_an_answer_with_a_line_through_it_is_believed_no_more_than_half(
    hands: InProcess, initials: str, doubt: Doubt
) -> None:
    packet = named_packet("clean-aldermoor", TODAY)
    place = application(hands, packet.content).evidence["insured.residence.street"]
    left, bottom, right, top = box_of(place)

    def correct(canvas: Canvas) -> None:
        canvas.line(left, bottom + 7.5, left + 150, bottom + 7)
        canvas.setFont("Helvetica-Oblique", 11)
        canvas.drawString(right + 5, top - 6, initials)

    writer = PdfWriter(clone_from=PdfReader(BytesIO(packet.content)))
    writer.pages[place.page - 1].merge_page(drawing(correct))
    read = application(hands, written(writer))
    struck = {path: evidence for path, evidence in read.evidence.items() if evidence.doubts}
    assert struck.keys() == {"insured.residence.street"}
    assert struck["insured.residence.street"].doubts == (doubt,)
    assert struck["insured.residence.street"].confidence <= 0.5


def box_of(place: Evidence) -> tuple[float, float, float, float]:
    assert place.box is not None
    return place.box


def cleared(content: bytes, field: str) -> PdfWriter:
    """The packet with one field as if it had never been filled."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    for page in writer.pages:
        for reference in page["/Annots"]:
            widget = reference.get_object()
            if widget.get("/T") == field:
                widget.pop("/V", None)
                if "/AS" in widget:
                    widget[NameObject("/AS")] = NameObject("/Off")
                else:
                    widget.pop("/AP", None)
    return writer


def drawing(draw: Callable[[Canvas], object]) -> PageObject:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    canvas.setFont("Helvetica", 9)
    canvas.setLineWidth(1.2)
    draw(canvas)
    canvas.save()
    return PdfReader(BytesIO(out.getvalue())).pages[0]


def written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
