"""``goodorder verify``: is anything lost, doubled or out of order?"""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from goodorder.house import House
from goodorder.screen import as_json, page

_BROKEN = 1


def verify(
    ctx: typer.Context,
    grace: Annotated[
        float, typer.Option(min=0, help="Seconds that work may be under way before it counts as lost.")
    ] = 600,
    read_bytes: Annotated[
        bool, typer.Option("--bytes/--no-bytes", help="Also compare the bytes of every document with its id.")
    ] = False,
    rules: Annotated[bool, typer.Option("--rules", help="Only list what is looked at.")] = False,
    machine: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Compare S3, Kafka, the databases and the mailbox with one another; changes nothing.

    Exit code: 0 every rule holds, 1 one does not, 2 a part of the house cannot be read.
    """
    # Only what a command needs is loaded: `--help` must not take seconds.
    from goodorder.verify import report
    from goodorder.verify.reading import read_books
    from goodorder.verify.rule import judge
    from goodorder.verify.rules import ALL

    if rules:
        page().print(report.the_rules())
        return
    house: House = ctx.obj
    books = read_books(house, lambda: datetime.now(UTC), read_bytes)
    judgement = judge(books, ALL, timedelta(seconds=grace))
    if machine:
        page().out(as_json(report.for_machines(judgement)))
    else:
        page().print(report.in_words(judgement))
    raise typer.Exit(0 if judgement.is_clean else _BROKEN)
