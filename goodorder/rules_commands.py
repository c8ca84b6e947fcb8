"""``goodorder rules`` and ``goodorder override``: the rules, what a change would do, setting a finding aside."""

import getpass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from goodorder.case_commands import CaseArgument
from goodorder.faults import Commands, Fault
from goodorder.house import House
from goodorder.screen import as_json, counted, listing, page, readable
from schemas.codes import OverrideKind, Verdict

if TYPE_CHECKING:
    from services.validation.judging import Change

app = typer.Typer(cls=Commands, no_args_is_help=True, help="The rules of good order: list them, try a change.")

Machine = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command("list")
def list_rules(machine: Machine = False) -> None:
    """List every rule: severity, version, what it demands, how far it is decided."""
    from services.validation.left_to_people import standing_of
    from services.validation.rules import rule_book

    rows = [
        {
            "rule": rule.id,
            "severity": rule.severity.value,
            "version": rule.version,
            "standing": standing_of(rule.id).value,
            "demand": rule.demand,
            "citation": rule.citation,
        }
        for rule in sorted(rule_book(), key=lambda rule: rule.id)
    ]
    if machine:
        page().out(as_json(rows))
        return
    table = listing("Rule", "", "v", "Demands", "Standing", right=("v",), wrap=("Demands",))
    for row in rows:
        table.add_row(*(str(row[name]) for name in ("rule", "severity", "version", "demand", "standing")))
    page().print(table)


@app.command("try")
def try_rules(
    ctx: typer.Context,
    carrier: Annotated[str, typer.Option(help="Whose cases.", show_default=False)],
    since: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Received since.", show_default=False)
    ],
    machine: Machine = False,
) -> None:
    """Tell which stored cases the rules and carriers' data on this machine would judge otherwise; nothing is changed.

    Exit code: 0 no verdict would change, 1 one would.
    """
    from goodorder.access import opened_for
    from goodorder.records import Records
    from services.validation import store
    from services.validation.judging import would_change

    house: House = ctx.obj
    carriers = house.carriers()
    if carrier not in carriers:
        raise Fault(f"No carrier {carrier} is on file.", f"Carriers: {', '.join(carriers)}.")
    vault = opened_for(
        house,
        getpass.getuser(),
        "goodorder rules try",
        f"applications of {carrier} received since {since:%Y-%m-%d}, judged again; none of their values is shown",
        "Rules or a carrier's data are tried on them.",
    )
    with Records(house.settings, vault).of("validation") as db:
        stored = store.judged_since(db, carrier, since.date())
    changes = tuple(would_change(stored, carriers))
    if machine:
        page().out(as_json({"judged": len(stored), "changes": [_as_json(change) for change in changes]}))
    else:
        _show(changes, len(stored))
    if any(change.verdict_changes for change in changes):
        raise typer.Exit(1)


def _as_json(change: "Change") -> dict[str, object]:
    return {**vars(change), "before": change.before.value, "after": change.after.value}


def _show(changes: "tuple[Change, ...]", judged: int) -> None:
    turned = sum(change.verdict_changes for change in changes)
    if changes:
        table = listing("Case", "Was", "Would be", "New findings", "Gone", wrap=("New findings", "Gone"))
        for change in changes:
            before, after = ("in good order" if v is Verdict.IGO else "NOT" for v in (change.before, change.after))
            table.add_row(change.case_id, before, after, ", ".join(change.appeared), ", ".join(change.gone))
        page().print(table)
    page().print(
        f"{counted(judged, 'case')} judged again: {counted(turned, 'verdict')} would change, "
        f"{counted(len(changes) - turned, 'case')} would have other findings only."
    )


def override(
    ctx: typer.Context,
    case_id: CaseArgument,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Rule id, e.g. V-23.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why, for the record.", show_default=False)],
    at: Annotated[str | None, typer.Option(help="Only the finding at this path.", show_default=False)] = None,
    false_alarm: Annotated[bool, typer.Option("--false-alarm", help="The finding is wrong.")] = False,
) -> None:
    """Set a rule's findings on a case aside: what blocks cannot be, only be called a false alarm."""
    from goodorder.case_file import CaseFiles
    from goodorder.records import Records
    from goodorder.saying import said
    from schemas.finding_events import OverrideFinding
    from schemas.topics import VALIDATION_OVERRIDE_REQUESTS
    from services.validation import store
    from services.validation.overrides import CannotOverride, chosen

    house: House = ctx.obj
    whole_id = CaseFiles(house.settings).meant_by(case_id)
    kind = OverrideKind.FALSE_ALARM if false_alarm else OverrideKind.ACCEPTED
    with Records(house.settings).of("validation") as db:
        found = store.last_verdict(db, whole_id)
    try:
        chosen(found.findings if found else (), rule.upper(), at, kind)
    except CannotOverride as error:
        message, _, remedy = str(error).partition(". ")
        raise Fault(f"Case {whole_id}: {message}.", remedy) from error
    asked = OverrideFinding(
        case_id=whole_id, rule=rule.upper(), at=at, kind=kind, actor=getpass.getuser(), reason=reason
    )
    event = said(asked, whole_id, datetime.now(UTC))
    place = house.broker().publish(VALIDATION_OVERRIDE_REQUESTS.name, whole_id, event)
    page().print(readable(f"Asked to set {asked.rule} aside on {whole_id} ({place})"), soft_wrap=True)
    page().print(readable(f"What came of it: goodorder case {whole_id}", "quiet"))
