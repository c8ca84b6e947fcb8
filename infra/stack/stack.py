"""A whole stack on one data folder, for ``make up``, the demo and the tests alike."""

import logging
import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from infra.stack import data_lock, keys, parts
from infra.stack.kafka import new_cluster
from infra.stack.output import Output
from infra.stack.ports import require_free
from infra.stack.run import ROOT, Ports, RunInfo, path_in
from infra.stack.supervisor import BackOff, Supervisor


def utc_now() -> datetime:
    return datetime.now(UTC)


class Stack:
    """``async with Stack(data, ports) as stack: await stack.start("kafka", "mail")``; leaving it stops all.

    Live in one thread: the kernel ends the children with the thread that started them.
    """

    def __init__(
        self,
        data: Path,
        ports: Ports,
        *,
        output: Output | None = None,
        carriers: Path = ROOT / "carriers",
        producers: Path = ROOT / "samples" / "producers.csv",
        licensing: Path | None = ROOT / "samples" / "licensing",
        secure: bool = False,
        clock: Callable[[], datetime] = utc_now,
        back_off: BackOff | None = None,
    ) -> None:
        data = data.absolute()
        self._held = ExitStack()
        self._run = RunInfo(
            data=data,
            carriers=carriers.absolute(),
            producers=producers.absolute(),
            licensing=licensing.absolute() if licensing else None,
            pid=os.getpid(),
            started_at=clock(),
            ports=ports,
            cluster=new_cluster() if ports.more_brokers else "",
            secure=secure,
        )
        self._output = output or Output(self._run.logs, console=None)
        self._supervisor = Supervisor(self._output, clock, self._record, back_off)

    @property
    def run(self) -> RunInfo:
        """The stack as it stands now, as ``run.json`` says."""
        return self._run.model_copy(update={"parts": self._supervisor.snapshot()})

    async def __aenter__(self) -> Self:
        self._held.enter_context(data_lock.locked(self._run.data))
        # The Kafka client warns of every connection it has to try twice.
        logging.getLogger("kafka").setLevel(logging.ERROR)
        keys.make_keys(self._run.data, self._run.carriers)
        self._record()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self._supervisor.stop()
        finally:
            path_in(self._run.data).unlink(missing_ok=True)
            self._held.close()

    async def start(self, *names: str) -> None:
        """Start parts (none named: all) and what they stand on; returns when they are ready.

        Raises ``StackError`` when a port is taken or a part does not come up.
        """
        running, brokers = self._supervisor.snapshot(), len(self._run.ports.brokers)
        fresh = [
            parts.part(name, self._run) for name in parts.with_what_they_need(names, brokers) if name not in running
        ]
        require_free({part.name: part.ports for part in fresh})
        await self._supervisor.start(fresh)

    async def stop(self, *names: str) -> None:
        """Stop parts gently and leave them so: an outage, until ``start`` is called for them again."""
        await self._supervisor.stop(names)

    async def kill(self, name: str) -> None:
        """SIGKILL a part; it is restarted by itself (wait with ``until_ready``)."""
        await self._supervisor.kill(name)

    def kill_all(self) -> None:
        """End everything at once."""
        self._supervisor.kill_all()

    async def until_ready(self, name: str) -> None:
        await self._supervisor.until_ready(name)

    def _record(self) -> None:
        self.run.save()
