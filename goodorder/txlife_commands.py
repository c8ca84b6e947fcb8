"""``goodorder txlife``: read a TXLife message, or write a submission or an order as one."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from cryptography.exceptions import InvalidTag

from goodorder.faults import Commands, Fault
from goodorder.screen import as_json, page

app = typer.Typer(cls=Commands, no_args_is_help=True, help="ACORD TXLife: 103 and 121 out, 1122 in.")
File = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, show_default=False)]


@app.command()
def read(file: File) -> None:
    """Say what a message says: in our words where its codes are verified, else raw and named as unmapped."""
    from services.cases.txlife.reading import UnreadableMessage
    from services.cases.txlife.reading import read as read_message

    try:
        message = read_message(file.read_bytes())
    except UnreadableMessage as error:
        raise Fault(f"{file.name} cannot be read: {error}", "Ask its sender for a TXLife message.") from error
    said = asdict(message)
    page().out(as_json({**said, "executed_at": message.executed_at.isoformat() if message.executed_at else None}))


@app.command()
def write(
    file: File,
    agency: Annotated[str, typer.Option(help="Who orders.")] = "Goodorder",
    key: Annotated[
        Path | None,
        typer.Option(help="The carrier's or vendor's private key, to open what is sealed for it.", show_default=False),
    ] = None,
) -> None:
    """Write the event in FILE, a submission (103) or an order (121), as a message; unmapped codes go to stderr."""
    from schemas.carrier_events import ApplicationSubmitted
    from schemas.envelope import CloudEvent
    from schemas.requirement_events import RequirementOrdered
    from services.cases.txlife.writing import order, submission

    text = _opened(file.read_text("utf-8"), key)
    try:
        written = submission(CloudEvent[ApplicationSubmitted].model_validate_json(text).data)
    except ValueError:
        try:
            written = order(CloudEvent[RequirementOrdered].model_validate_json(text).data, agency)
        except ValueError as error:
            raise Fault(f"{file.name} is neither a submission nor an order.", "docs/events.md shows both.") from error
    typer.echo(written.content.decode())
    for gap in written.unmapped:
        typer.echo(f"no verified code: {gap}", err=True)


def _opened(text: str, key: Path | None) -> str:
    """The event as its reader has it. Raises :class:`Fault` where it is sealed and no key, or a wrong one, is given."""
    if '"sealedkey"' not in text:
        return text
    if key is None:
        raise Fault("The event is sealed for its reader.", "Name the reader's private key: --key FILE")
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    from samples.opening import opened

    try:
        return json.dumps(opened(json.loads(text), load_pem_private_key(key.read_bytes(), None)))
    except (ValueError, InvalidTag) as error:
        raise Fault(f"{key} does not open this event.", "It is sealed for another reader, or damaged.") from error
