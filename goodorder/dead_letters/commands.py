"""``goodorder dead-letters``: what can be said; what it does is loaded only when it is."""

from pathlib import Path
from typing import Annotated

import typer

from goodorder.faults import Commands
from schemas.codes import DeadLetterCause
from schemas.topics import SERVICES

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    help="Events that a service could not deal with: see why, then replay, correct or discard them.",
)

Id = Annotated[str, typer.Argument(metavar="ID", help="Its id, or how it begins.", show_default=False)]
Ids = Annotated[list[str] | None, typer.Argument(metavar="ID", help="Ids, or how they begin.", show_default=False)]
Reason = Annotated[str, typer.Option(help="Why, for the record.", show_default=False)]
Cause = Annotated[DeadLetterCause | None, typer.Option(help="Only those of this cause.", show_default=False)]
Every = Annotated[bool, typer.Option("--all", help="All open ones.")]
OfService = Annotated[
    str | None, typer.Option("--service", help=f"Only those of one of: {', '.join(SERVICES)}.", show_default=False)
]
OfCase = Annotated[str | None, typer.Option("--case", help="Only those about this case.", show_default=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many, the oldest first.", show_default=False)]
Patience = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for the services' answers.")]
FromKafka = Annotated[bool, typer.Option("--from-kafka", help="Read Kafka itself instead of the index.")]
Machine = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command("list")
def list_them(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Also those that were dealt with.")] = False,
    service: OfService = None,
    cause: Cause = None,
    case: OfCase = None,
    machine: Machine = False,
    from_kafka: FromKafka = False,
) -> None:
    """List what is open: service, cause, case, age."""
    from goodorder.dead_letters import acts

    acts.list_them(ctx.obj, acts.wanted(every, service, cause, case), machine, from_kafka)


@app.command()
def counts(ctx: typer.Context, machine: Machine = False, from_kafka: FromKafka = False) -> None:
    """Count what is open, by service, cause and age."""
    from goodorder.dead_letters import acts

    acts.count_them(ctx.obj, machine, from_kafka)


@app.command()
def show(
    ctx: typer.Context,
    identity: Id,
    reveal: Annotated[bool, typer.Option("--reveal", help="Unmasked; that you looked, and why, is kept.")] = False,
    reason: Annotated[str, typer.Option(help="Why you must see it, with --reveal.", show_default=False)] = "",
    from_kafka: FromKafka = False,
) -> None:
    """Show one: cause, place, headers, and its value with everything personal masked."""
    from goodorder.dead_letters import acts

    acts.show(ctx.obj, identity, reason if reveal else None, from_kafka)


@app.command()
def history(ctx: typer.Context, identity: Id, from_kafka: FromKafka = False) -> None:
    """Tell what happened to one: its failures, who did what and why, what was corrected."""
    from goodorder.dead_letters import acts

    acts.history(ctx.obj, identity, from_kafka)


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
    again: Annotated[bool, typer.Option("--again", help="Also what was replayed in vain three times.")] = False,
    patience: Patience = 60,
    from_kafka: FromKafka = False,
) -> None:
    """Have the service that failed try again, from the very bytes it kept."""
    from goodorder.dead_letters import acts

    meant = acts.Meant(tuple(ids or ()), cause, every, service)
    acts.replay(ctx.obj, meant, acts.How(reason, dry_run, patience, from_kafka), again, limit)


@app.command()
def discard(
    ctx: typer.Context,
    reason: Reason,
    ids: Ids = None,
    cause: Cause = None,
    every: Every = False,
    service: OfService = None,
    dry_run: DryRun = False,
    limit: Limit = None,
    patience: Patience = 60,
    from_kafka: FromKafka = False,
) -> None:
    """Give some up; what waits behind them goes on."""
    from goodorder.dead_letters import acts

    meant = acts.Meant(tuple(ids or ()), cause, every, service)
    acts.discard(ctx.obj, meant, acts.How(reason, dry_run, patience, from_kafka), limit)


File = Annotated[Path, typer.Argument(help="Where the value is to be edited.", show_default=False, dir_okay=False)]


@app.command()
def export(ctx: typer.Context, identity: Id, file: File, reason: Reason, from_kafka: FromKafka = False) -> None:
    """Write the value that failed into a file, unmasked, to be corrected there; that you looked is written down."""
    from goodorder.dead_letters import acts

    acts.export(ctx.obj, identity, file, reason, from_kafka)


@app.command()
def correct(
    ctx: typer.Context,
    identity: Id,
    file: File,
    reason: Reason,
    dry_run: DryRun = False,
    patience: Patience = 60,
    from_kafka: FromKafka = False,
) -> None:
    """Have the service that failed try again with the value in a file; the one that failed is kept beside it."""
    from goodorder.dead_letters import acts

    acts.correct(ctx.obj, identity, file, acts.How(reason, dry_run, patience, from_kafka))
