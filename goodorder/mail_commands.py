"""``goodorder mails``: the mails that did not go out, and what the mail server said."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from goodorder.screen import as_json, counted, in_short, listing, page, readable, state_in_words

_SHOWN = 50


def mails(ctx: typer.Context, machine: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """List mails that wait, were refused, or had no address to go to; the newest first."""
    from goodorder.mails import mails_not_sent
    from goodorder.records import Records

    with Records(ctx.obj.settings).of("notify") as db:
        found = mails_not_sent(db)
    if machine:
        page().out(as_json([mail.as_json() for mail in found]))
        return
    if not found:
        page().print("Every mail went out.")
        return
    now = datetime.now(UTC)
    table = listing("About", "Mail", "Agent", "Age", "What became of it", right=("Age",), wrap=("What became of it",))
    for mail in found[:_SHOWN]:
        about = f"document {mail.about[:10]}" if len(mail.about) == 64 else mail.about
        cells = (about, state_in_words(mail.template), mail.agent_code or "–", in_short(now - mail.at), mail.in_words)
        table.add_row(*map(readable, cells))
    page().print(table)
    page().print(f"{counted(len(found), 'mail')} not sent.")
