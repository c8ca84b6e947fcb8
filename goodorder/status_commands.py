"""``goodorder status``: is anything lost or stuck, what do I do, and how does every part stand?"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from goodorder.faults import Fault
from goodorder.health import PartHealth, look
from goodorder.house import House
from goodorder.screen import as_json, counted, facts, listing, page, readable, state_in_words

if TYPE_CHECKING:
    from services.console.operations.troubles import Trouble

_UNWELL = 1


def status(ctx: typer.Context, machine: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """Say whether anything is lost or stuck and what to do; then every part, cases by state, mails.

    Exit code: 0 all is well, 1 something is stuck or not ready, 2 no stack to be seen.
    """
    from goodorder.trouble import troubles

    house: House = ctx.obj
    health = look(house)
    found = troubles(house, health, datetime.now(UTC))
    cases, mails = _cases_by_state(house), _mails_by_outcome(house)
    waiting = _documents_waiting(house)
    if machine:
        said = {
            "troubles": [trouble.as_json() for trouble in found],
            "parts": [part.as_json() for part in health.parts],
            "cases": dict(cases),
            "mails": dict(mails),
            "inbox": waiting,
        }
        page().out(as_json(said))
    else:
        page().print(_what_is_stuck(found))
        page().print(_in_words(house, health.parts, cases, mails, waiting))
    raise typer.Exit(_UNWELL if found or not all(part.is_well for part in health.parts) else 0)


def _what_is_stuck(found: Sequence["Trouble"]) -> RenderableType:
    if not found:
        return readable("Nothing is lost, nothing is stuck.\n", "good")
    lines: list[RenderableType] = [readable(f"{counted(len(found), 'trouble')}, the worst first:", "bad")]
    for number, trouble in enumerate(found, 1):
        lines.append(readable(f"{number}. {trouble.what}"))
        lines.append(readable(f"   {trouble.do}   (docs/runbook.md: {trouble.runbook})", "bold"))
    return Group(*lines, Text())


def _in_words(
    house: House, parts: Sequence[PartHealth], cases: Counter[str], mails: Counter[str], waiting: int
) -> RenderableType:
    table = listing(
        "Part", "State", "Pid", "Port", "Restarts", "Behind", "Dead letters",
        right=("Pid", "Port", "Restarts", "Behind", "Dead letters"),
    )  # fmt: skip
    for part in parts:
        table.add_row(
            readable(part.name, "bold"),
            readable(part.state, "good" if part.is_ready else "bad"),
            _or_dash(part.pid),
            _or_dash(part.port),
            _or_dash(part.restarts),
            _or_dash(part.behind),
            readable(_or_dash(part.dead_letters), "bad" if part.dead_letters else ""),
        )
    below = facts(
        ("Cases", _counted(cases) or "none yet"),
        ("Mails", _counted(mails) or "none yet"),
        ("Inbox", f"{counted(waiting, 'document')} for a person: goodorder inbox" if waiting else "empty"),
        ("Data", house.data),
        ("Logs", f"{house.stack.logs}/<part>.log" if house.stack else None),
    )
    return Group(table, Text(), below)


def _cases_by_state(house: House) -> Counter[str]:
    from goodorder.case_file import CaseFiles

    try:
        return Counter(str(case.state) for case in CaseFiles(house.settings).summaries())
    except Fault:
        # Before the first start there are no records: that is said by the parts.
        return Counter()


def _mails_by_outcome(house: House) -> Counter[str]:
    from goodorder.records import Records
    from services.notify.store import by_state

    try:
        with Records(house.settings).of("notify") as db:
            return Counter(by_state(db))
    except Fault:
        return Counter()


def _documents_waiting(house: House) -> int:
    from goodorder.records import Records
    from services.intake import casebook

    try:
        with Records(house.settings).of("intake") as db:
            return casebook.how_many_wait(db)
    except Fault:
        return 0


def _counted(things: Counter[str]) -> str:
    return ", ".join(f"{number} {state_in_words(name)}" for name, number in things.most_common())


def _or_dash(value: object) -> str:
    return "–" if value is None else str(value)
