"""``goodorder dead-letters``: list, show, replay, discard."""

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from goodorder.dead_letters import report
from goodorder.dead_letters.choice import by_id, to_act_on
from goodorder.dead_letters.command import Command, carry_out
from goodorder.dead_letters.evidence import DeadLetter, Status, gather
from goodorder.faults import Commands, Fault
from goodorder.house import House
from goodorder.screen import as_json, counted, page
from schemas.codes import DeadLetterCause, ResolutionOutcome
from schemas.dead_letter_events import DiscardDeadLetter, ReplayDeadLetter
from schemas.topics import DEAD_LETTER_RESOLUTIONS, SERVICES, dead_letters

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="Events that a service could not deal with: see why, then replay or discard them.",
)

Reason = Annotated[str, typer.Option(help="Why, for the record.", show_default=False)]
Ids = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Ids, or how they begin.", show_default=False)]
Cause = Annotated[DeadLetterCause | None, typer.Option(help="All open ones of this cause.", show_default=False)]
Every = Annotated[bool, typer.Option("--all", help="All open ones.")]
OfService = Annotated[str | None, typer.Option("--service", help="Only those of this service.", show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many, the oldest first.", show_default=False)]
Patience = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for the services' answers.")]


@app.command("list")
def list_them(
    ctx: typer.Context,
    resolved: Annotated[bool, typer.Option("--all", help="Also those that were replayed or discarded.")] = False,
    service: OfService = None,
    machine: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """List what is open: service, cause, case, age."""
    now = datetime.now(UTC)
    letters = [
        letter
        for letter in read(ctx.obj)
        if (resolved or letter.status is Status.OPEN) and letter.service == (_service(service) or letter.service)
    ]
    if machine:
        page().out(as_json([report.for_machines(letter, now) for letter in letters]))
    elif letters:
        page().print(report.as_list(letters, now))
        page().print("Look at one: goodorder dead-letters show ID")
    else:
        page().print("No dead letters." if resolved else "No open dead letters.")


@app.command()
def show(ctx: typer.Context, identity: Annotated[str, typer.Argument(metavar="ID", show_default=False)]) -> None:
    """Show one: cause, place, headers, and its value with everything personal masked."""
    page().print(report.in_full(by_id(read(ctx.obj), identity), datetime.now(UTC)))


@app.command()
def replay(
    ctx: typer.Context,
    reason: Reason,
    ids: Ids = None,
    cause: Cause = None,
    every: Every = False,
    service: OfService = None,
    dry_run: DryRun = False,
    limit: Limit = None,
    patience: Patience = 30,
) -> None:
    """Have the service that failed try again, from the very bytes it kept."""
    letters = to_act_on(read(ctx.obj), ids or (), cause, every, _service(service), limit)
    _act(ctx.obj, letters, ReplayDeadLetter, reason, dry_run, patience)


@app.command()
def discard(
    ctx: typer.Context,
    identity: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
    reason: Reason,
    dry_run: DryRun = False,
    patience: Patience = 30,
) -> None:
    """Give one up; what waits behind it goes on."""
    letters = to_act_on(read(ctx.obj), [identity], None, False, None, None)
    _act(ctx.obj, letters, DiscardDeadLetter, reason, dry_run, patience)


def read(house: House) -> tuple[DeadLetter, ...]:
    """All dead letters of a house, as Kafka holds them."""
    broker = house.broker()
    names = [dead_letters(service).name for service in SERVICES]
    records = broker.read([*names, DEAD_LETTER_RESOLUTIONS.name])
    said = [record for record in records if record.topic == DEAD_LETTER_RESOLUTIONS.name]
    return gather([record for record in records if record.topic != DEAD_LETTER_RESOLUTIONS.name], said)


def _act(
    house: House, letters: tuple[DeadLetter, ...], act: type[Command], reason: str, dry_run: bool, patience: float
) -> None:
    if not reason.strip():
        raise Fault("A reason is needed.", 'Say why, for the record: --reason "the carrier corrected its data"')
    verb = "replay" if act is ReplayDeadLetter else "discard"
    if not letters:
        page().print(f"Nothing to {verb}: no open dead letter is meant.")
        return
    if dry_run:
        page().print(report.as_list(letters, datetime.now(UTC)))
        page().print(f"Dry run: {counted(len(letters), 'dead letter')} to {verb}, nothing was done.")
        return
    well = True
    for letter, answer in carry_out(house.broker(), letters, act, getpass.getuser(), reason.strip(), patience):
        page().print(report.outcome(letter, answer))
        well &= answer is not None and answer.outcome is not ResolutionOutcome.FAILED_AGAIN
    if not well:
        raise typer.Exit(1)


def _service(name: str | None) -> str | None:
    if name is not None and name not in SERVICES:
        raise Fault(f"There is no service {name}.", f"Services: {', '.join(SERVICES)}.")
    return name
