"""A clock that jumps, for the processes that are started with it: Debian's libfaketime (``apt-get install faketime``).

Only the time of day jumps, as when a machine's clock is set; the monotonic clock runs on, as the kernel's does.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.stack.run import RunInfo

_LIBRARIES = ("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib")
_LIBRARY = "faketime/libfaketime.so.1"


@dataclass(frozen=True)
class Clock:
    library: Path
    said: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(self.library),
            "FAKETIME_TIMESTAMP_FILE": str(self.said),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, offset: str) -> None:
        """``+2h`` ahead, ``-10m`` behind, ``+0`` right; processes notice within a second."""
        self.said.write_text(f"{offset}\n")


def can_jump() -> bool:
    return _library() is not None


@contextmanager
def clock_of_its_own(run: RunInfo) -> Iterator[Clock]:
    library = _library()
    assert library is not None, "libfaketime is not installed"
    clock = Clock(library, run.data / "clock")
    clock.set("+0")
    yield clock


def _library() -> Path | None:
    return next((path for folder in _LIBRARIES if (path := Path(folder) / _LIBRARY).exists()), None)
