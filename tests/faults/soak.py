"""``make soak``: thousands of packets with random kills, the checker at the end, memory and disk of each part."""

import os
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Annotated

import sqlalchemy as sa
import typer
from rich.console import Console

from goodorder.faults import Fault
from goodorder.records import Records
from goodorder.screen import listing, page
from goodorder.verify.report import in_words
from infra.stack.run import RunInfo
from samples.packets import random_packet
from schemas.topics import SERVICES
from services.intake.store import documents
from tests.desk import Desk, desk_on
from tests.faults.memory import Sample, grown, resident
from tests.faults.trial import upload_all
from tests.stack import running_stack

_BACKLOG = 300
"""Records that the services together may be behind before uploads wait: the house is to be busy, not flooded."""
_IN_HAND = 100
"""Uploads that may lie unread before the next ones wait: while intake is away nothing shows on Kafka."""
_LOOK_EVERY = 5.0
_KILLED_PART = 0.6
"""Share of the packets during which parts are killed; then all live on, so that their memory can be watched."""
_BETWEEN_KILLS = (20, 80)
"""Packets: so that a slow machine is not killed more often for the same work."""
_VICTIMS = ("kafka", "ministack", "mail", *SERVICES)


@dataclass
class Soak:
    """One run, as it goes on."""

    desk: Desk
    packets: int
    chance: Random
    uploaded: int = 0
    read: int = 0
    behind: int = 0
    kills: list[str] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    failed: BaseException | None = None

    def upload(self, first_seed: int) -> None:
        """All packets, one after the other, slower when the services are behind."""
        today = datetime.now(UTC).date()
        try:
            for number in range(self.packets):
                while self.behind > _BACKLOG or self.uploaded - self.read > _IN_HAND:
                    sleep(0.1)
                upload_all(self.desk, [random_packet(first_seed + number, today)], pace=1000)
                self.uploaded += 1
        except BaseException as failure:
            self.failed = failure

    def kill(self) -> None:
        """Random parts at random moments, until the share of the packets is through."""
        moment = 0
        while (moment := moment + self.chance.randint(*_BETWEEN_KILLS)) < self.packets * _KILLED_PART:
            while self.uploaded < moment:
                if self.failed:
                    return
                sleep(0.1)
            victim = self.chance.choice(_VICTIMS)
            self.desk.stack.kill(victim)
            self.kills.append(victim)

    def look(self) -> None:
        """How far it is and how large everybody is."""
        with suppress(Fault):  # Kafka is among the killed
            self.behind = sum(number or 0 for number in self.desk.house.broker().lag(SERVICES).values())
        with suppress(Fault), Records(self.desk.house.settings).of("intake") as db:
            received = documents.c.status == "received"
            self.read = db.execute(sa.select(sa.func.count()).select_from(documents).where(~received)).scalar() or 0
        run = self.desk.stack.run
        for name, part in run.parts.items():
            if part.pid is not None:
                self.samples.append(Sample(name, part.pid, self.read, resident(part.pid)))


def main(
    packets: Annotated[int, typer.Option(min=1, help="How many.")] = 1000,
    seed: Annotated[int, typer.Option(help="Which packets, and which parts are killed when.")] = 7,
    data: Annotated[Path | None, typer.Option(help="Keep everything there, logs included.", file_okay=False)] = None,
) -> None:
    """Upload packets while random parts are killed; print the sums, and what each part has grown by."""
    os.environ.setdefault("GOODORDER_LOG_FORMAT", "text")
    with ExitStack() as held:
        folder = data or Path(held.enter_context(tempfile.TemporaryDirectory(prefix="goodorder-soak-")))
        desk = held.enter_context(desk_on(held.enter_context(running_stack(folder))))
        soak, began = Soak(desk, packets, Random(seed)), monotonic()
        uploading = threading.Thread(target=soak.upload, args=(seed * 10_000_000,), daemon=True)
        killing = threading.Thread(target=soak.kill, daemon=True)
        for thread in (uploading, killing):
            thread.start()
        told = 0.0
        while uploading.is_alive() or killing.is_alive():
            soak.look()
            if monotonic() - told > 6 * _LOOK_EVERY:
                told = monotonic()
                _say(soak, told - began)
            sleep(_LOOK_EVERY)
        if soak.failed:
            raise soak.failed
        desk.until_at_rest(seconds=900)
        took = monotonic() - began
        soak.look()
        judgement = desk.verify()
        page().print(
            f"{packets} packets and {len(soak.kills)} kills in {took:.0f} s ({packets / took:.1f} a second),"
            f" load {os.getloadavg()[1]:.1f}"
        )
        page().print(in_words(judgement))
        _show_memory(soak.samples)
        _show_disk(desk.run, packets)
    sys.exit(0 if judgement.is_clean else 1)


def _say(soak: Soak, took: float) -> None:
    page().print(
        f"{took:6.0f} s  {soak.uploaded} of {soak.packets} uploaded  {soak.read} read  {soak.behind} records behind"
        f"  {len(soak.kills)} kills  load {os.getloadavg()[0]:.1f}"
    )


def _show_memory(samples: Sequence[Sample]) -> None:
    columns = ("Part", "Packets watched", "MB at first", "MB at last", "MB more per 1,000 packets")
    table = listing(*columns, right=columns[1:])
    for row in grown(samples):
        table.add_row(
            row.part, f"{row.packets}", f"{row.first_mb:.0f}", f"{row.last_mb:.0f}", f"{row.mb_per_thousand:+.1f}"
        )
    Console(width=120, markup=False, highlight=False).print(table)


def _show_disk(run: RunInfo, packets: int) -> None:
    table = listing("Place", "MB", "kB a packet", right=("MB", "kB a packet"))
    places = [path for path in sorted(run.data.iterdir()) if path.is_dir()]
    for place in (*places, *sorted((run.data / "db").glob("*.db"))):
        taken = sum(map(_taken, place.rglob("*") if place.is_dir() else (place,)))
        table.add_row(str(place.relative_to(run.data)), f"{taken / 1e6:.1f}", f"{taken / 1e3 / packets:.1f}")
    Console(width=120, markup=False, highlight=False).print(table)


def _taken(path: Path) -> int:
    """Bytes really taken on the disk: Kafka reserves files that are mostly holes."""
    return path.stat().st_blocks * 512 if path.is_file() else 0


if __name__ == "__main__":
    typer.run(main)
