"""Asks a ClamAV daemon about bytes from outside, over its socket; the bytes stay in memory."""

import asyncio
import logging
import re
import socket
import struct
from dataclasses import dataclass

from prometheus_client import Counter

from schemas.codes import DeadLetterCause
from services.chassis import metrics
from services.chassis.errors import Permanent, Transient

log = logging.getLogger(__name__)

SCANS = Counter("intake_virus_scans_total", "Documents that the virus scanner was asked about", ["outcome"])
"""Outcome: clean, found."""

_CHUNK = 1 << 20
_SECONDS = 60.0
_MOST = 1000
"""Bytes of an answer."""


@dataclass(frozen=True)
class Address:
    """Where clamd listens."""

    path: str | None = None
    host: str = ""
    port: int = 3310

    @classmethod
    def parse(cls, text: str) -> "Address":
        """``/run/clamav/clamd.ctl`` or ``host:3310``. Raises ``ValueError``."""
        if text.startswith("/"):
            return cls(path=text)
        host, _, port = text.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError(f"GOODORDER_CLAMAV is {text!r}: give the path of clamd's socket, or host:port")
        return cls(host=host, port=int(port))


class VirusScanner:
    """clamd's INSTREAM command, one connection a document."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self.down: str | None = None
        """Why it cannot be asked just now, if so."""

    async def found_in(self, content: bytes) -> str | None:
        """The name of what was found; ``None`` for a clean document.

        Raises ``Transient`` while the scanner is away: documents wait, unread; ``Permanent`` for one that is longer
        than it takes.
        """
        try:
            answer = await asyncio.to_thread(self._asked, content)
        except OSError as error:
            raise self._waits(type(error).__name__) from error
        said = answer.rstrip(b"\0\n").decode(errors="replace").removeprefix("stream: ")
        if "size limit exceeded" in said:
            raise Permanent(
                DeadLetterCause.UNEXPECTED,
                "The virus scanner takes no document this long. Raise StreamMaxLength in clamd.conf to "
                "GOODORDER_LARGEST_UPLOAD or more, restart clamd, and replay.",
            )
        if said != "OK" and not said.endswith(" FOUND"):
            raise self._waits("an answer that is neither OK nor FOUND")
        self.down = None
        metrics.WAITING.labels("intake", "ClamAV").set(0)
        SCANS.labels("clean" if said == "OK" else "found").inc()
        return None if said == "OK" else re.sub(r"[^\w.:/-]", "_", said.removesuffix(" FOUND"))[:80]

    def _asked(self, content: bytes) -> bytes:
        with self._connected() as clamd:
            try:
                clamd.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _CHUNK):
                    chunk = content[start : start + _CHUNK]
                    clamd.sendall(struct.pack("!L", len(chunk)) + chunk)
                clamd.sendall(struct.pack("!L", 0))
            except ConnectionError:
                # It hung up on a file that is too long, and has said so before.
                log.debug("clamd hung up early")
            return clamd.recv(_MOST)

    def _connected(self) -> socket.socket:
        where = self._address
        if where.path is None:
            return socket.create_connection((where.host, where.port), timeout=_SECONDS)
        clamd = socket.socket(socket.AF_UNIX)
        clamd.settimeout(_SECONDS)
        try:
            clamd.connect(where.path)
        except OSError:
            clamd.close()
            raise
        return clamd

    def _waits(self, why: str) -> Transient:
        self.down = f"ClamAV: {why}"
        metrics.WAITING.labels("intake", "ClamAV").set(1)
        return Transient(
            f"The virus scanner does not answer as it should ({why}): documents wait until it does. If it hangs up on "
            "long ones, raise StreamMaxLength in its clamd.conf."
        )
