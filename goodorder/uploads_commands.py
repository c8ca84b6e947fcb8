"""``goodorder uploads``: what lies in the drop bucket, and what became of it."""

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Group

from goodorder.screen import as_json, counted, in_short, listing, page, readable

if TYPE_CHECKING:
    from services.console.operations.uploads import Found

_SHOWN = 50


def uploads(
    ctx: typer.Context,
    agent: Annotated[str | None, typer.Argument(help="Agent code, or any part of the key.", show_default="all")] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="Objects of the bucket to look at.")] = 20_000,
    machine: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Show what was uploaded, the newest first, and what became of each: what intake has not taken shows as such."""
    from goodorder.uploads import uploads_found

    found = [each for each in uploads_found(ctx.obj, most) if agent is None or agent in each.key]
    now = datetime.now(UTC)
    if machine:
        page().out(as_json([_for_machines(each) for each in found]))
    elif found:
        page().print(_as_list(found, now))
    else:
        where = f" with {agent} in its name" if agent else ""
        page().print(f"Nothing lies in the drop bucket{where}: what is not there was not uploaded.")


def _as_list(found: list["Found"], now: datetime) -> Group:
    table = listing(
        "Age", "Key", "Bytes", "What became of it", right=("Age", "Bytes"), wrap=("Key", "What became of it")
    )
    for each in found[:_SHOWN]:
        table.add_row(
            in_short(now - each.uploaded_at),
            readable(each.key),
            f"{each.size:,}",
            readable(_became(each), "bad" if each.is_stuck(now) else ""),
        )
    counts = Counter(each.stage for each in found)
    total = (
        f"{counted(len(found), 'upload')}: {', '.join(f'{number} {stage}' for stage, number in counts.most_common())}."
    )
    return Group(table, readable(total))


def _became(each: "Found") -> str:
    if each.case_id:
        return f"case {each.case_id}"
    return f"{each.stage}: {each.refusal}" if each.refusal else str(each.stage)


def _for_machines(each: "Found") -> dict[str, Any]:
    return {
        "key": each.key,
        "version_id": each.version_id,
        "size": each.size,
        "uploaded_at": each.uploaded_at.isoformat(),
        "stage": each.stage,
        "document_id": each.document_id,
        "case_id": each.case_id,
        "refusal": each.refusal,
    }
