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
    """List who opened private values, and which cases were forgotten; the oldest first."""
    from pydantic import ValidationError

    from schemas.envelope import CloudEvent
    from schemas.privacy_events import CaseForgotten, PrivateDataOpened
    from schemas.topics import PRIVATE_ACCESSES, PRIVATE_FORGOTTEN

    house: House = ctx.obj
    rows = []
    for record in house.broker().read([PRIVATE_ACCESSES.name, PRIVATE_FORGOTTEN.name]):
        try:
            if record.topic == PRIVATE_ACCESSES.name:
                seen = CloudEvent[PrivateDataOpened].model_validate_json(record.value or b"").data
                what = f"saw {seen.what} ({seen.tool})"
                rows.append((seen.opened_at, seen.actor, what, ", ".join(seen.case_ids) or "–", seen.reason))
            else:
                gone = CloudEvent[CaseForgotten].model_validate_json(record.value or b"").data
                rows.append((gone.forgotten_at, gone.actor, "forgot it", gone.case_id, gone.reason))
        except ValidationError:
            continue
    rows.sort()
    if machine:
        names = ("at", "actor", "what", "case", "reason")
        page().out(as_json([dict(zip(names, (at.isoformat(), *said), strict=True)) for at, *said in rows]))
        return
    table = listing("When", "Who", "What", "Case", "Why", wrap=("What", "Why"))
    for at, *said in rows:
        table.add_row(f"{at:%Y-%m-%d %H:%M}", *map(readable, said))
    page().print(table if rows else "Nobody has looked at anything private.")
