"""``goodorder upload-link``: a form by which an agent without an account here uploads straight into the drop bucket."""

import re
import shlex
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from goodorder.case_choice import is_whole
from goodorder.dropping import DropBucket
from goodorder.faults import Fault
from goodorder.house import House
from goodorder.screen import as_json, facts, moment, page
from services.chassis.upload_link import NoSuchLink, UploadLink, folder_of, media_type_of

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_LENGTH = re.compile(r"(\d{1,5})([mhd])")


def upload_link(
    ctx: typer.Context,
    agent: Annotated[str, typer.Argument(help="Agent code.", show_default=False)],
    case: Annotated[str | None, typer.Option(help="Case id, for a document that comes late.")] = None,
    valid: Annotated[str, typer.Option(help="For how long: 30m, 1h, up to 7d.")] = "1h",
    max_mb: Annotated[
        float | None, typer.Option(min=0.001, help="Largest file.", show_default="what intake takes")
    ] = None,
    file: Annotated[str, typer.Option(help="The file's name: its suffix is the kind that is let in.")] = "packet.pdf",
    machine: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Make a link for uploads into one agent's folder of the drop bucket, and the command that uses it.

    Whoever holds it can put files of that kind and size there until it expires, and can do nothing else.
    """
    house: House = ctx.obj
    if agent not in house.producers():
        raise Fault(f"No agent {agent} is on file: no mail could be sent.", "GOODORDER_PRODUCERS names the file.")
    if case is not None and not is_whole(case):
        raise Fault(f"{case} is no whole case id.", "`goodorder cases` lists them: GO-XXXX-XXXX-XXXX.")
    now = datetime.now(UTC)
    try:
        link = DropBucket(house).upload_link(
            folder_of(agent, case, now),
            now,
            media_type=media_type_of(file),
            largest=int(max_mb * 1_000_000) if max_mb else None,
            valid=_length(valid),
        )
    except NoSuchLink as error:
        raise Fault(f"No such link can be made: {error}.", "See `goodorder upload-link --help`.") from error
    if machine:
        page().out(as_json({**link.as_json(), "curl": curl(link, file)}))
    else:
        _show(link, file)


def _show(link: UploadLink, file: str) -> None:
    page().print(
        facts(
            ("For", f"{link.media_type}, 1 to {link.largest:,} bytes, below {link.folder}"),
            ("Until", moment(link.expires_at)),
            ("POST to", link.url),
        )
    )
    page().print("\nWho has this command can upload; treat it like a password:\n")
    # Not wrapped, not styled: it is there to be copied.
    page().out(curl(link, file), highlight=False)


def curl(link: UploadLink, file: str) -> str:
    """A command that uploads a file by the link."""
    fields = (*link.fields.items(), ("file", f"@{file}"))
    words = [
        "curl",
        "--fail-with-body",
        *(word for name, value in fields for word in ("-F", f"{name}={value}")),
        link.url,
    ]
    return shlex.join(words)


def _length(said: str) -> timedelta:
    match = _LENGTH.fullmatch(said.strip().lower())
    if not match:
        raise Fault(f"{said} is no length of time.", "Say minutes, hours or days: 30m, 1h, 2d.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
