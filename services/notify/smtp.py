"""One kept connection to a mail server, and what the server's answers mean: refused, put off, or down."""

import asyncio
import contextlib
import ssl
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Literal
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP
from aiosmtplib.errors import (
    SMTPException,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from services.chassis.loopback import is_loopback

_CLOSING = 421
_TOO_LARGE = 552
_LONGEST_REST = 30.0
"""Servers hang up on a quiet client: a connection that rested for longer (seconds) is opened anew."""


class Refused(Exception):
    """The server will never take this mail (5xx); other mails are not concerned. Holds the server's reply."""


class PutOff(Exception):
    """The server will not take this mail now (4xx); others it may. Holds the server's reply."""


class Down(Exception):
    """The server takes no mail at all just now; the message says why."""


@dataclass(frozen=True)
class Server:
    host: str
    port: int
    user: str | None
    password: str | None
    tls: bool
    """TLS from the first byte."""
    starttls: bool
    """TLS before anything else is said; a server that does not offer it gets nothing."""


def server_of(url: str, starttls: Literal["always", "never"] | None = None) -> Server:
    """Read ``smtp[s]://[user:password@]host[:port]``. Raises :class:`ValueError`, never with the password in it.

    Without ``starttls``: always, but on this machine itself, where nobody listens in, for a password only.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("must be smtp://[user:password@]host[:port], or smtps://... for TLS from the first byte")
    implicit = parts.scheme == "smtps"
    user = unquote(parts.username) if parts.username else None
    is_far = bool(user) or not is_loopback(parts.hostname)
    wanted = is_far if starttls is None else starttls == "always"
    return Server(
        host=parts.hostname,
        port=parts.port or (465 if implicit else 25),
        user=user,
        password=unquote(parts.password) if parts.password else None,
        tls=implicit,
        starttls=False if implicit else wanted,
    )


class SmtpMailer:
    """Sends one mail at a time; a lost connection is opened anew."""

    def __init__(self, server: Server, timeout: float, ca_file: Path | None = None) -> None:
        """``ca_file``: who vouches for the server (PEM); without it, whom the system trusts. Raises ``ValueError``."""
        self._server = server
        self._timeout = timeout
        try:
            self._tls = ssl.create_default_context(cafile=ca_file) if server.tls or server.starttls else None
        except (OSError, ssl.SSLError) as error:
            raise ValueError(f"the mail server's CA file {ca_file} cannot be used: {error}") from error
        self._client: SMTP | None = None
        self._used_at = 0.0

    async def send(self, sender: str, recipient: str, message: bytes) -> str:
        """Hand a message over; returns the server's word. Raises Refused, PutOff or Down."""
        try:
            async with asyncio.timeout(self._timeout):
                reply = await self._hand_over(sender, recipient, message)
        except (TimeoutError, OSError, SMTPException) as error:
            raise await self._meaning(error) from error
        except asyncio.CancelledError:
            self._drop()
            raise
        self._used_at = monotonic()
        return reply

    async def close(self) -> None:
        client, self._client = self._client, None
        if client:
            with contextlib.suppress(OSError, SMTPException, TimeoutError):
                await client.quit(timeout=2.0)

    async def _hand_over(self, sender: str, recipient: str, message: bytes) -> str:
        client = await self._greeted(sender)
        await client.rcpt(recipient)
        reply = await client.data(message)
        return f"{reply.code} {reply.message}"

    async def _greeted(self, sender: str) -> SMTP:
        """A connection on which the server knows the sender."""
        if self._client and monotonic() - self._used_at > _LONGEST_REST:
            await self.close()
        if self._client:
            try:
                await self._client.mail(sender)
            except (SMTPServerDisconnected, ConnectionError):
                self._drop()  # the server hung up meanwhile; nothing of this mail was sent yet
            else:
                return self._client
        self._client = await self._connected()
        await self._client.mail(sender)
        return self._client

    async def _connected(self) -> SMTP:
        client = SMTP(
            hostname=self._server.host,
            port=self._server.port,
            username=self._server.user,
            password=self._server.password,
            use_tls=self._server.tls,
            start_tls=self._server.starttls,
            tls_context=self._tls,
            timeout=self._timeout,
        )
        try:
            await client.connect()
        except SMTPResponseException as error:
            client.close()
            # A refused login or greeting says nothing about the mail: somebody has to mend the settings.
            raise Down(f"the mail server does not let us in: {error.code} {error.message}") from error
        except BaseException as error:
            client.close()
            if untrusted := _untrusted(error):
                raise Down(
                    f"the certificate of the mail server {self._server.host}:{self._server.port} is not trusted: "
                    f"{untrusted.verify_message}"
                ) from error
            raise
        return client

    async def _meaning(self, error: Exception) -> Exception:
        if isinstance(error, SMTPResponseException) and error.code != _CLOSING and self._client:
            reply = f"{error.code} {error.message}"
            if isinstance(error, SMTPSenderRefused) and error.code != _TOO_LARGE:
                self._drop()
                return Down(f"the mail server refuses our sender address: {reply}")
            await self._reset()
            return Refused(reply) if error.code >= 500 else PutOff(reply)
        self._drop()
        if isinstance(error, TimeoutError):
            return Down(f"no answer within {self._timeout:g} s")
        return Down(f"{self._server.host}:{self._server.port}: {type(error).__name__}, {error}"[:200])

    async def _reset(self) -> None:
        """Ready for the next mail, or hung up."""
        try:
            if self._client:
                await self._client.rset()
        except (OSError, SMTPException, TimeoutError):
            self._drop()
        self._used_at = monotonic()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client:
            client.close()


def _untrusted(error: BaseException | None) -> ssl.SSLCertVerificationError | None:
    """The certificate's fault behind an error, if that is what it was."""
    while error:
        if isinstance(error, ssl.SSLCertVerificationError):
            return error
        error = error.__cause__ or error.__context__
    return None
