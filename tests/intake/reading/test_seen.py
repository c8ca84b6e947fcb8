"""What kind of file a document is, is told; a form that only Adobe's programs show is refused, not read as blank."""

from datetime import date
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from pypdf import PdfReader, PdfWriter

from samples.hostile import letter
from samples.packets import named_packet
from schemas.codes import RefusalCause, SealState
from schemas.file_events import DocumentSeen
from services.intake.reading import opening
from services.intake.reading.page_reading import Reading, Refused, Survey
from services.intake.reading.reader import survey_document
from tests.intake.reading.hostile import file_of, page_of
from tests.intake.reading.in_process import InProcess
from tests.intake.reading.signing import erased, signed

PACKET = named_packet("clean-aldermoor", date(2026, 11, 21)).content
XFA = b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA (<xdp/>) /Fields [] >> >>"
PLEASE_WAIT = b"BT /F 12 Tf 72 700 Td (Please wait... your viewer may not be able to display this document.) Tj ET"


def seen_in(hands: InProcess, content: bytes) -> DocumentSeen:
    survey = survey_document(content, "0" * 64, hands.templates, hands.limits)
    assert isinstance(survey, Survey), survey
    assert survey.seen is not None
    return survey.seen


def catalogued(entry: bytes) -> bytes:
    return file_of([b"<< /Type /Catalog /Pages 2 0 R %s >>" % entry, *page_of(PLEASE_WAIT, b"")[1:]])


def test_a_form_for_adobes_programs_alone_is_refused_with_the_way_out(hands: InProcess) -> None:
    refused = hands.read(file_of([XFA, *page_of(PLEASE_WAIT, b"")[1:]]))
    assert isinstance(refused, Refused)
    assert refused.cause is RefusalCause.XFA_FORM
    assert "Adobe" in refused.message


def test_a_pdf_without_pages_says_so(hands: InProcess) -> None:
    refused = hands.read(file_of([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"]))
    assert isinstance(refused, Refused)
    assert refused.cause is RefusalCause.NO_PAGES


@pytest.mark.parametrize(
    "entry",
    [
        b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>",
        b"/OpenAction << /S /J#61vaScript /JS (app.alert\\(1\\)) >>",
        b"/AA << /WC << /S /J#61vaScript /JS (x) >> >>",
    ],
    ids=["plain", "spelt otherwise", "on closing"],
)
def test_programs_in_a_file_are_noted_and_not_run(hands: InProcess, entry: bytes) -> None:
    assert seen_in(hands, catalogued(entry)).javascript
    assert not seen_in(hands, letter()).javascript


def test_an_endless_tree_of_attachments_is_left_after_a_while(hands: InProcess) -> None:
    loop = b"/Names << /EmbeddedFiles 6 0 R >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R %s >>" % loop, *page_of(PLEASE_WAIT, b"")[1:], b"null"]
    looping = file_of([*objects, b"<< /Names [(a) 5 0 R] /Kids [6 0 R 6 0 R] >>"])
    assert 1 < seen_in(hands, looping).embedded_files <= 1000


def test_signatures_and_fields_are_counted(hands: InProcess) -> None:
    seen = seen_in(hands, PACKET)
    assert (seen.pages, seen.text_pages, seen.unsigned_fields) == (7, 7, 4)
    assert 0 < seen.filled_fields < seen.fields
    whole = signed(letter(), "Signature")
    assert seen_in(hands, whole).seals == (SealState.HOLDS,)
    assert seen_in(hands, erased(whole)).seals == (SealState.BROKEN,)


def test_what_was_locked_or_mended_is_noted(hands: InProcess) -> None:
    writer, out = PdfWriter(clone_from=PdfReader(BytesIO(PACKET))), BytesIO()
    writer.encrypt(user_password="", owner_password="samples-only", algorithm="AES-256")
    writer.write(out)
    locked, torn = seen_in(hands, out.getvalue()), seen_in(hands, PACKET[: PACKET.rindex(b"startxref")])
    assert (locked.unlocked, locked.repaired) == (True, False)
    assert (torn.unlocked, torn.repaired) == (False, True)


def test_where_two_readers_are_lost_the_third_ones_copy_is_read(
    hands: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two readers that open nothing of the original stand for a file that only qpdf can follow."""
    structure_of, paper_of = opening._structure_of, opening._paper_of
    nothing, damaged = (None, False), (None, pdfium.raw.FPDF_ERR_FORMAT)
    monkeypatch.setattr(
        opening,
        "_structure_of",
        lambda content, strict: nothing if content == PACKET else structure_of(content, strict),
    )
    monkeypatch.setattr(opening, "_paper_of", lambda content: damaged if content == PACKET else paper_of(content))
    reading = hands.read(PACKET)
    assert isinstance(reading, Reading)
    assert reading.seen is not None
    assert reading.seen.repaired
