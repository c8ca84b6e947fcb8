"""``goodorder cases`` and ``goodorder case``: where every case stands, and all about one."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from goodorder.faults import Fault
from goodorder.house import House
from goodorder.screen import as_json, page
from schemas.codes import CaseState, Owing

Machine = Annotated[bool, typer.Option("--json", help="For machines.")]
CaseArgument = Annotated[str, typer.Argument(metavar="CASE", help="Case id, or how it begins.", show_default=False)]


def list_cases(
    ctx: typer.Context,
    state: Annotated[
        CaseState | None, typer.Option(metavar="STATE", help="Only cases in this state.", show_default=False)
    ] = None,
    owner: Annotated[
        Owing | None, typer.Option(metavar="WHO", help="Only cases that wait for these.", show_default=False)
    ] = None,
    agent: Annotated[str | None, typer.Option(help="Only this agent's.", show_default=False)] = None,
    machine: Machine = False,
) -> None:
    """List the cases, the one that changed last first."""
    from goodorder import case_report
    from goodorder.case_file import CaseFiles

    house: House = ctx.obj
    found = CaseFiles(house.settings).summaries(state, owner, agent)
    if machine:
        page().out(as_json([case.as_json() for case in found]))
    elif found:
        page().print(case_report.as_list(found, datetime.now(UTC), page().width))
    else:
        page().print(
            "No cases yet. Drop a packet: goodorder drop FILE"
            if (state, owner, agent) == (None, None, None)
            else "No case is like that."
        )


def show_case(
    ctx: typer.Context,
    case_id: CaseArgument,
    machine: Machine = False,
    reveal: Annotated[bool, typer.Option("--reveal", help="Also why its requirements are there; on record.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why you look, with --reveal.", show_default=False)] = None,
    actor: Annotated[str, typer.Option(envvar="USER", help="Who looks.")] = "the desk",
) -> None:
    """Show one case: its state, the carrier's word, what to fix, requirements, mails, timeline."""
    from goodorder import case_report
    from goodorder.access import opened_for
    from goodorder.case_file import CaseFiles

    house: House = ctx.obj
    files = CaseFiles(house.settings)
    now, whole_id = datetime.now(UTC), files.meant_by(case_id)
    if reveal:
        if not reason:
            raise Fault("To reveal private values takes a reason.", "Say why you look: --reason WORDS")
        what = "why its requirements are there"
        files = CaseFiles(house.settings, opened_for(house, actor, "goodorder case --reveal", what, reason, [whole_id]))
    file = files.read(whole_id, now)
    if machine:
        page().out(as_json(case_report.for_machines(file)))
    else:
        page().print(case_report.in_full(file, now))
