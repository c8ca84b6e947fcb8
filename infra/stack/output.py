"""What the parts say: one file each, and one coloured, prefixed stream for the person at the terminal."""

import os
import sys
from pathlib import Path
from typing import BinaryIO, TextIO, cast

_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)
_WIDTH = 13
_KEEP_BYTES = 10_000_000


class Output:
    """``console=None`` keeps the lines in the files only, as tests want it."""

    def __init__(self, logs: Path, console: TextIO | None, largest: int = _KEEP_BYTES) -> None:
        """``largest``: bytes after which a log is set aside, and the one set aside before is forgotten."""
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self.largest = largest
        self._console = console
        self._coloured = bool(console and console.isatty() and not os.environ.get("NO_COLOR"))
        self._names: list[str] = []

    def path(self, part: str) -> Path:
        return self._logs / f"{part}.log"

    def sink(self, part: str) -> "Sink":
        """Where one part's lines go."""
        return Sink(self, part)

    def say(self, part: str, text: str) -> None:
        """One line on the terminal."""
        if self._console is None:
            return
        name = f"{part:<{_WIDTH}}"
        if self._coloured:
            name = f"\033[{self._colour(part)}m{name}\033[0m"
        self._console.write(f"{name}│ {text}\n")
        self._console.flush()

    def _colour(self, part: str) -> int:
        if part not in self._names:
            self._names.append(part)
        return _COLOURS[self._names.index(part) % len(_COLOURS)]

    def tail(self, part: str, lines: int = 15) -> str:
        """The end of a part's log, for an error message."""
        path = self.path(part)
        if not path.exists():
            return ""
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


class Sink:
    """Turns a part's bytes into whole lines, in its file and on the terminal; a log that is large is set aside."""

    def __init__(self, output: Output, part: str) -> None:
        self._output = output
        self._part = part
        self._path = output.path(part)
        self._file = self._open()
        self._rest = b""

    def write(self, data: bytes) -> None:
        if self._file.tell() > self._output.largest:
            self._file.close()
            self._file = self._open()
        self._file.write(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._output.say(self._part, line.decode(errors="replace").rstrip("\r"))

    def close(self) -> None:
        if self._rest:
            self.write(b"\n")
        self._file.close()

    def _open(self) -> BinaryIO:
        if self._path.exists() and self._path.stat().st_size > self._output.largest:
            self._path.replace(self._path.with_suffix(".log.1"))
        return cast(BinaryIO, self._path.open("ab", buffering=0))


def terminal(logs: Path) -> Output:
    """The stream that ``make up`` shows."""
    return Output(logs, sys.stdout)
