"""A real SMTP server (aiosmtpd) in the test's own loop, which answers as it is told and keeps what it accepts."""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Accepted:
    recipient: str
    wire: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.wire, policy=policy.default)

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class MailServer:
    """``replies`` are given first, one a message; ``for_recipient`` always; ``for_sender`` while it is set."""

    port: int = 0
    accepted: list[Accepted] = field(default_factory=list)
    replies: deque[str] = field(default_factory=deque)
    for_recipient: dict[str, str] = field(default_factory=dict)
    for_sender: str | None = None
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    data_begun: asyncio.Event = field(default_factory=asyncio.Event)
    logins: list[bytes] = field(default_factory=list)
    connections: list[SMTP] = field(default_factory=list)

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.for_sender:
            return self.for_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.for_recipient:
            return self.for_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.data_begun.set()
        await self.may_answer.wait()
        if self.replies:
            return self.replies.popleft()
        assert isinstance(envelope.content, bytes)
        self.accepted.append(Accepted(envelope.rcpt_tos[0], envelope.content))
        return "250 2.0.0 stored"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.password)
        return AuthResult(success=data.password == b"p@ss:word", handled=False)

    def hang_up(self) -> None:
        """Close every connection, as a server does with quiet clients."""
        for connection in self.connections:
            if connection.transport:
                connection.transport.close()
        self.connections.clear()

    @property
    def message_ids(self) -> list[str]:
        return [mail.message_id for mail in self.accepted]


@asynccontextmanager
async def serving(
    server: MailServer, tls: ssl.SSLContext | None = None, *, implicit: bool = False
) -> AsyncIterator[MailServer]:
    """Listen on the server's port, or on a free one; with ``implicit``, TLS from the first byte."""
    server.may_answer.set()

    def connected() -> SMTP:
        # What arrives here over implicit TLS is decrypted already, which aiosmtpd does not know.
        login = {"authenticator": server.authenticate, "auth_require_tls": tls is not None and not implicit}
        protocol = SMTP(server, hostname="localhost", tls_context=None if implicit else tls, **login)
        server.connections.append(protocol)
        return protocol

    listener = await asyncio.get_running_loop().create_server(
        connected, "127.0.0.1", server.port, ssl=tls if implicit else None
    )
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        server.hang_up()
        listener.close()
        await listener.wait_closed()
