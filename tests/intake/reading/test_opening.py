"""What can be opened is opened, by the one reader or the other; what cannot is refused with the reason."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from samples.hostile import HOSTILE
from samples.packets import named_packet
from schemas.codes import RefusalCause
from services.intake.reading.opening import Limits, opened
from services.intake.reading.page_reading import Reading
from services.intake.reading.refusing import RefusedError
from tests.intake.reading.comparing import differences, values_of
from tests.intake.reading.in_process import InProcess

PACKET = named_packet("clean-aldermoor", date(2026, 11, 21))


def test_a_packet_locked_with_an_empty_password_is_read(hands: InProcess) -> None:
    """As office programs save what may be read but not changed."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(PACKET.content)))
    writer.encrypt(user_password="", owner_password="samples-only", algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    assert_read(hands, out.getvalue())


def test_lines_before_the_header_do_no_harm(hands: InProcess) -> None:
    assert_read(hands, b"X-Mailer: a gateway that leaves its mark\r\n\r\n" + PACKET.content)


def test_a_packet_without_its_table_of_objects_is_repaired(hands: InProcess) -> None:
    cut = PACKET.content[: PACKET.content.rindex(b"startxref")]
    assert_read(hands, cut)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.8, 0.9, 0.95])
def test_a_packet_cut_short_is_damaged_and_not_a_form_left_empty(share: float) -> None:
    """Its first revision, the blank, is still whole in it."""
    with (
        pytest.raises(RefusedError) as refusal,
        opened(PACKET.content[: round(len(PACKET.content) * share)], Limits()),
    ):
        pass
    assert refusal.value.refused.cause is RefusalCause.DAMAGED_PDF


def test_what_a_web_server_hung_on_does_no_harm(hands: InProcess) -> None:
    assert_read(hands, PACKET.content + b"<!-- served in 0.1 s -->\n" * 200)


def test_what_was_said_of_one_file_is_not_said_of_the_next() -> None:
    """pdfium keeps its last reason; a damaged file after a locked one is still damaged."""
    for name in ("encrypted", "corrupt", "encrypted", "corrupt"):
        make, cause = HOSTILE[name]
        with pytest.raises(RefusedError) as refusal, opened(make(), Limits()):
            pass
        assert refusal.value.refused.cause is cause


def assert_read(hands: InProcess, content: bytes) -> None:
    result = hands.read(content)
    assert isinstance(result, Reading), result
    assert differences(values_of(result.application), PACKET.truth.values) == {}
