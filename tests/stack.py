"""The local stack for tests: the class that ``make up`` uses, on free ports, in a thread of its own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from infra.stack.ports import free_ports
from infra.stack.run import RunInfo
from infra.stack.stack import Stack

Answer = TypeVar("Answer")

DEADLINE = 150.0
"""Seconds until a start or restart counts as failed; on an idle machine it takes two to six."""


class RunningStack:
    """Plain calls, for plain and asynchronous tests alike; each returns when it is done."""

    def __init__(self, stack: Stack, loop: asyncio.AbstractEventLoop) -> None:
        self._stack = stack
        self._loop = loop

    @property
    def run(self) -> RunInfo:
        """Endpoints, pids, and ``environment()`` as they stand now."""

        async def read() -> RunInfo:
            return self._stack.run

        return self._do(read())

    def start(self, *names: str) -> None:
        """Start parts that do not run yet, services for instance, with what they stand on."""
        self._do(self._stack.start(*names))

    def stop(self, *names: str) -> None:
        """An outage: the parts stay away until they are started again."""
        self._do(self._stack.stop(*names))

    def kill(self, name: str) -> None:
        """SIGKILL; the supervisor starts the part again by itself."""
        self._do(self._stack.kill(name))

    def until_ready(self, name: str) -> None:
        self._do(self._stack.until_ready(name))

    def _do(self, work: Awaitable[Answer]) -> Answer:
        async def awaited() -> Answer:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(DEADLINE)


@contextmanager
def running_stack(data: Path, *names: str, secure: bool = False, brokers: int = 1) -> Iterator[RunningStack]:
    """A stack with these parts; the thread lives as long as its processes, as the supervisor demands."""
    started: list[RunningStack | BaseException] = []
    up = threading.Event()
    end: list[Callable[[], object]] = []

    async def live() -> None:
        leave = asyncio.Event()
        loop = asyncio.get_running_loop()
        end.append(lambda: loop.call_soon_threadsafe(leave.set))
        async with Stack(data, free_ports(brokers), secure=secure) as stack:
            await stack.start(*names)
            started.append(RunningStack(stack, loop))
            up.set()
            await leave.wait()

    def thread() -> None:
        try:
            asyncio.run(live())
        except BaseException as error:
            started.append(error)
            up.set()

    worker = threading.Thread(target=thread, name="stack")
    worker.start()
    try:
        if not up.wait(DEADLINE):
            raise TimeoutError(f"the stack is not up after {DEADLINE:g} s; see {data}/logs")
        if isinstance(started[0], BaseException):
            raise started[0]
        yield started[0]
    finally:
        if end:
            end[0]()
        worker.join(DEADLINE)
        if len(started) > 1 and isinstance(started[1], BaseException):
            raise started[1]
