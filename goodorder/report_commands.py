"""``goodorder report``: figures over all cases, from the events."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from goodorder.faults import Commands
from goodorder.house import House
from goodorder.screen import as_json, listing, page
from schemas.base import Contract
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA, ApplicationRead
from schemas.finding_events import VerdictReached
from schemas.topics import INTAKE_APPLICATIONS, VALIDATION_VERDICTS
from services.chassis.private.events import as_masked

if TYPE_CHECKING:
    from goodorder.nigo_report import NigoReport, Share
    from services.chassis.record import Record

app = typer.Typer(cls=Commands, no_args_is_help=True, help="Figures over all cases, from the events.")

Data = TypeVar("Data", bound=Contract)


@app.callback()
def figures() -> None:
    """Reports, each a command."""


@app.command()
def nigo(
    ctx: typer.Context,
    carrier: Annotated[str | None, typer.Option(help="Only this carrier's cases.", show_default=False)] = None,
    machine: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Why applications were not in good order when they first came: by reason, rule, form, carrier and agent."""
    from goodorder.nigo_report import nigo_report

    house: House = ctx.obj
    records = house.broker().read([INTAKE_APPLICATIONS.name, VALIDATION_VERDICTS.name])
    report = nigo_report(_events(records, ApplicationRead), _events(records, VerdictReached), carrier)
    if machine:
        page().out(as_json(asdict(report)))
    else:
        show(report)


def show(report: "NigoReport") -> None:
    """The report as tables, the most frequent and the worst first."""
    from services.validation.rules import rule_book

    if not report.judged:
        page().print("No case has been judged yet.")
        return
    rate = f"{100 * report.nigo / report.judged:.0f} %"
    page().print(f"{report.nigo} of {report.judged} applications were not in good order at first ({rate}).\n")
    demands = {rule.id: rule.demand for rule in rule_book()}
    tables = (
        ("Reason", [(in_words(name), "", number) for name, number in report.by_reason]),
        ("Rule", [(name, demands.get(name, ""), number) for name, number in report.by_rule]),
        ("Form", [(name, "", number) for name, number in report.by_form]),
    )
    for title, rows in tables:
        with_demands = any(demand for _, demand, _ in rows)
        columns = (title, *(("Demands",) if with_demands else ()), "Findings", "Share")
        table = listing(*columns, right=("Findings", "Share"), wrap=("Demands",))
        total = sum(number for *_, number in rows)
        for name, demand, number in rows:
            table.add_row(name, *((demand,) if with_demands else ()), str(number), f"{100 * number / total:.0f} %")
        page().print(table)
        page().print()
    for title, shares in (("Carrier", report.by_carrier), ("Agent", report.by_agent)):
        page().print(_shares(title, shares))
        page().print()


def in_words(reason: str) -> str:
    """``missingForm`` as ``missing form``."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in reason)


def _shares(title: str, shares: "Iterable[Share]") -> object:
    table = listing(title, "Cases", "Not in order", "Share", right=("Cases", "Not in order", "Share"))
    for share in shares:
        table.add_row(share.name, str(share.judged), str(share.nigo), f"{100 * share.rate:.0f} %")
    return table


def _events(records: "Iterable[Record]", data: type[Data]) -> list[Data]:
    """The data of every event of a type; what is none is the services' business, not the report's."""
    wanted, model, found = BY_DATA[data].type, CloudEvent[data], []  # type: ignore[valid-type]
    for record in records:
        if record.value is None or f'"{wanted}"'.encode() not in record.value:
            continue
        try:
            event = model.model_validate_json(as_masked(record.value, data))
        except ValueError:
            continue
        if event.type == wanted:
            found.append(event.data)
    return found
