"""``goodorder status``: is the house well, and what lies where?"""

from collections import Counter
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from goodorder.faults import Fault
from goodorder.health import PartHealth, look_at_parts
from goodorder.house import House
from goodorder.screen import as_json, facts, listing, page, readable, state_in_words

_UNWELL = 1


def status(ctx: typer.Context, machine: Annotated[bool, typer.Option("--json", help="For machines.")] = False) -> None:
    """Show every part, what is behind, open dead letters, cases by state, mails.

    Exit code: 0 all is well, 1 something is not ready or behind a dead letter, 2 no stack to be seen.
    """
    house: House = ctx.obj
    parts = look_at_parts(house)
    cases, mails = _cases_by_state(house), _mails_by_outcome(house)
    if machine:
        said = {"parts": [part.as_json() for part in parts], "cases": dict(cases), "mails": dict(mails)}
        page().out(as_json(said))
    else:
        page().print(_in_words(house, parts, cases, mails))
    raise typer.Exit(0 if all(part.is_well for part in parts) else _UNWELL)


def _in_words(house: House, parts: list[PartHealth], cases: Counter[str], mails: Counter[str]) -> RenderableType:
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
    reasons = [readable(f"{part.name}: {part.why_not}", "bad") for part in parts if part.why_not]
    below = facts(
        ("Cases", _counted(cases) or "none yet"),
        ("Mails", _counted(mails) or "none yet"),
        ("Data", house.data),
        ("Logs", f"{house.stack.logs}/<part>.log" if house.stack else None),
    )
    hints = []
    if any(part.dead_letters for part in parts):
        hints.append(Text("Dead letters wait for a decision: goodorder dead-letters list"))
    return Group(table, *reasons, Text(), below, *hints)


def _cases_by_state(house: House) -> Counter[str]:
    from goodorder.case_file import CaseFiles

    try:
        return Counter(str(case.state) for case in CaseFiles(house.settings).summaries())
    except Fault:
        # Before the first start there are no records: that is said by the parts.
        return Counter()


def _mails_by_outcome(house: House) -> Counter[str]:
    from goodorder.mails import mails_by_status
    from goodorder.records import Records

    try:
        with Records(house.settings).of("notify") as db:
            return mails_by_status(db)
    except Fault:
        return Counter()


def _counted(things: Counter[str]) -> str:
    return ", ".join(f"{number} {state_in_words(name)}" for name, number in things.most_common())


def _or_dash(value: object) -> str:
    return "–" if value is None else str(value)
