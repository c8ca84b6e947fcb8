"""``goodorder forms``: learn a new form from its blank, and look at the zones of a form on file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from goodorder.dropping import read_file
from goodorder.faults import Fault
from goodorder.house import House
from goodorder.screen import counted, facts, listing, page, readable
from schemas.carrier import CarrierDataError, CarrierForm, carrier_folders, load_carriers
from schemas.codes import FormKind

if TYPE_CHECKING:
    from services.intake.learning.learned import Learned

app = typer.Typer(no_args_is_help=True, help="The carriers' forms: learn a new one, look at its zones.")

_SHOWN = 12
"""Doubtful fields that are listed on the screen; form.yaml has them all."""

_LONGEST_NAME = 32

Blank = Annotated[Path, typer.Argument(metavar="BLANK.pdf", exists=True, dir_okay=False, help="The empty form.")]
CarrierId = Annotated[str, typer.Option("--carrier", help="Its carrier's folder; made when it is not there.")]


@app.command("learn")
def learn_form(
    ctx: typer.Context,
    blank: Blank,
    carrier: CarrierId,
    form_id: Annotated[str | None, typer.Option("--id", help="The form's folder. Usual: number and edition.")] = None,
    kind: Annotated[FormKind | None, typer.Option(help="What the form is for.")] = None,
    number: Annotated[str | None, typer.Option(help="Form number as printed.")] = None,
    edition: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Edition as year and month.")] = None,
    printed: Annotated[str | None, typer.Option(help="The line that names form and edition on each page.")] = None,
    title: Annotated[str | None, typer.Option(help="The form's title.")] = None,
    language: Annotated[str | None, typer.Option(help="en, fr, sv or ms.")] = None,
    accepted_from: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="First signed date it is good for.")
    ] = None,
    state: Annotated[
        list[str] | None, typer.Option(help="A state it may be used in, for a state's variant; may be repeated.")
    ] = None,
) -> None:
    """Draft a form's folder from its blank PDF: zones, types, and what each field means, to be confirmed by you."""
    from services.intake.learning.apart import learn_apart  # slow to load
    from services.intake.learning.form_file import file_form
    from services.intake.learning.learned import CannotLearnError, Told

    house: House = ctx.obj
    told = Told(
        id=form_id,
        kind=kind,
        number=number,
        edition=edition,
        printed=printed,
        title=title,
        language=language,
        accepted_from=accepted_from.replace(tzinfo=UTC).date() if accepted_from else None,
        states=tuple(code.upper() for code in state or ()),
    )
    _check_id(carrier)
    try:
        learned = learn_apart(read_file(blank), told, _products(house, carrier))
        filed = file_form(learned, house.carriers_folder, carrier)
    except CannotLearnError as error:
        raise Fault(f"{blank}: {error}") from error
    form = learned.form
    known = sum(draft.means is not None for draft in learned.drafts)
    page().print(
        facts(
            ("Form", f"{form.id}: {form.title} ({form.kind}, {form.language})"),
            ("Printed", f"{form.printed!r} on {counted(form.page_count, 'page')}"),
            ("Fields", f"{len(form.fields)}, of which {known} mean something in an application"),
            (
                "Zones",
                "proposed from lines and boxes: check each" if learned.from_drawing else "from the blank's fields",
            ),
            ("To confirm", counted(len(form.confirm), "field")),
            ("Folder", filed.folder),
        )
    )
    _list_doubts(learned)
    for remark in learned.remarks:
        page().print(readable(f"Mind: {remark}", "open"))
    if filed.new_carrier:
        to_complete = filed.folder.parents[1] / "carrier.yaml"
        page().print(readable(f"Mind: {carrier} is new: complete {to_complete}.", "open"), soft_wrap=True)
    next_step = f"Next: goodorder forms show {form.id}, then correct {filed.folder / 'form.yaml'}."
    page().print(readable(next_step), soft_wrap=True)


@app.command("show")
def show_form(
    ctx: typer.Context,
    form_id: Annotated[str, typer.Argument(metavar="ID", help="The form's id, its folder's name.")],
    out: Annotated[
        Path | None, typer.Option(file_okay=False, help="Folder for the pictures. Usual: forms-ID here.")
    ] = None,
) -> None:
    """Draw each page of a form with its zones: colour for type, name, meaning; yellow = not yet confirmed."""
    from services.intake.learning.zone_picture import zone_pictures  # slow to load
    from services.intake.reading.catalogue import load_blank

    house: House = ctx.obj
    blank = load_blank(_form_on_file(house, form_id))
    folder = out or Path(f"forms-{form_id}")
    folder.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(zone_pictures(blank), start=1):
        file = folder / f"{form_id}-page-{number}.png"
        picture.save(file, optimize=True)
        page().print(readable(file))
    if blank.form.confirm:
        page().print(readable(f"{counted(len(blank.form.confirm), 'field')} to confirm, drawn in yellow.", "open"))


def _check_id(carrier: str) -> None:
    if not carrier.replace("-", "").isalnum() or carrier != carrier.lower():
        raise Fault(f"{carrier!r} is no carrier's id.", "Use small letters, digits and hyphens; it names Kafka topics.")


def _products(house: House, carrier: str) -> dict[str, str]:
    """The carrier's products by code; none for a carrier that is not on file yet."""
    folder = house.carriers_folder
    if not (folder / carrier / "carrier.yaml").exists():
        return {}
    return {product.code: product.name for product in load_carriers(folder)[carrier].file.products}


def _form_on_file(house: House, form_id: str) -> CarrierForm:
    folder = house.carriers_folder
    if not carrier_folders(folder):
        raise CarrierDataError(f"{folder}: no carrier found; each carrier is a folder with a carrier.yaml")
    forms = [held for carrier in load_carriers(folder).values() for held in carrier.forms]
    found = next((held for held in forms if held.form.id == form_id), None)
    if found is None:
        raise Fault(f"No form {form_id!r} on file.", "On file are: " + ", ".join(held.form.id for held in forms) + ".")
    return found


def _list_doubts(learned: "Learned") -> None:
    """The doubtful drafts, the surest first: those that mean something come before those that are kept aside."""
    waiting = set(learned.form.confirm)
    doubtful = sorted(
        (draft for draft in learned.drafts if draft.field.field.name in waiting), key=lambda draft: -draft.score
    )
    if not doubtful:
        return
    table = listing("page", "field", "printed", "means", "score", right=("page", "score"), wrap=("printed", "means"))
    for draft in doubtful[:_SHOWN]:
        name = draft.field.field.name
        table.add_row(
            str(draft.field.field.page),
            readable(name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"),
            readable(draft.field.caption),
            readable(learned.form.fields[name].means),
            f"{draft.score:.0%}",
        )
    page().print(table)
    if len(doubtful) > _SHOWN:
        page().print(
            readable(f"... and {len(doubtful) - _SHOWN} more, all listed under `confirm` in form.yaml.", "quiet")
        )
