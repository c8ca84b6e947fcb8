"""``make faults``: tries every fault on real processes and prints what it cost."""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Annotated

import typer
from rich.console import Console

from goodorder.screen import listing, page
from goodorder.verify.report import in_words
from samples.packets import BuiltPacket, random_packet
from tests.desk import desk_on
from tests.faults.catalogue import WITH_POSTGRES, WITH_THREE_BROKERS, in_one_house
from tests.faults.disks import small_disk
from tests.faults.trial import COLUMNS, Fault, Outcome, Scene, undergo
from tests.postgres import postgres_server
from tests.stack import running_stack

_MEGABYTES = {"db": 1024, "mail": 128}
_QUICK = {
    "GOODORDER_SWEEP_EVERY": "3",
    "GOODORDER_SWEEP_GRACE": "3",
    "GOODORDER_SMTP_TIMEOUT": "5",
    "GOODORDER_LOG_FORMAT": "text",
}
"""A lost notification is found, and a silent mail server given up, in seconds: what waits longer only waits longer."""


def main(
    only: Annotated[str, typer.Option(help="Faults whose names hold one of these words, comma separated.")] = "",
    seed: Annotated[int, typer.Option(help="Which packets, and which chances.")] = 1,
    markdown: Annotated[Path | None, typer.Option(help="Also write the table there.", dir_okay=False)] = None,
    data: Annotated[Path | None, typer.Option(help="Keep everything there, logs included.", file_okay=False)] = None,
) -> None:
    """Each fault strikes while packets come in; afterwards `goodorder verify` looks at everything."""
    os.environ.update(_QUICK)
    words = [word.strip() for word in only.split(",") if word.strip()]
    with ExitStack() as held:
        folder = data or Path(held.enter_context(tempfile.TemporaryDirectory(prefix="goodorder-faults-")))
        outcomes: list[Outcome] = []
        packets = _packets(seed)
        for outcome in _every_house(folder, words, packets, Random(seed)):
            outcomes.append(outcome)
            page().print("  ".join(outcome.row()))
            if not outcome.is_well:
                page().print(outcome.why_not, in_words(outcome.judgement))
    _show(outcomes, markdown)
    sys.exit(0 if outcomes and all(outcome.is_well for outcome in outcomes) else 1)


def _every_house(
    folder: Path, words: Sequence[str], packets: Iterator[BuiltPacket], chance: Random
) -> Iterator[Outcome]:
    yield from _one_house(folder / "one", words, packets, chance)
    yield from _three_brokers(folder / "three", _meant(WITH_THREE_BROKERS, words), packets, chance)
    yield from _postgres(folder / "postgres", _meant(WITH_POSTGRES, words), packets, chance)


def _meant(faults: Sequence[Fault], words: Sequence[str]) -> list[Fault]:
    return [fault for fault in faults if not words or any(word in fault.name for word in words)]


def _one_house(data: Path, words: Sequence[str], packets: Iterator[BuiltPacket], chance: Random) -> Iterator[Outcome]:
    with ExitStack() as held:
        disks = {name: held.enter_context(small_disk(data / name, size)) for name, size in _MEGABYTES.items()}
        faults = _meant(in_one_house(all(disks.values())), words)
        if not all(disks.values()):
            page().print("Not tried: full disks (mounting small ones takes root).")
        if not faults:
            return
        desk = held.enter_context(desk_on(held.enter_context(running_stack(data))))
        small = {"databases": data / "db", "mail": data / "mail"}
        yield from _undergone(Scene(desk, chance, small), faults, packets)


def _three_brokers(
    data: Path, faults: Sequence[Fault], packets: Iterator[BuiltPacket], chance: Random
) -> Iterator[Outcome]:
    if faults:
        with running_stack(data, brokers=3) as stack, desk_on(stack) as desk:
            yield from _undergone(Scene(desk, chance), faults, packets)


def _postgres(data: Path, faults: Sequence[Fault], packets: Iterator[BuiltPacket], chance: Random) -> Iterator[Outcome]:
    if not faults:
        return
    with postgres_server() as server:
        # Every child of the stack inherits it, and so does the checker.
        os.environ["GOODORDER_DATABASE_URL"] = server.url
        try:
            with running_stack(data) as stack, desk_on(stack) as desk:
                yield from _undergone(Scene(desk, chance, postgres=server), faults, packets)
        finally:
            del os.environ["GOODORDER_DATABASE_URL"]


def _undergone(scene: Scene, faults: Sequence[Fault], packets: Iterator[BuiltPacket]) -> Iterator[Outcome]:
    """One after the other in the same house."""
    last: Outcome | None = None
    for fault in faults:
        last = undergo(scene, fault, packets, last)
        yield last


def _packets(seed: int) -> Iterator[BuiltPacket]:
    """Fillable packets, each of them another one."""
    today = datetime.now(UTC).date()
    return (random_packet(seed * 1_000_000 + number, today) for number in count())


def _show(outcomes: Sequence[Outcome], markdown: Path | None) -> None:
    table = listing(*COLUMNS, right=COLUMNS[1:])
    for outcome in outcomes:
        table.add_row(*outcome.row())
    Console(width=140, markup=False, highlight=False).print(table)
    if markdown:
        lines = [COLUMNS, ["---", *["---:"] * (len(COLUMNS) - 1)], *(outcome.row() for outcome in outcomes)]
        markdown.write_text("".join(f"| {' | '.join(line)} |\n" for line in lines))


if __name__ == "__main__":
    typer.run(main)
