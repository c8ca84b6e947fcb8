"""A child process that can't outlive us: its own process group, ended gently or at once, its words kept."""

import asyncio
import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from infra.stack.output import Sink

_PR_SET_PDEATHSIG = 1
_CHUNK = 65536

_libc = ctypes.CDLL(None)
"""Loaded here, because nothing may be loaded between fork and exec."""


class Child:
    """Started at once, in the event loop's own thread: the kernel kills the process when that *thread* ends."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path, sink: Sink) -> None:
        self._sink = sink
        self._loop = asyncio.get_running_loop()
        self._end: asyncio.Future[int] = self._loop.create_future()
        ear, mouth = os.pipe()
        os.set_blocking(ear, False)
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=mouth,
                stderr=mouth,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
                preexec_fn=_dies_with(os.getpid()),
            )
        except OSError:
            os.close(ear)
            sink.close()
            raise
        finally:
            os.close(mouth)
        self._ear: int | None = ear
        self._loop.add_reader(ear, self._hear)
        # asyncio's own wait() returns only when the pipe closes, which a surviving grandchild prevents.
        self._watch = os.pidfd_open(self.pid)
        self._loop.add_reader(self._watch, self._reap)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return not self._end.done()

    async def wait(self) -> int:
        """The exit code; negative for the signal that ended it."""
        return await asyncio.shield(self._end)

    async def terminate(self, grace: float) -> bool:
        """SIGTERM to the group, SIGKILL to what is left after ``grace`` seconds. False when it had to be killed."""
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(grace):
                await self.wait()
        except TimeoutError:
            self.kill()
            await self.wait()
            return False
        return True

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        if self.alive:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def _hear(self) -> bool:
        """Take one chunk of what it says; False when there is no more for now."""
        if self._ear is None:
            return False
        try:
            data = os.read(self._ear, _CHUNK)
        except BlockingIOError:
            return False
        if not data:
            self._close_ear()
            return False
        self._sink.write(data)
        return True

    def _reap(self) -> None:
        self._loop.remove_reader(self._watch)
        os.close(self._watch)
        # Its own children (a pool) must not go on working behind the back of its successor. Before the
        # process is reaped, so that its number can't be anyone else's yet.
        os.killpg(self.pid, signal.SIGKILL)
        code = self._process.wait()
        while self._hear():
            pass
        self._close_ear()
        self._sink.close()
        self._end.set_result(code)

    def _close_ear(self) -> None:
        if self._ear is not None:
            self._loop.remove_reader(self._ear)
            os.close(self._ear)
            self._ear = None


def _dies_with(parent: int) -> Callable[[], None]:
    def prepare() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we could ask
            os._exit(1)

    return prepare
