"""Wakes the sender the moment a mail was queued, from whichever thread."""

import asyncio


class Bell:
    """Rung in a transaction that is not committed yet; who is woken reads in a later one and so sees its rows."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def listen(self) -> None:
        """From now on rings are heard, in this event loop."""
        self._loop = asyncio.get_running_loop()

    def ring(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._rung.set)

    async def heard(self, seconds: float) -> None:
        """Returns when the bell rang since the last time, or after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()
