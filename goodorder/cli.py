"""The command ``goodorder``: every command, and what all of them share."""

from pathlib import Path
from typing import Annotated

import typer

from goodorder import (
    case_commands,
    checking_commands,
    console_commands,
    dead_letters,
    drop_commands,
    filing_commands,
    forms_commands,
    licensing_commands,
    mail_commands,
    privacy_commands,
    report_commands,
    requirements_commands,
    restart_commands,
    rules_commands,
    status_commands,
    txlife_commands,
    upload_commands,
    uploads_commands,
    verify_commands,
    voice_commands,
)
from goodorder.faults import Commands
from goodorder.house import find_house

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Goodorder, the new-business desk: check packets, drop them, follow cases, mend what failed.",
)


@app.callback()
def house(
    ctx: typer.Context,
    data: Annotated[
        Path, typer.Option(envvar="GOODORDER_DATA", help="The data folder of the local stack.", file_okay=False)
    ] = Path(".data"),
) -> None:
    """What all commands share."""
    ctx.obj = find_house(data)


app.command()(checking_commands.check)
app.command()(drop_commands.drop)
app.command("upload-link")(upload_commands.upload_link)
app.command()(filing_commands.inbox)
app.command()(filing_commands.file)
app.command("cover-sheet")(filing_commands.cover_sheet)
app.command()(privacy_commands.forget)
app.command()(privacy_commands.hold)
app.command()(privacy_commands.retention)
app.command()(privacy_commands.audit)
app.command("cases")(case_commands.list_cases)
app.command("case")(case_commands.show_case)
app.command()(voice_commands.decide)
app.command()(voice_commands.require)
app.command()(voice_commands.ask)
app.command()(voice_commands.vendor)
app.command("can-sell")(licensing_commands.can_sell)
app.add_typer(licensing_commands.app, name="licensing")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(forms_commands.app, name="forms")
app.add_typer(rules_commands.app, name="rules")
app.command()(rules_commands.override)
app.add_typer(requirements_commands.app, name="requirements")
app.add_typer(requirements_commands.carriers_app, name="carriers")
app.add_typer(report_commands.app, name="report")
app.add_typer(console_commands.app, name="console")
app.add_typer(txlife_commands.app, name="txlife")
app.command()(uploads_commands.uploads)
app.command()(mail_commands.mails)
app.command()(status_commands.status)
app.command()(restart_commands.restart)
app.command()(verify_commands.verify)


def main() -> None:
    """Entry point of the installed command."""
    app()
