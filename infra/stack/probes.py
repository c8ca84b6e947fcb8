"""Asks a part whether it is there: by TCP or by HTTP, without blocking the others."""

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from infra.stack.run import LOOPBACK

_PATIENCE_SECONDS = 2.0

Probe = Callable[[], Awaitable[bool]]


def tcp(port: int) -> Probe:
    """Someone listens on the port."""

    async def answers() -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                _, writer = await asyncio.open_connection(LOOPBACK, port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    return answers


def http(url: str) -> Probe:
    """A GET is answered with 200."""
    place = urlsplit(url)
    request = f"GET {place.path} HTTP/1.0\r\nHost: {place.netloc}\r\n\r\n".encode()

    async def answers() -> bool:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                reader, writer = await asyncio.open_connection(place.hostname, place.port)
                writer.write(request)
                status = await reader.readline()
        except (OSError, TimeoutError):
            return False
        writer.close()
        return status.split()[1:2] == [b"200"]

    return answers
