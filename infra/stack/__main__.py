"""The command line of the local stack, ``python -m infra.stack``: up, status, down, reset, topics, rights, roles."""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console
from rich.table import Table

from infra.stack import data_lock, database_roles, parts, probes, secure, topics
from infra.stack.errors import StackError
from infra.stack.output import terminal
from infra.stack.run import ROOT, Ports, RunInfo, State, load
from infra.stack.stack import Stack
from schemas.topics import SERVICES
from services.chassis.kafka_access import KafkaAccess
from services.chassis.settings import ServiceSettings

_STOP_SECONDS = 90

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__, pretty_exceptions_enable=False)

Data = Annotated[Path, typer.Option(envvar="GOODORDER_DATA", help="Where the stack keeps everything.")]
_DATA = Path(".data")
_CARRIERS = ROOT / "carriers"
_PRODUCERS = ROOT / "samples" / "producers.csv"
_LICENSING = ROOT / "samples" / "licensing"


@app.command()
def up(
    data: Data = _DATA,
    only: Annotated[str, typer.Option(help="These parts and what they stand on, e.g. kafka,mail.")] = "",
    port_offset: Annotated[int, typer.Option(envvar="GOODORDER_PORT_OFFSET", help="Added to every port.")] = 0,
    carriers: Annotated[
        Path, typer.Option(envvar="GOODORDER_CARRIERS", help="One folder a carrier.", exists=True, file_okay=False)
    ] = _CARRIERS,
    producers: Annotated[
        Path, typer.Option(envvar="GOODORDER_PRODUCERS", help="The agents.", exists=True, dir_okay=False)
    ] = _PRODUCERS,
    licensing: Annotated[
        Path | None,
        typer.Option(
            envvar="GOODORDER_LICENSING",
            help="What an empty producer directory is filled from.",
            show_default="the samples', with the samples' agents",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    secure: Annotated[bool, typer.Option(envvar="SECURE", help="TLS, accounts and rights for everybody.")] = False,
    vendor: Annotated[
        bool, typer.Option("--vendor", envvar="VENDOR", help="Also a scripted vendor that answers every order.")
    ] = False,
) -> None:
    """Start the stack and stay with it; Ctrl-C stops it, a second Ctrl-C kills it."""
    names = tuple(filter(None, (name.strip() for name in only.split(","))))
    if vendor:
        names = (*(names or (*parts.SERVERS, *SERVICES, parts.WEB)), *parts.OUTSIDE)
    # Agents of one's own are not in the samples' directory: every one of them would be unknown.
    filling = licensing or (_LICENSING if producers == _PRODUCERS else None)
    stack = Stack(
        data,
        Ports().shifted(port_offset),
        output=terminal(data / "logs"),
        carriers=carriers,
        producers=producers,
        licensing=filling,
        secure=secure,
    )
    asyncio.run(_up(stack, names))


async def _up(stack: Stack, names: tuple[str, ...]) -> None:
    wanted, data = parts.with_what_they_need(names), _short(stack.run.data)
    typer.echo(f"Starting {', '.join(wanted)}. Data in {data} (kept; `make reset` wipes it). Loopback only.")
    leave = asyncio.Event()
    async with stack:
        _on_signals(leave, stack.kill_all)
        starting = asyncio.create_task(stack.start(*wanted))
        leaving = asyncio.create_task(leave.wait())
        await asyncio.wait((starting, leaving), return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            _show_endpoints(stack.run)
            await leaving
        starting.cancel()
        typer.echo("Stopping; Ctrl-C again kills what still runs.")
    typer.echo(f"Stopped. Everything is kept in {data}.")


def _on_signals(leave: asyncio.Event, kill_all: Callable[[], None]) -> None:
    def heard() -> None:
        if leave.is_set():
            kill_all()
        leave.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, heard)


def _show_endpoints(run: RunInfo) -> None:
    table = Table.grid(padding=(0, 2))
    rows = {
        "Kafka": f"{run.kafka} over TLS (passwords in {_short(run.secrets / 'kafka')})" if run.secure else run.kafka,
        "S3 and SQS": run.objects_url,
        "Drop an application": "s3://goodorder-drop/drop/<agent code>/<anything>/<file>.pdf",
        "Mail": f"{run.smtp_url} (every message is a file in {_short(run.mail / 'new')})",
        "Console": f"{run.console_url} (make a user: .venv/bin/goodorder console add-user NAME --role case_manager)"
        if parts.WEB in run.parts
        else "",
        "Services": "  ".join(f"{name} :{run.ports.services[name]}" for name in SERVICES if name in run.parts),
        "Logs": f"{_short(run.logs)}/<part>.log",
        "Try": "make samples, then .venv/bin/goodorder drop samples/out/clean-aldermoor.pdf --wait",
        "Stop": "Ctrl-C",
    }
    for name, value in rows.items():
        if value:
            table.add_row(f"[bold]{name}", value)
    console = Console()
    console.rule("[bold green]Ready")
    console.print(table, soft_wrap=True)
    console.rule()


@app.command()
def status(data: Data = _DATA) -> None:
    """Show each part: process, ports, state, restarts, since when."""
    run = load(data.absolute())
    answers = asyncio.run(_ask(run))
    table = Table(
        "part", "state", "answers", "pid", "ports", "restarts", "since", caption=f"Logs: {_short(run.logs)}/<part>.log"
    )
    for name, part in run.parts.items():
        table.add_row(
            name,
            f"[{'green' if part.state is State.READY else 'yellow'}]{part.state}",
            "yes" if answers[name] else "[red]no",
            str(part.pid or "-"),
            " ".join(map(str, part.ports)),
            str(part.restarts),
            _age(part.since),
        )
    Console().print(table)
    well = all(answers.values()) and all(part.state is State.READY for part in run.parts.values())
    raise typer.Exit(0 if well else 1)


async def _ask(run: RunInfo) -> dict[str, bool]:
    """Whether each part answers at this moment, whatever the supervisor last knew."""
    asked = {
        name: probes.http(run.ready_url(name)) if name in SERVICES else probes.tcp(part.ports[0])
        for name, part in run.parts.items()
    }
    return dict(zip(asked, await asyncio.gather(*(ask() for ask in asked.values())), strict=True))


def _age(since: datetime) -> str:
    seconds = int((datetime.now(UTC) - since).total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def _short(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


@app.command()
def down(data: Data = _DATA) -> None:
    """Stop the stack that runs on the data folder, as Ctrl-C where it runs would."""
    pid = data_lock.holder(data)
    if pid is None:
        typer.echo(f"No stack runs on {data}.")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while data_lock.holder(data) == pid:
        if time.monotonic() > deadline:
            raise StackError(f"The stack (pid {pid}) still stops after {_STOP_SECONDS} s. `kill -9 {pid}` ends it.")
        time.sleep(0.1)
    typer.echo("Stopped.")


@app.command()
def reset(data: Data = _DATA) -> None:
    """Wipe the data folder; refused while a stack runs on it."""
    if not data.exists():
        typer.echo(f"{data} is not there: nothing to wipe.")
        return
    if not data_lock.is_ours(data):
        raise StackError(f"{data} was never used by a stack. It is left alone; remove it yourself if you mean it.")
    with data_lock.locked(data):
        shutil.rmtree(data)
    typer.echo(f"Wiped {data}.")


@app.command(name="topics")
def topics_(
    bootstrap: Annotated[str, typer.Option(envvar="GOODORDER_KAFKA")] = "127.0.0.1:9092",
    carriers: Annotated[Path, typer.Option(envvar="GOODORDER_CARRIERS")] = _CARRIERS,
) -> None:
    """Create missing topics and set right their settings, on any Kafka."""
    done = topics.ensure(bootstrap, topics.topics_for(carriers), **KafkaAccess().kafka_client())
    typer.echo("\n".join(done) or "Every topic is as it should be.")


@app.command(name="rights")
def rights_(
    bootstrap: Annotated[str, typer.Option(envvar="GOODORDER_KAFKA")] = "127.0.0.1:9092",
    carriers: Annotated[Path, typer.Option(envvar="GOODORDER_CARRIERS")] = _CARRIERS,
) -> None:
    """Give each service, carrier, vendor and operations its rights, on any Kafka with ACLs, and no others."""
    done = secure.set_rights(bootstrap, topics.carriers_in(carriers), **KafkaAccess().kafka_client())
    typer.echo("\n".join(done) or "Everybody may do what they should.")


@app.command()
def roles(folder: Annotated[Path, typer.Argument(help="Where passwords and URLs are kept.", file_okay=False)]) -> None:
    """Make a role and a schema for each service in a PostgreSQL, by the URL of somebody who may (as it is set)."""
    admin = ServiceSettings().chosen_database("postgres")
    if admin is None or not admin.startswith("postgresql"):
        raise StackError("Name the database in GOODORDER_DATABASE_URL_FILE, with a user who may make roles.")
    try:
        database_roles.make_roles(admin, folder)
    except psycopg.Error as error:
        raise StackError(f"PostgreSQL refused: {error}") from error
    typer.echo(f"Each service has its role and schema. GOODORDER_DATABASE_URL_FILE={folder}/<service>.url")


def main() -> None:
    try:
        app()
    except StackError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
