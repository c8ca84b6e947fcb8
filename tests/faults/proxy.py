"""Stands between intake and S3/SQS, and misbehaves when told to: errors, silence, connections cut half-way."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import urlsplit

from infra.stack.run import LOOPBACK

_LONGEST_SILENCE = 40.0
"""Seconds: longer than any client of ours listens."""


class Mood(StrEnum):
    ERROR = "error"
    """503 for S3, 500 for SQS."""
    SILENCE = "silence"
    """The request is taken and never answered."""
    CUT = "cut"
    """The answer breaks off half-way."""


@dataclass
class Proxy:
    """``upstream`` as seen through a bad line; ``url`` is the line's own address."""

    upstream: str
    chance: Random
    url: str = ""
    moods: dict[str, tuple[Mood, float]] = field(default_factory=dict)
    """How requests to ``s3`` and ``sqs`` fare now, and which share of them."""
    spoiled: int = 0
    """Requests that were not answered as they should have been."""
    mended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def misbehaving(self, **moods: tuple[Mood, float]) -> Iterator[None]:
        """``with proxy.misbehaving(s3=(Mood.ERROR, 0.5)): ...``"""
        self.mended.clear()
        self.moods = dict(moods)
        try:
            yield
        finally:
            self.moods = {}
            self.mended.set()

    def mood(self, service: str) -> Mood | None:
        mood, share = self.moods.get(service, (None, 0.0))
        if mood is None or self.chance.random() >= share:
            return None
        self.spoiled += 1
        return mood


@contextmanager
def proxy_before(upstream: str, chance: Random) -> Iterator[Proxy]:
    proxy = Proxy(upstream, chance)
    server = ThreadingHTTPServer((LOOPBACK, 0), _handler_of(proxy))
    server.daemon_threads = True
    proxy.url = f"http://{LOOPBACK}:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, name="proxy", daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.mended.set()
        server.shutdown()
        server.server_close()


def _handler_of(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    host = urlsplit(proxy.upstream).netloc

    class Line(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is written down: a request names an agent."""

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service = "sqs" if self.headers.get("X-Amz-Target", "").startswith("AmazonSQS") else "s3"
            mood = proxy.mood(service)
            if mood is Mood.ERROR:
                self._answer(503 if service == "s3" else 500, {}, b"")
                return
            if mood is Mood.SILENCE:
                proxy.mended.wait(_LONGEST_SILENCE)
                self.close_connection = True
                return
            connection = http.client.HTTPConnection(host, timeout=60)
            try:
                connection.request(self.command, self.path, body, dict(self.headers.items()))
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                self.close_connection = True
                return
            finally:
                connection.close()
            self._answer(answer.status, dict(answer.getheaders()), content, cut=mood is Mood.CUT)

        do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on  # noqa: N815 - their library's names

        def _answer(self, status: int, headers: dict[str, str], content: bytes, cut: bool = False) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in ("transfer-encoding", "connection", "content-length", "date", "server"):
                    self.send_header(name, value)
            said = headers.get("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", said or str(len(content)))
            with suppress(OSError):  # the other side may have given up waiting
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content[: len(content) // 2] if cut else content)
            if cut:
                self.close_connection = True

    return Line
