"""A child process that can't outlive us: its own process group, ended gently or at once, its words kept."""

import asyncio
import ctypes
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from infra.stack.output import Sink

_PR_SET_PDEATHSIG = 1
_LAST_WORDS_SECONDS = 1.0
"""A grandchild may keep the pipe open; nobody waits for it longer than this."""

_libc = ctypes.CDLL(None)
"""Loaded here, because nothing may be loaded between fork and exec."""


class Child:
    def __init__(self, process: asyncio.subprocess.Process, sink: Sink) -> None:
        self._process = process
        self._sink = sink
        self._words = asyncio.create_task(self._listen())
        self._end: asyncio.Task[int] = asyncio.create_task(self._reap())

    @classmethod
    async def spawn(cls, command: Sequence[str], environment: Mapping[str, str], folder: Path, sink: Sink) -> Self:
        """Start a process that the kernel kills when the calling *thread* ends: call from the loop's own thread."""
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
            preexec_fn=_dies_with(os.getpid()),
        )
        return cls(process, sink)

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

    async def _listen(self) -> None:
        assert self._process.stdout is not None  # noqa: S101
        while data := await self._process.stdout.read(65536):
            self._sink.write(data)

    async def _reap(self) -> int:
        code = await self._process.wait()
        # Its own children (a pool) must not go on working behind the back of its successor.
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await self._words
        self._sink.close()
        return code


def _dies_with(parent: int) -> Callable[[], None]:
    def prepare() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it ended before we could ask
            os._exit(1)

    return prepare
