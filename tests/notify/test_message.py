"""The message as mail programs and other servers see it."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notify.discretion import one_line
from services.notify.letters import about_change, about_refusal
from services.notify.message import Envelope, compose, message_id_of, parse_address
from services.notify.rendering import Rendered, render
from tests.notify.changes import CASE, DOCUMENT, NOON, change, not_in_good_order, refusal

SENDER = parse_address("New business desk <new-business@example.com>")
AGENT = parse_address("Åsa Bergström <asa@example.org>")


def envelope(case_id: str | None = CASE, document_id: str | None = None) -> Envelope:
    return Envelope(
        message_id=message_id_of("a notification", "example.com"),
        sender=SENDER,
        recipient=AGENT,
        reply_to=parse_address("desk@example.com"),
        written_at=NOON,
        case_id=case_id,
        document_id=document_id,
    )


def nigo() -> Rendered:
    letter = about_change(not_in_good_order())
    assert letter
    return render(letter, "Åsa Bergström")


def parsed(wire: bytes) -> EmailMessage:
    return message_from_bytes(wire, policy=policy.default)


def test_the_headers_say_who_what_and_that_no_person_wrote_it() -> None:
    mail = nigo()
    message = parsed(compose(envelope(), mail.subject, mail.text, mail.html))
    assert message["From"] == "New business desk <new-business@example.com>"
    assert message["To"] == "Åsa Bergström <asa@example.org>"
    assert message["Reply-To"] == "desk@example.com"
    assert message["Subject"] == mail.subject
    assert message["Date"] == "Wed, 04 Mar 2026 12:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Content-Language"] == "en"
    assert message["X-Case-Id"] == CASE
    assert message["References"] == f"<{CASE}@example.com>"
    assert not message.defects


def test_text_comes_first_and_html_second_and_both_are_whole() -> None:
    mail = nigo()
    message = parsed(compose(envelope(), mail.subject, mail.text, mail.html))
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content() for part in message.iter_parts())
    assert text.splitlines() == mail.text.splitlines()
    assert html.splitlines() == mail.html.splitlines()


def test_the_same_notification_is_the_same_message_to_the_last_byte() -> None:
    mail = nigo()
    first, second = (compose(envelope(), mail.subject, mail.text, mail.html) for _ in range(2))
    assert first == second
    assert b"\r\nMessage-ID: " + message_id_of("a notification", "example.com").encode() + b"\r\n" in first
    assert message_id_of("one", "example.com") != message_id_of("another", "example.com")


def test_a_mail_about_a_file_belongs_to_no_case() -> None:
    mail = render(about_refusal(refusal()), "Harriet Lindqvist")
    message = parsed(compose(envelope(None, DOCUMENT), mail.subject, mail.text, mail.html))
    assert message["X-Case-Id"] is None
    assert message["References"] is None
    assert message["X-Document-Id"] == DOCUMENT


def test_no_line_on_the_wire_is_too_long_for_a_mail_server() -> None:
    mail = nigo()
    wire = compose(envelope(), mail.subject, mail.text, mail.html)
    assert max(len(line) for line in wire.split(b"\r\n")) <= 998
    assert b"\n" not in wire.replace(b"\r\n", b"")


@pytest.mark.parametrize("written", ["", "nobody", "a@", "@b", "a b@example.com", "a@b\r\nBcc: c@d", "å@example.com"])
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        parse_address(written)


@settings(max_examples=150, deadline=None)
@given(
    name=st.text(max_size=60), file=st.text(max_size=120), note=st.text(max_size=400), reference=st.text(max_size=80)
)
def test_whatever_others_wrote_a_message_comes_of_it(name: str, file: str, note: str, reference: str) -> None:
    letters = (
        about_refusal(refusal(file_name=file, message=note)),
        about_change(change("carrier_nigo", "submitted", note=note, carrier_reference=reference)),
    )
    for letter in letters:
        assert letter
        mail = render(letter, one_line(name))
        message = parsed(compose(envelope(), mail.subject, mail.text, mail.html))
        assert set(message.keys()) == set(parsed(compose(envelope(), "s", "t", "h")).keys())
        assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
