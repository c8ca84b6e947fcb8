"""``goodorder licensing import`` and ``goodorder can-sell``: take producers' records in, and ask who may sell what."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from goodorder import can_sell_report
from goodorder.faults import Fault
from goodorder.house import House
from goodorder.licensing_directory import on_file
from goodorder.saying import said
from goodorder.screen import as_json, counted, page, readable
from schemas.carrier import Carrier
from schemas.envelope import CloudEvent
from schemas.events import ProducerImported
from schemas.licensing import ProducerRecord
from schemas.topics import LICENSING_IMPORTS
from services.licensing.folder import LicensingFileError, read_folder
from services.validation.can_sell import Sale, SellStatus, plain_code
from services.validation.can_sell import can_sell as answer_on

_MAY_NOT = 1
"""Exit code: the answer is not a yes."""
_YES = frozenset({SellStatus.OK, SellStatus.JIT_IN_PROGRESS})

app = typer.Typer(no_args_is_help=True, help="The producer directory: who is licensed, appointed, trained, insured.")


@app.callback()
def licensing() -> None:
    """The producer directory."""


@app.command("import")
def import_folder(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", exists=True, file_okay=False, help="CSV files.", show_default=False)
    ],
) -> None:
    """Take producers' records in from CSV files; done twice it changes nothing.

    FOLDER holds producers.csv and, as far as there is something, licenses.csv, appointments.csv, training.csv and
    errors_and_omissions.csv. Each producer's record is replaced as a whole; who is not in the folder stays as is.
    """
    house: House = ctx.obj
    records, now = _read(folder), datetime.now(UTC)
    events = {record.agent_code: _imported(record, now, str(folder)) for record in records}
    house.broker().publish_all(LICENSING_IMPORTS.name, events)
    page().print(readable(f"{counted(len(records), 'producer')} of {folder} handed to licensing."), soft_wrap=True)
    page().print(
        readable("What differs from the file there is published; open applications are judged again.", "quiet")
    )


def can_sell(
    ctx: typer.Context,
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="Agent code.", show_default=False)],
    state: Annotated[str, typer.Option(help="Where the application is signed, e.g. IA.", show_default=False)],
    carrier: Annotated[str, typer.Option(help="The carrier's id, e.g. aldermoor.", show_default=False)],
    product: Annotated[str | None, typer.Option(help="The carrier's product code.", show_default=False)] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Day of the signing.", show_default="today"),
    ] = None,
    received: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Day of the receipt.", show_default="as --on"),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Count days left from.", show_default="receipt"),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="Ask these CSV files instead of the directory.", exists=True, file_okay=False),
    ] = None,
    machine: Annotated[bool, typer.Option("--json", help="For machines; the shape is stable.")] = False,
) -> None:
    """May this agent sell this here? Licence, appointment or its clock, training and cover on the day of the signing.

    Exit code: 0 yes (also while an appointment clock runs), 1 no or not certain, 2 cannot say.
    """
    house: House = ctx.obj
    held_carrier, where = _carrier(house, carrier, product), _state(state)
    signed = (on or datetime.now(UTC).astimezone()).date()
    arrived = received.date() if received else signed
    sale = Sale(held_carrier, product, where, signed, arrived, as_of.date() if as_of else arrived)
    _in_order(sale)
    producer = _producer(house, agent, folder)
    answer = answer_on(producer, sale) if producer else None
    if machine:
        page().out(as_json(can_sell_report.for_machines(agent, sale, answer)))
    else:
        page().print(can_sell_report.for_people(agent, producer, sale, answer))
    if answer is None or answer.status not in _YES:
        raise typer.Exit(_MAY_NOT)


def _read(folder: Path) -> tuple[ProducerRecord, ...]:
    try:
        return read_folder(folder)
    except LicensingFileError as error:
        raise Fault(str(error)) from error


def _imported(record: ProducerRecord, now: datetime, source: str) -> CloudEvent[ProducerImported]:
    return said(ProducerImported(record=record, imported_at=now, source=source), record.agent_code, now)


def _carrier(house: House, meant: str, product: str | None) -> Carrier:
    carriers = house.carriers()
    if meant not in carriers:
        raise Fault(f"No carrier {meant} is on file.", f"Carriers: {', '.join(carriers)}.")
    carrier = carriers[meant]
    if product is not None and carrier.product(product) is None:
        known = ", ".join(each.code for each in carrier.file.products)
        raise Fault(f"{carrier.file.name} has no product {product}.", f"Products: {known}.")
    return carrier


def _state(said: str) -> str:
    state = said.strip().upper()
    if len(state) != 2 or not (state.isascii() and state.isalpha()):
        raise Fault(f"{said} is no state.", "Give its two letters, e.g. --state IA.")
    return state


def _in_order(sale: Sale) -> None:
    if not _are_in_order(sale.signed_on, sale.received_on, sale.today):
        raise Fault(
            f"Signed {sale.signed_on}, received {sale.received_on}, as of {sale.today}: these days run backwards.",
            "Correct --on, --received or --as-of.",
        )


def _are_in_order(*days: date) -> bool:
    return sorted(days) == list(days)


def _producer(house: House, agent: str, folder: Path | None) -> ProducerRecord | None:
    """The agent's record; ``None`` when nobody of that code is on file."""
    code = plain_code(agent)
    if folder is not None:
        return next((record for record in _read(folder) if plain_code(record.agent_code) == code), None)
    records = on_file(house)
    if not records:
        raise Fault("The producer directory is empty.", "Fill it: goodorder licensing import FOLDER")
    return next((record for record in records if plain_code(record.agent_code) == code), None)
