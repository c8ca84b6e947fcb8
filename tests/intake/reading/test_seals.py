"""Digital signatures hold, or do not, and the reader says which; other kinds laid on a line are told apart."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from samples.packets import named_packet
from schemas.application import Box
from schemas.codes import FormKind, SealState, SignatureKind, SignatureMark, SignerRole
from services.intake.reading.page_reading import Reading
from services.intake.reading.seals import Seals, checked_signatures
from tests.intake.reading.in_process import InProcess
from tests.intake.reading.signing import SIGNER, bent, changed, drawn_upon, erased, field_page, signed, trust_root

TODAY = date(2026, 11, 21)
AT = "signatures.application.insured.mark"
UNSIGNED = named_packet("missing-signature", TODAY).content
FIELD, FILLED, OPEN = "SG_Insured_Sign", "PI_Employer", "PI_Visa"


def state(content: bytes) -> SealState:
    return Seals(content).of(FIELD).state


def test_a_signature_holds_until_the_document_is_changed() -> None:
    content = signed(UNSIGNED, FIELD)
    seal = Seals(content).of(FIELD)
    assert (seal.state, seal.signer) == (SealState.HOLDS, SIGNER)
    assert seal.claimed_at is not None
    assert state(bent(content)) is SealState.BROKEN
    assert state(erased(content)) is SealState.BROKEN
    assert state(drawn_upon(content)) is SealState.CHANGED


def test_filling_in_goes_on_after_the_signing_and_answers_stay_as_they_were() -> None:
    content = signed(UNSIGNED, FIELD)
    page = field_page(UNSIGNED, FILLED)
    assert state(changed(content, page, **{OPEN: "Green card"})) is SealState.HOLDS
    assert state(changed(content, page, **{FILLED: "Another Firm"})) is SealState.CHANGED


def test_whom_one_trusts_is_asked_apart() -> None:
    content = signed(UNSIGNED, FIELD)
    assert [one.trusted for _, one in checked_signatures(content)] == [False]
    assert [one.trusted for _, one in checked_signatures(content, [trust_root()])] == [True]


def test_a_document_without_signatures_has_none_and_a_broken_one_says_unknown() -> None:
    assert Seals(UNSIGNED).by_field == {}
    assert Seals(UNSIGNED).document is None
    assert state(b"%PDF-1.7 /ByteRange nonsense") is SealState.UNKNOWN


# --- on the line, as the reader tells it ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def line(hands: InProcess) -> tuple[int, Box]:
    """The page (from 0) and place of the insured's line."""
    result = hands.read(UNSIGNED)
    assert isinstance(result, Reading)
    place = result.application.evidence[AT]
    assert place.box is not None
    assert place.field == FIELD
    return place.page - 1, place.box


def laid(page: int, draw: Callable[[Canvas], object]) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    draw(canvas)
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(BytesIO(UNSIGNED)))
    writer.pages[page].merge_page(PdfReader(BytesIO(out.getvalue())).pages[0])
    return bytes_of(writer)


def bytes_of(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(page: int, box: Box) -> bytes:
    image = Image.new("L", (300, 60), 255)
    ImageDraw.Draw(image).line([(10 + 7 * n, 30 + 22 * (-1) ** n) for n in range(38)], fill=0, width=5)
    return laid(page, lambda canvas: canvas.drawImage(ImageReader(image), box[0] + 8, box[1] + 4, 110, 18))


def picture_in_bent(page: int, box: Box) -> bytes:
    """The agent signed digitally, the insured by a picture, and then the document was tampered with."""
    return bent(signed(picture(page, box), "SG_Agent_Sign"))


def words(page: int, box: Box) -> bytes:
    return laid(page, lambda canvas: canvas.drawString(box[0] + 8, box[1] + 6, SIGNER))


def note(page: int, box: Box) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(UNSIGNED)))
    writer.add_annotation(page, FreeText(text=SIGNER, rect=box))
    return bytes_of(writer)


def stamp(page: int, box: Box) -> bytes:
    """The picture on the line, and over it a stamp of those that every program has."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(laid(page, lambda canvas: scrawl(canvas, box)))))
    annotation = DictionaryObject()
    annotation[NameObject("/Subtype")] = NameObject("/Stamp")
    annotation[NameObject("/Name")] = NameObject("/Final")
    annotation[NameObject("/Rect")] = ArrayObject(FloatObject(edge) for edge in box)
    writer.add_annotation(page, annotation)
    return bytes_of(writer)


def scrawl(canvas: Canvas, box: Box) -> None:
    canvas.setLineWidth(1.5)
    for step in range(12):
        canvas.line(box[0] + 8 + 9 * step, box[1] + 4, box[0] + 14 + 9 * step, box[1] + 18)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "kind", "mark", "seal"),
    [
        (lambda *_: signed(UNSIGNED, FIELD), SignatureKind.DIGITAL, SignatureMark.PRESENT, SealState.HOLDS),
        (lambda *_: bent(signed(UNSIGNED, FIELD)), SignatureKind.DIGITAL, SignatureMark.DOUBTFUL, SealState.BROKEN),
        (picture, SignatureKind.IMAGE, SignatureMark.PRESENT, None),
        (words, SignatureKind.TYPED_NAME, SignatureMark.DOUBTFUL, None),
        (stamp, SignatureKind.STAMP, SignatureMark.DOUBTFUL, None),
        (note, SignatureKind.TYPED_NAME, SignatureMark.DOUBTFUL, None),
        (
            lambda *at: bent(signed(picture(*at), "SG_Agent_Sign")),
            SignatureKind.IMAGE,
            SignatureMark.DOUBTFUL,
            SealState.BROKEN,
        ),
    ],
    ids=["digital", "bent", "picture", "typed", "stamp", "note", "picture in a bent document"],
)
def test_what_lies_on_a_line_is_told_by_kind(
    hands: InProcess,
    line: tuple[int, Box],
    make: Callable[..., bytes],
    kind: SignatureKind,
    mark: SignatureMark,
    seal: SealState | None,
) -> None:
    result = hands.read(make(*line))
    assert isinstance(result, Reading), result
    found = result.application.signature(FormKind.APPLICATION, SignerRole.INSURED)
    assert (found.kind, found.mark, found.seal and found.seal.state) == (kind, mark, seal)
    assert result.application.evidence[AT].raw
