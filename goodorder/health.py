"""Looks at every part of the house: does it run, is it ready, how far is it behind, what could it not deal with?"""

import socket
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from goodorder.faults import Fault
from goodorder.house import House
from infra.stack.run import LOOPBACK, PartRun, RunInfo, State
from schemas.topics import SERVICES
from services.console.operations.answers import Answer, Part, asked

if TYPE_CHECKING:
    from services.console.letters.index import Kind

_PATIENCE = 2.0


@dataclass(frozen=True)
class PartHealth(Part):
    """One part; services also say how they stand on Kafka."""

    pid: int | None = None
    port: int | None = None
    restarts: int | None = None
    behind: int | None = None
    """Records of its topics that a service has not finished."""
    dead_letters: int | None = None
    """Open ones of a service."""

    @property
    def is_well(self) -> bool:
        return self.is_ready and not self.dead_letters and not self.waits_for

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class HouseHealth:
    """How everything stands, as far as it can be seen."""

    parts: tuple[PartHealth, ...]
    kinds: tuple["Kind", ...]
    """What is open in the dead letters."""
    kafka_is_down: str = ""
    """Why Kafka could not be asked, if so: then nothing is known of what is behind."""


def look(house: House) -> HouseHealth:
    """All parts of the local stack; of another installation what Kafka tells of the services.

    Raises :class:`goodorder.faults.Fault` when there is neither a stack nor a broker's address.
    """
    broker = house.broker()
    behind: dict[str, int | None] = {}
    why_down = ""
    try:
        behind = broker.lag(SERVICES)
        kinds = _open_kinds(house)
    except Fault as fault:
        why_down, kinds = fault.message, _kinds_on_record(house)
    letters = Counter[str]()
    for kind in kinds:
        letters[kind.service] += kind.open
    if house.stack is None:
        parts = [
            PartHealth(name, "not ours to see", True, behind=behind.get(name), dead_letters=letters[name])
            for name in SERVICES
        ]
    else:
        parts = [
            _part(name, run, house.stack, behind.get(name), letters[name] if name in SERVICES else None)
            for name, run in house.stack.parts.items()
        ]
    return HouseHealth(tuple(parts), kinds, why_down)


def _open_kinds(house: House) -> tuple["Kind", ...]:
    """By the index; by Kafka itself where there is no index to ask."""
    from goodorder.dead_letters.reading import letters_of
    from services.console.letters.index import kinds

    try:
        with letters_of(house) as db:
            return kinds(db)
    except Fault:
        with letters_of(house, from_kafka=True) as db:
            return kinds(db)


def _kinds_on_record(house: House) -> tuple["Kind", ...]:
    """What the index has, however old."""
    from goodorder.records import Records
    from services.console.letters.index import kinds

    try:
        with Records(house.settings).of("console") as db:
            return kinds(db)
    except Fault:
        return ()


def _part(name: str, run: PartRun, stack: RunInfo, behind: int | None, dead_letters: int | None) -> PartHealth:
    port = run.ports[0] if run.ports else None
    said = asked(f"http://{LOOPBACK}:{stack.ports.services[name]}") if name in SERVICES else _listens(port)
    is_ready = said.is_well and run.state is State.READY
    return PartHealth(
        name=name,
        state="ready" if is_ready else "not ready" if run.state is State.READY else run.state.value,
        is_ready=is_ready,
        why_not=said.why_not,
        pid=run.pid,
        port=port,
        restarts=run.restarts,
        behind=behind,
        dead_letters=dead_letters,
        waits_for=said.waits_for,
        is_stopped=said.is_stopped,
    )


def _listens(port: int | None) -> Answer:
    try:
        socket.create_connection((LOOPBACK, port or 0), _PATIENCE).close()
    except OSError:
        return Answer(False, f"does not answer on port {port}")
    return Answer(True, "")
