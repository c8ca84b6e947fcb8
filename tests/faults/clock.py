"""``python -m tests.faults.clock SERVICE``: a worker whose time of day can be set while it runs.

The time of day is that of the worker's Python: ``time.time``, by which clients stamp their records, and the one clock
that everything in a service is given. Monotonic time runs on, as it does when a machine's clock is set. (Debian's
libfaketime would jump the whole process, but makes ``time.sleep`` of Python 3.11 fail.)
"""

import os
import runpy
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.stack.run import RunInfo

CLOCK = "GOODORDER_TESTS_CLOCK"


@dataclass(frozen=True)
class Clock:
    """A file that says how many seconds the clocks are ahead."""

    said: Path

    @property
    def environment(self) -> dict[str, str]:
        return {CLOCK: str(self.said)}

    def set_ahead(self, seconds: int) -> None:
        """Processes notice at their next look at the clock."""
        waiting = self.said.with_suffix(".new")
        waiting.write_text(str(seconds))
        waiting.replace(self.said)


@contextmanager
def clock_of_its_own(run: RunInfo) -> Iterator[Clock]:
    clock = Clock(run.data / "clock")
    clock.set_ahead(0)
    yield clock


def _jump_with(said: Path) -> None:
    """From now on this process sees the file's time."""
    from services.chassis import shell

    real = time.time

    def jumped() -> float:
        return real() + int(said.read_text())

    time.time = jumped
    shell.utc_now = lambda: datetime.fromtimestamp(jumped(), UTC)


if __name__ == "__main__":
    _jump_with(Path(os.environ[CLOCK]))
    runpy.run_module(f"services.{sys.argv[1]}", run_name="__main__")
