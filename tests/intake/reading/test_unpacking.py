"""Files that come in another are taken out whole, within limits; what cannot be is refused with its cause."""

import zipfile
from collections.abc import Callable

import pytest

from schemas.codes import RefusalCause
from services.intake.reading.opening import Limits
from services.intake.reading.page_reading import Refused, Unpacked
from services.intake.reading.reader import survey_document
from tests.intake.reading.in_process import InProcess
from tests.intake.reading.packed import locked, lying_about_its_size, portfolio, zipped

SMALL = Limits(max_bytes=200_000, max_files=3)
ONE, OTHER = b"%PDF-1.7 one", b"%PDF-1.7 another"


def surveyed(hands: InProcess, content: bytes, limits: Limits = SMALL) -> object:
    return survey_document(content, "0" * 64, hands.templates, limits)


def test_the_files_of_a_zip_come_in_their_order_without_folders_and_what_a_mac_adds(hands: InProcess) -> None:
    content = zipped(
        {"in/": b"", "in/one.pdf": ONE, "__MACOSX/in/._one.pdf": b"x", "in/.DS_Store": b"x", "b\n.pdf": OTHER}
    )
    found = surveyed(hands, content)
    assert isinstance(found, Unpacked)
    assert [(member.name, member.content) for member in found.members] == [("one.pdf", ONE), ("b.pdf", OTHER)]


def test_the_files_of_a_portfolio_are_the_documents_and_its_cover_is_none(hands: InProcess) -> None:
    found = surveyed(hands, portfolio({"one.pdf": ONE, "other.pdf": OTHER}))
    assert isinstance(found, Unpacked)
    assert {member.name: member.content for member in found.members} == {"one.pdf": ONE, "other.pdf": OTHER}


def test_a_pdf_with_attachments_is_read_and_they_are_counted(hands: InProcess) -> None:
    found = surveyed(hands, portfolio({"one.pdf": ONE, "other.pdf": OTHER}, mark=False))
    assert not isinstance(found, Refused | Unpacked)
    assert found.seen.embedded_files == 2


@pytest.mark.parametrize(
    ("make", "cause"),
    [
        (lambda: zipped({"zeros.pdf": bytes(10_000_000)}), RefusalCause.TOO_LARGE),
        (lambda: zipped({f"{n}.pdf": bytes(90_000) for n in range(3)}), RefusalCause.TOO_LARGE),
        (lambda: lying_about_its_size(bytes(10_000_000), 100), RefusalCause.DAMAGED_ZIP),
        (lambda: zipped({f"{n}.pdf": ONE for n in range(4)}), RefusalCause.TOO_MANY_FILES),
        (lambda: zipped({"x": bytes(300_000)}, zipfile.ZIP_STORED), RefusalCause.TOO_LARGE),
        (lambda: locked(ONE), RefusalCause.PASSWORD_PROTECTED),
        (lambda: zipped({"one.pdf": ONE * 1000})[:-30], RefusalCause.DAMAGED_ZIP),
        (lambda: zipped({"empty/": b""}), RefusalCause.NOTHING_INSIDE),
        (lambda: zipped({}), RefusalCause.NOTHING_INSIDE),
        (lambda: zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}), RefusalCause.NOT_A_PDF),
        (lambda: portfolio({f"{n}.pdf": ONE for n in range(4)}), RefusalCause.TOO_MANY_FILES),
        (lambda: portfolio({"zeros.pdf": bytes(10_000_000)}), RefusalCause.TOO_LARGE),
    ],
    ids=[
        "bomb",
        "bombs",
        "liar",
        "many",
        "long",
        "locked",
        "cut",
        "folders",
        "empty",
        "word",
        "portfolio",
        "attached bomb",
    ],
)
def test_what_cannot_be_unpacked_is_refused_with_its_cause(
    hands: InProcess, make: Callable[[], bytes], cause: RefusalCause
) -> None:
    found = surveyed(hands, make())
    assert isinstance(found, Refused)
    assert found.cause is cause
