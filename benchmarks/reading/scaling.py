"""A scanned packet of thirty pages through the reader's processes: one, then two; seconds a page and memory."""

import threading
import time
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from benchmarks.reading.packets import Case, arrived
from samples.packets import load_shelf
from schemas.ids import document_id
from services.intake.reading.pool import ReaderPool

_LOOK_EVERY = 0.05


@dataclass(frozen=True)
class Run:
    processes: int
    pages: int
    seconds: float
    """From the bytes to the application, with the processes warm."""
    peak: int
    """Bytes held at once by this process and all it started: the worker's whole memory."""
    child_peak: int
    """Bytes held by the largest reader process."""


def thirty_pages(pages: int = 30) -> bytes:
    """Scans of both carriers' forms, one after the other in one upload."""
    sources = [PdfReader(BytesIO(arrived(Case("scan 200", carrier, 3)))) for carrier in ("aldermoor", "quillhaven")]
    every, writer = cycle(page for source in sources for page in source.pages), PdfWriter()
    for _ in range(pages):
        writer.add_page(next(every))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def timed(content: bytes, processes: int) -> Run:
    with ReaderPool(load_shelf().carriers, processes=processes) as pool:
        warm = arrived(Case("scan 200", "aldermoor", 3))
        pool.read_now(warm, document_id(warm))
        done = [0]
        with _Watch() as watch:
            started = time.monotonic()
            pool.read_now(content, document_id(content), lambda read, of: done.__setitem__(0, of))
            seconds = time.monotonic() - started
    return Run(processes, done[0], seconds, watch.peak, watch.largest_child)


class _Watch:
    """Looks again and again at the memory of this process and of all below it, what they share counted once."""

    def __init__(self) -> None:
        self.peak = self.largest_child = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            me, *below = [_held(process) for process in _family()]
            self.peak = max(self.peak, me + sum(below))
            self.largest_child = max([self.largest_child, *below])


def _family() -> list[Path]:
    """This process first, then all below it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    family = [int(Path("/proc/self").resolve().name)]
    for process in family:
        family += [child for child, parent in parents.items() if parent == process]
    return [Path("/proc") / str(process) for process in family]


def _held(process: Path) -> int:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
