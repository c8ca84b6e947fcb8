"""A mail server that delivers nothing: every message becomes a file of a Maildir before it is acknowledged."""

import argparse
import asyncio
import hmac
import itertools
import os
import signal
import ssl
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from time import time_ns
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from infra.stack.run import LOOPBACK

ACCOUNT = "goodorder"
"""Who may send, where a login is asked for."""


class Maildir:
    """One file a message in ``new/``, durable when ``store`` returns.

    A Message-ID that came before goes to ``repeated/`` instead, as mailbox servers suppress duplicates: SMTP has no
    transaction, and a sender that was killed before it could note the server's 250 has to send again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count()
        for name in ("tmp", "new", "cur", "repeated"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        kept = (path for name in ("cur", "new") for path in (folder / name).iterdir())
        self._known = {_message_id(path.read_bytes()) for path in kept}

    def store(self, sender: str, recipients: list[str], content: bytes) -> Path:
        # Neither address nor subject: a listing of the folder tells nobody who was written to.
        name = f"{time_ns()}.{os.getpid()}_{next(self._numbers)}.goodorder"
        delivered = "".join(f"Delivered-To: {recipient}\r\n" for recipient in recipients)
        head = f"Return-Path: <{sender}>\r\n{delivered}".encode()
        message_id = _message_id(content)
        place = "repeated" if message_id and message_id in self._known else "new"
        waiting, path = self.folder / "tmp" / name, self.folder / place / name
        _write_durably(waiting, head + content)
        waiting.replace(path)
        _sync_folder(path.parent)
        self._known.add(message_id)
        return path


class Sink:
    """The SMTP side: answers 250 when the message is on the disk, 451 when it could not be put there.

    To see what senders make of a bad day: while there is a file ``answer`` in the Maildir, every message gets the
    reply that it holds (``451 4.3.2 later``, ``554 5.7.1 no``) or, for ``hang``, none.
    """

    def __init__(self, maildir: Maildir) -> None:
        self._maildir = maildir
        self._answer = maildir.folder / "answer"
        self._one_at_a_time = asyncio.Lock()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        if not isinstance(content, bytes):
            return "554 5.6.0 the message has no content"
        if reply := await self._told():
            return reply
        async with self._one_at_a_time:
            try:
                await asyncio.to_thread(self._maildir.store, envelope.mail_from or "", list(envelope.rcpt_tos), content)
            except OSError as error:
                return f"451 4.3.0 the message could not be stored ({error.strerror}); try again"
        return "250 2.0.0 stored"

    async def _told(self) -> str:
        """What to reply instead of storing the message, if so."""
        while (said := _said_in(self._answer)) == "hang":  # noqa: ASYNC110 (a file, in another's hands)
            await asyncio.sleep(0.2)
        return said


@dataclass(frozen=True)
class Locks:
    """No mail without TLS (STARTTLS), nor from anybody who does not know the password."""

    tls: ssl.SSLContext
    password: bytes

    def asked_for(self) -> dict[str, Any]:
        return {
            "tls_context": self.tls,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": self._knows,
        }

    def _knows(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: Any) -> AuthResult:
        known = (
            isinstance(said, LoginPassword)
            and said.login == ACCOUNT.encode()
            and hmac.compare_digest(said.password, self.password)
        )
        return AuthResult(success=known, handled=False)


async def serve(folder: Path, port: int, locks: Locks | None = None) -> None:
    """Listen on the loopback until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    sink = Sink(Maildir(folder))
    asked_for = locks.asked_for() if locks else {}
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="localhost", enable_SMTPUTF8=True, loop=loop, **asked_for), LOOPBACK, port
    )
    async with server:
        await ended.wait()


def _said_in(file: Path) -> str:
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        return ""


def _message_id(content: bytes) -> str:
    head = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return str(message_from_bytes(head + b"\n\n", policy=policy.default).get("Message-ID", "")).strip()


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the Maildir")
    parser.add_argument("--port", type=int, default=1025)
    parser.add_argument(
        "--certificate", type=Path, help="key and certificate (PEM): then TLS and a login are asked for"
    )
    parser.add_argument("--password-file", type=Path, help=f"where the password of {ACCOUNT} lies")
    said = parser.parse_args()
    locks = None
    if said.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(said.certificate)
        locks = Locks(tls, said.password_file.read_bytes())
    asyncio.run(serve(said.folder, said.port, locks))


if __name__ == "__main__":
    main()
