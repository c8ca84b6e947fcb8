"""``goodorder forget`` and ``goodorder audit``: forget a case for good, and see who looked at private values."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from goodorder.case_commands import CaseArgument, Machine
from goodorder.house import House
from goodorder.screen import as_json, counted, listing, page, readable


def forget(
    ctx: typer.Context,
    case_id: CaseArgument,
    reason: Annotated[str, typer.Option(help="Why, for the record.", show_default=False)],
    actor: Annotated[str, typer.Option(envvar="USER", help="Who forgets it.")] = "the desk",
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
