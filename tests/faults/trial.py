"""One fault while packets come in: what was sent, what the checker says afterwards, how long until all was done."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic, sleep

from goodorder.verify.report import counts
from goodorder.verify.rule import Judgement, Kind
from samples.packets import BuiltPacket
from tests.desk import Desk
from tests.postgres import Server

_AGAIN = 0.2
"""Seconds after which an agent tries an upload again that failed."""


@dataclass(frozen=True)
class Scene:
    """A house and what can be done to it."""

    desk: Desk
    chance: Random
    small_disks: dict[str, Path] = field(default_factory=dict)
    """File systems of their own that can be filled: ``databases``, ``mail``."""
    postgres: Server | None = None
    """Where the databases are, if not in files."""


Strike = Callable[[Scene], None]
"""Does the damage, and returns when it is over."""


@dataclass(frozen=True)
class Fault:
    name: str
    strike: Strike
    packets: int = 12
    pace: float = 4.0
    """Uploads a second."""
    until_over: bool = False
    """Packets come for as long as it lasts, however many that are; ``packets`` is the least."""


@dataclass(frozen=True)
class Outcome:
    """A row of the table."""

    fault: str
    sent: int
    judgement: Judgement
    recovered_after: float | None
    """Seconds from the end of the fault until everything sent was done; ``None``: not within the deadline."""
    why_not: str
    mails_again: int
    events_again: int
    load: float
    """Of the machine in the last minute, so that the time can be judged."""

    @property
    def is_well(self) -> bool:
        return self.judgement.is_clean and self.recovered_after is not None

    def row(self) -> tuple[str, ...]:
        lost, doubled, disorder = (str(self.judgement.count(kind)) for kind in Kind)
        took = f"{self.recovered_after:.1f} s" if self.recovered_after is not None else "not"
        return (
            self.fault,
            str(self.sent),
            lost,
            doubled,
            disorder,
            took,
            str(self.events_again),
            str(self.mails_again),
            f"{self.load:.0f}",
        )


COLUMNS = (
    "Fault",
    "Packets",
    "Lost",
    "Doubled",
    "Out of order",
    "Recovered after",
    "Events again",
    "Mails again",
    "Load",
)


def undergo(
    scene: Scene, fault: Fault, packets: Iterator[BuiltPacket], last: Outcome | None = None, patience: float = 240.0
) -> Outcome:
    """Upload, strike, wait until all is done, look. ``last``: what came of the fault before, in the same house."""
    desk = scene.desk
    before = counts(last.judgement.books if last else desk.books())
    why_not = ""
    recovered: float | None = None
    with uploading(desk, fault, packets) as sent:
        # In the middle of the work, not before it.
        sleep(min(1.0, fault.packets / fault.pace / 3))
        try:
            fault.strike(scene)
        except Exception as error:
            # One that could not be made is no success, and no reason to leave the others untried.
            why_not = f"It did not strike as it should: {error!r}"
        over = monotonic()
    try:
        desk.until_at_rest(patience)
        recovered = None if why_not else monotonic() - over
    except AssertionError as error:
        why_not = f"{why_not} {error}".strip()
    load = os.getloadavg()[0]
    judgement = desk.verify()
    after = counts(judgement.books)
    return Outcome(
        fault=fault.name,
        sent=len(sent),
        judgement=judgement,
        recovered_after=recovered,
        why_not=why_not,
        mails_again=after["mails sent again"] - before["mails sent again"],
        events_again=after["events published again"] - before["events published again"],
        load=load,
    )


@contextmanager
def uploading(desk: Desk, fault: Fault, packets: Iterator[BuiltPacket]) -> Iterator[list[BuiltPacket]]:
    """Packets come in meanwhile; afterwards the list holds those that were sent."""
    sent: list[BuiltPacket] = []
    over = threading.Event()

    def upload_each() -> None:
        while len(sent) < fault.packets or (fault.until_over and not over.is_set()):
            packet = next(packets)
            upload_all(desk, [packet], fault.pace)
            sent.append(packet)

    thread = threading.Thread(target=upload_each, daemon=True)
    thread.start()
    try:
        yield sent
    finally:
        over.set()
        thread.join()


def upload_all(desk: Desk, packets: Sequence[BuiltPacket], pace: float) -> None:
    """Upload each packet, as often as it takes."""
    for packet in packets:
        upload(desk, packet.content, f"{packet.name}.pdf", packet.truth.agent_code)
        sleep(1 / pace)


def upload(desk: Desk, content: bytes, name: str, agent: str) -> None:
    """Upload one file, as often as it takes."""
    while True:
        try:
            desk.drop(content, name, agent)
        except Exception:
            # The object store may be what is struck: an agent tries again, too.
            sleep(_AGAIN)
        else:
            return
