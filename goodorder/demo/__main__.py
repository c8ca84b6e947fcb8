"""``python -m goodorder.demo``: start the stack on a fresh folder, play the demonstration, stop it again.

Exit code: 0 when everything came true, 1 when something did not, 2 when the stack could not be started.
"""

import asyncio
import logging
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from goodorder.demo import acts
from goodorder.demo.desk import Desk
from goodorder.demo.expectations import Expectations
from goodorder.demo.packets import six_packets
from goodorder.faults import CANNOT, Fault, complain
from goodorder.house import House
from goodorder.screen import counted, facts, page
from infra.stack import data_lock
from infra.stack.errors import StackError
from infra.stack.ports import free_ports, is_free
from infra.stack.run import Ports, RunInfo, State, stack_environment
from infra.stack.stack import Stack

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def demo(
    data: Annotated[Path, typer.Option(help="Folder of the demonstration's stack; wiped at the start.")] = Path(
        ".data/demo"
    ),
    keep: Annotated[bool, typer.Option("--keep", help="Leave the stack running afterwards, until Ctrl-C.")] = False,
) -> None:
    """Follow six sample packets from the drop bucket to the agents' mail and the carriers' last word."""
    try:
        code = asyncio.run(_demo(data.absolute(), keep))
    except (StackError, Fault) as error:
        complain(str(error), error.remedy if isinstance(error, Fault) else "")
        code = CANNOT
    except KeyboardInterrupt:
        complain("stopped by Ctrl-C; the stack is down.")
        code = 130
    raise typer.Exit(code)


async def _demo(data: Path, keep: bool) -> int:
    console = page()
    _wipe(data)
    console.print("Drawing six sample packets: fillable, flattened and scanned; two are complete.")
    drawing = asyncio.create_task(asyncio.to_thread(six_packets, datetime.now(UTC).date()))
    ports = _ports()
    async with Stack(data, ports) as stack:
        logging.getLogger("kafka").setLevel(logging.CRITICAL)
        await _start(stack, console)
        run = stack.run
        desk = Desk(House(data, stack_environment(run), run), run, console, Expectations(console))
        rows = await acts.drop_and_tell(desk, await drawing)
        if all(row.journey.case_id for row in rows):
            await acts.answer_from_outside(desk, rows)
            await acts.complete(desk, rows)
        await acts.reckon(desk, rows)
        acts.show_a_mail(desk, rows)
        _say_where(console, run, keep)
        if keep:
            await _until_interrupted()
    return _verdict(console, desk.expectations)


def _wipe(data: Path) -> None:
    """An empty folder; what no stack ever used is left alone."""
    holder = data_lock.holder(data)
    if holder:
        raise Fault(f"Another demonstration runs on {data} (pid {holder}).", "End it, or give another --data folder.")
    if data.exists() and any(data.iterdir()):
        if not data_lock.is_ours(data):
            raise Fault(f"{data} holds something that is not ours to wipe.", "Give another --data folder.")
        shutil.rmtree(data)


def _ports() -> Ports:
    """The usual ports when all are free, so that what the docs say works; else any."""
    usual = Ports()
    numbers = (usual.kafka, usual.controller, usual.ministack, usual.mail, *usual.services.values())
    return usual if all(map(is_free, numbers)) else free_ports()


async def _start(stack: Stack, console: Console) -> None:
    """Start everything, showing what is still on its way."""
    starting = asyncio.create_task(stack.start())
    began = asyncio.get_running_loop().time()
    with console.status("Starting the stack") as line:
        while not starting.done():
            await asyncio.wait([starting], timeout=0.2)
            parts = stack.run.parts
            waiting = [name for name, part in parts.items() if part.state is not State.READY]
            line.update(f"Starting the stack: {len(parts) - len(waiting)} of {len(parts)} ready, {', '.join(waiting)}")
    await starting
    took = asyncio.get_running_loop().time() - began
    console.print(f"The stack is up after {took:.1f} s: {', '.join(stack.run.parts)}.")


def _say_where(console: Console, run: RunInfo, keep: bool) -> None:
    option = f"--data {_short(run.data)}"
    rows = [
        ("Mails", f"{_short(run.mail)}/new  (one file each; open them in any mail program)"),
        ("Logs", f"{_short(run.logs)}/<part>.log"),
        ("Cases", f".venv/bin/goodorder {option} cases"),
        ("One case", f".venv/bin/goodorder {option} case GO-..."),
    ]
    if keep:
        pages = "  ".join(f"{name} http://127.0.0.1:{port}/readyz" for name, port in run.ports.services.items())
        rows += [("All parts", f".venv/bin/goodorder {option} status"), ("Health", pages)]
    console.print()
    console.print(facts(*rows))


async def _until_interrupted() -> None:
    page().print("The stack stays up; Ctrl-C stops it.")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        # Ctrl-C is how this is meant to end: the stack is stopped next, and the verdict still said.
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - we run in one
        task.uncancel()


def _verdict(console: Console, expectations: Expectations) -> int:
    console.print()
    if expectations.missed:
        console.print(Text(f"{counted(len(expectations.missed), 'expectation')} missed:", style="bold red"))
        for words in expectations.missed:
            console.print(Text(f"  ✗ {words}"))
        return 1
    console.print(Text(f"All {expectations.met} expectations came true. The stack is stopped.", style="bold green"))
    return 0


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


if __name__ == "__main__":
    sys.exit(app())
