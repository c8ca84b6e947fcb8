"""``goodorder requirements`` and ``goodorder carriers``: forecast, what runs out when, asking for more, checking."""

import getpass
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from goodorder.case_commands import CaseArgument
from goodorder.faults import Commands, Fault
from goodorder.house import House
from goodorder.screen import as_json, page, readable
from schemas.codes import AgeBasis, ReasonSource, RequestAction, RequirementKind

if TYPE_CHECKING:
    from schemas.carrier import Carrier

app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="What carriers require: forecast it, see what runs out, ask for more."
)
carriers_app = typer.Typer(cls=Commands, no_args_is_help=True, help="The carriers' files: check them.")

Machine = Annotated[bool, typer.Option("--json", help="For machines.")]


@app.command()
def forecast(
    ctx: typer.Context,
    carrier: Annotated[str, typer.Option(help="Carrier id.", show_default=False)],
    age: Annotated[int, typer.Option(min=0, max=120, help="On the grid's own basis.", show_default=False)],
    face: Annotated[str, typer.Option(metavar="DOLLARS", help="Applied for.", show_default=False)],
    product: Annotated[str | None, typer.Option(help="Product code.", show_default="the carrier's main grid")] = None,
    other: Annotated[str, typer.Option(metavar="DOLLARS", help="Other cover that the carrier counts in.")] = "0",
    state: Annotated[str | None, typer.Option(help="Of residence.", show_default=False)] = None,
    tobacco: Annotated[bool, typer.Option("--tobacco", help="The insured uses tobacco.")] = False,
    answers: Annotated[
        str, typer.Option(help="Questions answered yes, e.g. medical.diabetes,lifestyle.aviation.", show_default=False)
    ] = "",
    condition: Annotated[
        list[str] | None, typer.Option(help="A condition in the details; may be repeated.", show_default=False)
    ] = None,
    last_seen: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="By the physician.", show_default="not known"),
    ] = None,
    electronic: Annotated[bool, typer.Option("--electronic", help="Not an application on paper.")] = False,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Signed on.", show_default="today")
    ] = None,
    machine: Machine = False,
) -> None:
    """Tell what a carrier would ask for, why, who orders it, and what the next age and the next amount change."""
    from goodorder.requirements_report import forecast_as_json, show_forecast
    from services.requirements.facts import Condition, Cover, Facts
    from services.requirements.forecast import forecast as foresee

    house: House = ctx.obj
    asked_of = _carrier(house, carrier)
    if product is not None and asked_of.product(product) is None:
        codes = ", ".join(each.code for each in asked_of.file.products)
        raise Fault(f"{carrier} has no product {product}.", f"Products: {codes}.")
    added, yes = _dollars(other), _answers(answers, asked_of)
    facts = Facts(
        ages=dict.fromkeys(AgeBasis, age),
        face=_dollars(face),
        day=on.date() if on else datetime.now(UTC).date(),
        product=product,
        other=(Cover(added, company=_own_name(asked_of, product)),) if added else (),
        yes=yes | ({"insured.tobacco"} if tobacco else set()),
        conditions=tuple(Condition(text.lower(), None) for text in condition or ()),
        last_seen=last_seen.date() if last_seen else None,
        state=state.upper() if state else None,
        paper=not electronic,
    )
    found = foresee(asked_of, facts)
    if machine:
        page().out(as_json(forecast_as_json(found, asked_of)))
    else:
        page().print(show_forecast(found, asked_of, facts))


@app.command()
def radar(
    ctx: typer.Context,
    days: Annotated[int, typer.Option(min=0, help="So many days ahead.")] = 30,
    machine: Machine = False,
) -> None:
    """List what is to be looked at next and what runs out, over all cases, the nearest date first."""
    from goodorder.records import Records
    from goodorder.requirements_report import blips_as_json, show_blips
    from services.requirements import store
    from services.requirements.radar import blips

    house: House = ctx.obj
    until = datetime.now(UTC) + timedelta(days=days)
    with Records(house.settings).of("requirements") as db:
        found = blips(store.every_case(db), until)
    if machine:
        page().out(as_json(blips_as_json(found)))
    elif found:
        page().print(show_blips(found, datetime.now(UTC)))
    else:
        page().print(f"Nothing is due within {days} days.")


@app.command()
def ask(
    ctx: typer.Context,
    case_id: CaseArgument,
    kind: Annotated[RequirementKind, typer.Argument(metavar="KIND", help="E.g. aps, paramed.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why, for the record.", show_default=False)],
    action: Annotated[RequestAction, typer.Option(metavar="ACTION", help="ask, order_again, waive or received.")] = (
        RequestAction.ASK
    ),
    about: Annotated[str | None, typer.Option(help="Which one of its kind, e.g. a physician.", show_default=False)] = (
        None
    ),
) -> None:
    """Ask for a requirement that the tables do not, order one anew, waive one, or say that one came in."""
    from goodorder.case_file import CaseFiles
    from goodorder.saying import said
    from schemas.requirement_events import RequirementRequest
    from schemas.topics import REQUIREMENTS_REQUESTS

    house: House = ctx.obj
    whole_id = CaseFiles(house.settings).meant_by(case_id)
    identity, now = str(uuid.uuid4()), datetime.now(UTC)
    asked = RequirementRequest(
        request_id=identity,
        case_id=whole_id,
        action=action,
        kind=kind,
        about=about,
        asked_by=ReasonSource.PERSON,
        asker=getpass.getuser(),
        reason=reason,
        effective_at=now,
    )
    event = said(asked, whole_id, now, identity=identity)
    place = house.broker().publish(REQUIREMENTS_REQUESTS.name, whole_id, event)
    what = action.value.replace("_", " ")
    page().print(readable(f"Requested for {whole_id}: {what} {kind.value} ({place})"), soft_wrap=True)
    page().print(readable(f"What came of it: goodorder case {whole_id}", "quiet"))


@carriers_app.command("check")
def check_carriers(
    ctx: typer.Context,
    carrier: Annotated[str | None, typer.Argument(metavar="CARRIER", help="Id.", show_default="all")] = None,
    machine: Machine = False,
) -> None:
    """Check what carriers require: gaps and overlaps in grids, unknown questions, what nobody orders or verified.

    Exit code: 0 sound, 1 something would stop an application.
    """
    from goodorder.requirements_report import faults_as_json, show_faults
    from services.requirements.soundness import faults

    house: House = ctx.obj
    chosen = {carrier: _carrier(house, carrier)} if carrier else house.carriers()
    found = {each.id: faults(each) for each in chosen.values()}
    if machine:
        page().out(as_json(faults_as_json(found)))
    else:
        page().print(show_faults(found, chosen), soft_wrap=True)
    if any(fault.stops for each in found.values() for fault in each):
        raise typer.Exit(1)


def _carrier(house: House, carrier_id: str) -> "Carrier":
    carriers = house.carriers()
    if carrier_id not in carriers:
        raise Fault(f"No carrier {carrier_id} is on file.", f"Carriers: {', '.join(carriers)}.")
    return carriers[carrier_id]


def _answers(said: str, carrier: "Carrier") -> frozenset[str]:
    """Paths of questions; a question's bare id will do."""
    asked = {
        f"{section}.{question}"
        for held in carrier.forms
        for section, questions in (("medical", held.form.medical), ("lifestyle", held.form.lifestyle))
        for question in questions
    }
    asked |= {path for trigger in carrier.book.triggers for path in trigger.yes}
    found = set()
    for word in filter(None, (part.strip() for part in said.split(","))):
        meant = [path for path in sorted(asked) if word in (path, path.partition(".")[2])]
        if not meant:
            known = ", ".join(sorted(asked))
            raise Fault(f"No form of {carrier.id} asks {word}.", f"Questions: {known}.")
        found.add(meant[0])
    return frozenset(found)


def _own_name(carrier: "Carrier", product: str | None) -> str:
    """A company's name that the carrier counts as its own."""
    grid = carrier.book.grid_for(product)
    names = grid.adds_up.own_names if grid and grid.adds_up else ()
    return names[0] if names else ""


def _dollars(said: str) -> Decimal:
    digits = said.strip().removeprefix("$").replace(",", "").replace("_", "")
    if not digits.replace(".", "", 1).isdigit():
        raise Fault(f"{said} is no amount in dollars.", "Write it like 250000.")
    return Decimal(digits)
