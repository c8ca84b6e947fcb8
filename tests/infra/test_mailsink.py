"""What notify and its tests rely on: a mail that was acknowledged is a file, and sent again it is set aside."""

import asyncio
import os
import smtplib
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from unittest.mock import Mock

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from infra.stack.mailsink import Maildir, Sink
from tests.stack import RunningStack


def mail(message_id: str, subject: str = "Application incomplete", to: str = "agent@example.com") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@example.org", to, subject
    message["Message-ID"] = message_id
    message.set_content("The signature on page 3 is missing.\n.\nA line of one dot must survive, and so must ü.")
    return message


def send(stack: RunningStack, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", stack.run.ports.mail, timeout=30) as client:
        client.send_message(message)


def stored(stack: RunningStack, message_id: str, place: str = "new") -> list[Path]:
    return [
        path
        for path in sorted((stack.run.mail / place).iterdir())
        if message_from_bytes(path.read_bytes(), policy=policy.default)["Message-ID"] == message_id
    ]


@pytest.mark.stack
def test_a_mail_that_was_accepted_is_there_as_it_was_sent(own_stack: RunningStack) -> None:
    sent = mail("<whole@example.org>", to="agent@example.com, office@example.com")
    send(own_stack, sent)
    (path,) = stored(own_stack, "<whole@example.org>")
    kept = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert kept.get_content().splitlines() == sent.get_content().splitlines()
    assert kept["Return-Path"] == "<desk@example.org>"
    assert kept.get_all("Delivered-To") == ["agent@example.com", "office@example.com"]


@pytest.mark.stack
def test_the_names_of_the_files_tell_nobody_who_was_written_to(own_stack: RunningStack) -> None:
    send(own_stack, mail("<private@example.org>", subject="Maribel Quist", to="agent@example.com"))
    (path,) = stored(own_stack, "<private@example.org>")
    assert not any(word in path.name.lower() for word in ("quist", "agent", "example", "private"))


@pytest.mark.stack
def test_a_mail_sent_twice_is_in_the_mailbox_once_and_set_aside_once_even_over_a_crash(
    own_stack: RunningStack,
) -> None:
    send(own_stack, mail("<twice@example.org>"))
    own_stack.kill("mail")
    own_stack.until_ready("mail")
    send(own_stack, mail("<twice@example.org>"))
    assert len(stored(own_stack, "<twice@example.org>")) == 1
    assert len(stored(own_stack, "<twice@example.org>", "repeated")) == 1


def test_mails_without_a_message_id_are_not_taken_for_one_another(tmp_path: Path) -> None:
    maildir = Maildir(tmp_path)
    for _ in range(2):
        maildir.store("desk@example.org", ["agent@example.com"], b"Subject: none\r\n\r\nbody\r\n")
    assert len(list((tmp_path / "new").iterdir())) == 2
    assert not list((tmp_path / "repeated").iterdir())


def test_a_mail_is_on_the_disk_before_it_is_in_new_and_its_name_before_store_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maildir = Maildir(tmp_path)
    synced: list[tuple[str, int]] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append((Path(f"/proc/self/fd/{handle}").readlink().parent.name, len(list((tmp_path / "new").iterdir()))))
        real(handle)

    monkeypatch.setattr("infra.stack.mailsink.os.fsync", fsync)
    maildir.store("", ["agent@example.com"], bytes(mail("<durable@example.org>")))
    assert synced == [("tmp", 0), (tmp_path.name, 1)], "the file while it is in tmp, then the folder new"


def test_a_mail_that_cannot_be_stored_is_to_be_tried_again(tmp_path: Path) -> None:
    maildir = Maildir(tmp_path)
    (tmp_path / "tmp").rmdir()
    envelope = Envelope()
    envelope.mail_from, envelope.rcpt_tos = "desk@example.org", ["agent@example.com"]
    envelope.content = bytes(mail("<later@example.org>"))
    answer = asyncio.run(Sink(maildir).handle_DATA(Mock(spec=SMTP), Mock(spec=Session), envelope))
    assert answer.startswith("451 ")


def test_the_sink_answers_what_it_is_told_to_answer(tmp_path: Path) -> None:
    sink, envelope = Sink(Maildir(tmp_path)), Envelope()
    envelope.mail_from, envelope.rcpt_tos = "desk@example.org", ["agent@example.com"]
    envelope.content = bytes(mail("<refused@example.org>"))

    def answer() -> str:
        return asyncio.run(sink.handle_DATA(Mock(spec=SMTP), Mock(spec=Session), envelope))

    told = tmp_path / "answer"
    told.write_text("554 5.7.1 not from you\n")
    assert answer() == "554 5.7.1 not from you"
    told.unlink()
    assert answer().startswith("250 ")
    assert len(list((tmp_path / "new").iterdir())) == 1
