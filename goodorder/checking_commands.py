"""``goodorder check``: is this packet in good order, before anybody drops it?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from goodorder import checking_report
from goodorder.checking import Checked, ReadPages, Unreadable, check_packet
from goodorder.faults import CANNOT, Fault
from goodorder.house import House
from goodorder.licensing_directory import standing_on_file
from goodorder.screen import as_json, complaints, page
from schemas.codes import Verdict
from services.intake.reading.page_reading import Reading, Refused, Unpacked

ReadWatched = Callable[[bytes, str, Callable[[int, int], None]], Reading | Refused | Unpacked]

_QUIET = 2.0
"""Seconds between two lines on the progress."""
_NIGO = 1
"""Exit code: at least one packet is not in good order."""

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        help="Packets: PDF, TIFF, JPEG or PNG, or ZIP files of them.",
        show_default=False,
    ),
]


def check(
    ctx: typer.Context,
    files: Files,
    machine: Annotated[bool, typer.Option("--json", help="For machines; the shape is stable.")] = False,
    received: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Judge as of this day.", show_default="today"),
    ] = None,
) -> None:
    """Check packets on this machine: nothing is sent, no case is made.

    Exit code: 0 all in good order, 1 one is not, 2 one cannot be read.
    """
    from services.intake.reading.pool import ReaderPool, ReaderUnavailableError  # slow to load

    house: House = ctx.obj
    received_on = (received or datetime.now(UTC).astimezone()).date()
    carriers, standing = house.carriers(), standing_on_file(house)
    packets: list[Checked | Unreadable] = []
    with ReaderPool(carriers) as pool, _pages_shown() as shown:
        for file in files:
            try:
                found = check_packet(file, shown(pool.read_now, file.name), carriers, received_on, standing)
            except ReaderUnavailableError as error:
                raise Fault(f"{file}: {error}", "Run `make setup`, then check again.") from error
            packets += found
            for packet in () if machine else found:
                page().print(checking_report.for_people(packet))
    if machine:
        page().out(as_json(checking_report.for_machines(packets, received_on)))
    elif len(packets) > 1:
        page().print(checking_report.in_sum(packets))
    code = _exit_code(packets)
    if code:
        raise typer.Exit(code)


def _exit_code(packets: list[Checked | Unreadable]) -> int:
    if any(isinstance(packet, Unreadable) for packet in packets):
        return CANNOT
    return _NIGO if any(packet.verdict is Verdict.NIGO for packet in packets if isinstance(packet, Checked)) else 0


@contextmanager
def _pages_shown() -> Iterator[Callable[[ReadWatched, str], ReadPages]]:
    """Turns a reader that tells its progress into one that shows it: a bar on a terminal, elsewhere a line at times."""
    columns = (TextColumn("Reading {task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    console = complaints()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:

        def shown(read: ReadWatched, name: str) -> ReadPages:
            def read_and_show(content: bytes, document_id: str) -> Reading | Refused | Unpacked:
                task, lines = bar.add_task(name, total=None), ProgressLines(name, console)

                def tell(done: int, total: int) -> None:
                    bar.update(task, completed=done, total=total)
                    if not console.is_terminal:
                        lines.tell(done, total)

                try:
                    return read(content, document_id, tell)
                finally:
                    bar.remove_task(task)

            return read_and_show

        yield shown


class ProgressLines:
    """Progress in plain lines, for logs: none for what is read at once, then one every few seconds."""

    def __init__(self, name: str, console: Console, clock: Callable[[], float] = monotonic) -> None:
        self._name = name
        self._console = console
        self._clock = clock
        self._next = clock() + _QUIET

    def tell(self, done: int, total: int) -> None:
        if done < total and self._clock() >= self._next:
            self._next = self._clock() + _QUIET
            self._console.print(f"Reading {self._name}: page {done} of {total}")
