"""Keeps parts running: starts them in order, knows when each is ready, restarts what ends, stops in reverse."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import monotonic

from infra.stack.child import Child
from infra.stack.errors import StackError
from infra.stack.output import Output
from infra.stack.run import ROOT, PartRun, State

_PROBE_SECONDS = 0.05
_GIVE_UP_AFTER = 4
"""So many ends before a part was ever ready, and it won't become so by itself."""


@dataclass(frozen=True)
class Part:
    """One process of the stack, and how it is started, asked and stopped."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    answers: Callable[[], Awaitable[bool]]
    """Whether it does its work now."""
    ports: tuple[int, ...] = ()
    after: tuple[str, ...] = ()
    """Parts that must be ready before its first start."""
    prepare: Callable[[], Awaitable[None]] | None = None
    """Run before every start."""
    set_up: Callable[[], Awaitable[None]] | None = None
    """Run after every start, once it answers and before it counts as ready."""
    folder: Path = ROOT
    start_seconds: float = 120.0
    """A first start that takes longer has failed."""
    stop_seconds: float = 10.0


@dataclass(frozen=True)
class BackOff:
    """How long to wait before the next start; all in seconds."""

    first: float = 0.5
    longest: float = 15.0
    healthy: float = 30.0
    """A run of this length clears what was before."""

    def after(self, ends_in_a_row: int) -> float:
        return min(self.longest, self.first * 2.0 ** (ends_in_a_row - 1))


class Supervisor:
    """Lives in one event loop; the loop's thread must live as long as the children."""

    def __init__(
        self,
        output: Output,
        clock: Callable[[], datetime],
        changed: Callable[[], None] = lambda: None,
        back_off: BackOff | None = None,
    ) -> None:
        self._output = output
        self._clock = clock
        self._changed = changed
        self._back_off = back_off or BackOff()
        self._kept: dict[str, _Kept] = {}

    def snapshot(self) -> dict[str, PartRun]:
        """Every part as it stands now."""
        return {
            name: PartRun(
                state=kept.state,
                since=kept.since,
                pid=kept.child.pid if kept.child and kept.child.alive else None,
                ports=kept.part.ports,
                restarts=kept.restarts,
                log=self._output.path(name),
            )
            for name, kept in self._kept.items()
        }

    async def start(self, parts: Iterable[Part]) -> None:
        """Start what does not run yet and return when it is ready; raises ``StackError`` when a part fails to."""
        fresh = [_Kept(part, self._clock()) for part in parts if part.name not in self._kept]
        self._kept.update({kept.part.name: kept for kept in fresh})
        for kept in fresh:
            kept.task = asyncio.create_task(self._keep(kept))
        await asyncio.gather(*(kept.first_ready for kept in fresh))

    async def stop(self, names: Iterable[str] | None = None) -> None:
        """Stop parts, each after those that stand on it."""
        wanted = set(self._kept if names is None else names)
        leaving = [kept for name, kept in self._kept.items() if name in wanted]
        await asyncio.gather(*(self._stop(kept, leaving) for kept in leaving))
        for kept in leaving:
            del self._kept[kept.part.name]
        self._changed()

    async def kill(self, name: str) -> None:
        """SIGKILL a part and all its processes; it is started again as after any other end."""
        kept = self._kept[name]
        kept.ready.clear()
        if kept.child:
            kept.child.kill()
            await kept.child.wait()

    def kill_all(self) -> None:
        """No more grace: what still runs is killed, and nothing is started again."""
        for kept in self._kept.values():
            kept.leaving = True
            if kept.child:
                kept.child.kill()

    async def until_ready(self, name: str) -> None:
        await self._kept[name].ready.wait()

    async def _keep(self, kept: "_Kept") -> None:
        for name in kept.part.after:
            if name in self._kept:
                await self.until_ready(name)
        in_a_row = 0
        while not kept.leaving:
            began = monotonic()
            end = await self._run(kept)
            if kept.leaving:
                return
            in_a_row = 1 if monotonic() - began >= self._back_off.healthy else in_a_row + 1
            if not kept.first_ready.done() and in_a_row >= _GIVE_UP_AFTER:
                kept.fail(self._failure(kept, f"{end}, {in_a_row} times"))
                return
            delay = self._back_off.after(in_a_row)
            self._output.say(kept.part.name, f"{end}; started again in {delay:g} s")
            self._turn(kept, State.BACKING_OFF)
            await asyncio.sleep(delay)
            kept.restarts += 1

    async def _run(self, kept: "_Kept") -> str:
        """One life of a part; returns how it ended."""
        part = kept.part
        self._turn(kept, State.STARTING)
        try:
            if part.prepare:
                await part.prepare()
            sink = self._output.sink(part.name)
            kept.child = Child(part.command, part.environment, part.folder, sink)
        except (OSError, StackError) as error:
            return f"could not be started: {error}"
        self._changed()
        becoming = asyncio.create_task(self._become_ready(kept))
        try:
            code = await kept.child.wait()
        finally:
            becoming.cancel()
            kept.ready.clear()
        return f"ended with {_spell(code)}"

    async def _become_ready(self, kept: "_Kept") -> None:
        part, began, told = kept.part, monotonic(), ""
        while True:
            reason = await _why_not_ready(part)
            if reason is None:
                break
            if reason and reason != told:
                self._output.say(part.name, f"not ready: {reason}")
                told = reason
            if not kept.first_ready.done() and monotonic() - began > part.start_seconds:
                kept.fail(self._failure(kept, reason or f"does not answer after {part.start_seconds:g} s"))
            await asyncio.sleep(_PROBE_SECONDS)
        kept.ready.set()
        self._turn(kept, State.READY)
        self._output.say(part.name, f"ready after {monotonic() - began:.1f} s")
        if not kept.first_ready.done():
            kept.first_ready.set_result(None)

    async def _stop(self, kept: "_Kept", leaving: Sequence["_Kept"]) -> None:
        for other in leaving:
            if kept.part.name in other.part.after:
                await other.stopped.wait()
        kept.leaving = True
        if kept.child and kept.child.alive and not await kept.child.terminate(kept.part.stop_seconds):
            self._output.say(kept.part.name, f"did not end within {kept.part.stop_seconds:g} s and was killed")
        if kept.task:
            kept.task.cancel()
            with suppress(asyncio.CancelledError):
                await kept.task
        self._turn(kept, State.STOPPED)
        kept.stopped.set()

    def _turn(self, kept: "_Kept", state: State) -> None:
        kept.state, kept.since = state, self._clock()
        self._changed()

    def _failure(self, kept: "_Kept", reason: str) -> StackError:
        name = kept.part.name
        return StackError(
            f"{name} did not start: {reason}\n{self._output.tail(name)}\nThe whole log: {self._output.path(name)}"
        )


class _Kept:
    """A part under care."""

    def __init__(self, part: Part, now: datetime) -> None:
        self.part = part
        self.state = State.WAITING
        self.since = now
        self.restarts = 0
        self.child: Child | None = None
        self.task: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()
        self.stopped = asyncio.Event()
        self.leaving = False
        self.first_ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def fail(self, error: StackError) -> None:
        if not self.first_ready.done():
            self.first_ready.set_exception(error)


async def _why_not_ready(part: Part) -> str | None:
    """None when the part answers and is set up; empty while it merely does not answer yet."""
    if not await part.answers():
        return ""
    if part.set_up:
        try:
            await part.set_up()
        except Exception as error:
            # Whatever it was (the part may just have been killed again): it is told, and tried again.
            return str(error) or repr(error)
    return None


def _spell(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
