"""``goodorder restart``: end a part of the local stack, and see it come back."""

import os
import signal
from time import monotonic, sleep
from typing import Annotated

import typer

from goodorder.faults import Fault
from goodorder.house import House
from goodorder.screen import page, readable
from infra.stack.errors import StackError
from infra.stack.run import PartRun, State, load


def restart(
    ctx: typer.Context,
    part: Annotated[str, typer.Argument(help="As `goodorder status` names it.", show_default=False)],
    patience: Annotated[float, typer.Option("--timeout", min=1, help="Seconds to wait until it is ready.")] = 120,
) -> None:
    """End a part of the local stack gently; its supervisor starts it anew. Nothing is lost by it."""
    house: House = ctx.obj
    if house.stack is None:
        raise Fault(house.why_no_stack, "Elsewhere, restart it by whatever starts your services.")
    run = house.stack.parts.get(part)
    if run is None or run.pid is None:
        raise Fault(f"No part {part} runs.", f"The parts: {', '.join(house.stack.parts)}.")
    before = run.restarts
    os.kill(run.pid, signal.SIGTERM)
    deadline = monotonic() + patience
    while monotonic() < deadline:
        sleep(0.2)
        now = _as_it_stands(house).get(part)
        if now is not None and now.restarts > before and now.state is State.READY:
            page().print(readable(f"{part} is ready again, pid {now.pid}."))
            return
    raise Fault(f"{part} is not ready after {patience:g} s.", f"Its log: {run.log}")


def _as_it_stands(house: House) -> dict[str, PartRun]:
    try:
        return dict(load(house.data).parts)
    except StackError as gone:
        raise Fault(str(gone)) from None
