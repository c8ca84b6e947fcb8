"""Looks at every part of the house: does it run, is it ready, how far is it behind, what could it not deal with?"""

import http.client
import json
import re
import socket
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from goodorder.faults import Fault
from goodorder.house import House
from infra.stack.run import LOOPBACK, PartRun, RunInfo, State
from schemas.topics import SERVICES

if TYPE_CHECKING:
    from services.console.letters.index import Kind

_PATIENCE = 2.0
_WAITS = re.compile(r'^goodorder_waiting\{dependency="([a-z0-9_]+)"[^}]*\} 1(?:\.0)?$', re.MULTILINE)
_STOPPED = re.compile(r"^goodorder_consumer_stopped\{[^}]*\} 1(?:\.0)?$", re.MULTILINE)


@dataclass(frozen=True)
class PartHealth:
    """One part; services also say how they stand on Kafka."""

    name: str
    state: str
    is_ready: bool
    why_not: str = ""
    pid: int | None = None
    port: int | None = None
    restarts: int | None = None
    behind: int | None = None
    """Records of its topics that a service has not finished."""
    dead_letters: int | None = None
    """Open ones of a service."""
    waits_for: tuple[str, ...] = ()
    """What is down while work waits for it."""
    is_stopped: bool = False
    """By a flood of failures of our own."""

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
    answers, why_not, metrics = _asked(stack.ports.services[name]) if name in SERVICES else (*_listens(port), "")
    is_ready = answers and run.state is State.READY
    return PartHealth(
        name=name,
        state="ready" if is_ready else "not ready" if run.state is State.READY else run.state.value,
        is_ready=is_ready,
        why_not=why_not,
        pid=run.pid,
        port=port,
        restarts=run.restarts,
        behind=behind,
        dead_letters=dead_letters,
        waits_for=tuple(sorted(set(_WAITS.findall(metrics)))),
        is_stopped=_STOPPED.search(metrics) is not None,
    )


def _asked(port: int) -> tuple[bool, str, str]:
    """A service's own word: is it ready, why not, and its metrics."""
    try:
        is_ready, said = _get(port, "/readyz")
        is_alive, of_life = _get(port, "/livez")
        reasons = [*_reasons(said), *_reasons(of_life)]
        return is_ready and is_alive, "; ".join(dict.fromkeys(reasons)), _get(port, "/metrics")[1]
    except (OSError, http.client.HTTPException):
        return False, f"does not answer on port {port}", ""


def _get(port: int, path: str) -> tuple[bool, str]:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.OK, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def _reasons(said: str) -> list[str]:
    try:
        return [str(reason) for reason in json.loads(said).get("reasons", [])]
    except (ValueError, AttributeError):
        return []


def _listens(port: int | None) -> tuple[bool, str]:
    try:
        socket.create_connection((LOOPBACK, port or 0), _PATIENCE).close()
    except OSError:
        return False, f"does not answer on port {port}"
    return True, ""
