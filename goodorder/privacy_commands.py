"""``goodorder forget``, ``hold``, ``retention`` and ``audit``: what is kept of cases, how long, and who looked."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from goodorder.case_commands import CaseArgument, Machine
from goodorder.house import House
from goodorder.screen import as_json, counted, listing, page, readable

Reason = Annotated[str, typer.Option(help="Why, for the record.", show_default=False)]
Actor = Annotated[str, typer.Option(envvar="USER", help="Who asks.")]


def forget(
    ctx: typer.Context,
    case_id: CaseArgument,
    reason: Reason,
    actor: Actor = "the desk",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget a case for good: its key, and the packets that it alone was read from. Nobody can bring it back."""
    from goodorder.case_file import CaseFiles
    from goodorder.forgetting import forget as forget_case

    house: House = ctx.obj
    whole_id = CaseFiles(house.settings).meant_by(case_id)
    if not yes:
        typer.confirm(f"Forget {whole_id} for good?", abort=True)
    told = forget_case(house, whole_id, actor, reason, datetime.now(UTC))
    kept = f"; {counted(len(told.kept_documents), 'packet')} of other cases kept" if told.kept_documents else ""
    said = f"{whole_id} is forgotten, with {counted(len(told.deleted_documents), 'packet')}{kept}."
    page().print(readable(said), soft_wrap=True)


def hold(
    ctx: typer.Context,
    case_id: CaseArgument,
    reason: Reason,
    actor: Actor = "the desk",
    release: Annotated[bool, typer.Option("--release", help="Hold it no longer.")] = False,
) -> None:
    """Put a case on legal hold: it is not forgotten, whatever the clock says or anybody asks."""
    from goodorder.case_file import CaseFiles
    from goodorder.forgetting import ask
    from schemas.codes import PrivacyRequestKind

    house: House = ctx.obj
    whole_id = CaseFiles(house.settings).meant_by(case_id)
    kind = PrivacyRequestKind.RELEASE if release else PrivacyRequestKind.HOLD
    ask(house, kind, whole_id, actor, reason, datetime.now(UTC))
    said = f"Asked: {whole_id} is {'held no longer' if release else 'on hold from now on'}."
    page().print(readable(said), soft_wrap=True)


def retention(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what is due and what comes next.")] = False,
    actor: Actor = "the desk",
    limit: Annotated[int, typer.Option(help="At most so many cases.")] = 100,
) -> None:
    """Forget the cases whose time is over now; the service does so by itself, too. --dry-run lists them."""
    from goodorder.forgetting import clocks, forget
    from services.cases.retention import why

    house, now = ctx.obj, datetime.now(UTC)
    kept = clocks(house)
    if dry_run:
        table = listing("Case", "Ended", "How", "Kept until", "Hold", wrap=("Hold",))
        for each in kept[:limit]:
            until = f"{each.until:%Y-%m-%d}" + (", due" if each.is_due(now) else "")
            cells = (each.case_id, f"{each.since:%Y-%m-%d}", each.ending.value, until, each.hold or "–")
            table.add_row(*map(readable, cells))
        page().print(table if kept else "No case's time has begun.")
        return
    due = [each for each in kept if each.is_due(now)][:limit]
    for each in due:
        forget(house, each.case_id, actor, why(each.ending, each.since), now)
        page().print(readable(f"{each.case_id} is forgotten."), soft_wrap=True)
    page().print(f"{counted(len(due), 'case')} forgotten." if due else "No case is due.")


def audit(ctx: typer.Context, machine: Machine = False) -> None:
    """List who saw personal data or acted on them, in the console or here, and why; the oldest first."""
    from goodorder.audit import everything

    house: House = ctx.obj
    lines = everything(house.broker())
    if machine:
        page().out(as_json([line.for_machines() for line in lines]))
        return
    table = listing("When", "Who", "What", "Case", "Why", wrap=("What", "Why"))
    for line in lines:
        said = (line.actor, f"{line.what} ({line.tool})", line.case, line.reason)
        table.add_row(f"{line.at:%Y-%m-%d %H:%M}", *map(readable, said))
    page().print(table if lines else "Nobody has looked at anything private.")
