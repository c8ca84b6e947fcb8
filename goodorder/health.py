"""Looks at every part of the house: does it run, is it ready, how far is it behind, what could it not deal with?"""

import http.client
import json
import socket
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from goodorder.dead_letters.commands import read as read_dead_letters
from goodorder.dead_letters.evidence import Status
from goodorder.house import House
from infra.stack.run import LOOPBACK, PartRun, RunInfo, State
from schemas.topics import SERVICES

_PATIENCE = 2.0


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

    @property
    def is_well(self) -> bool:
        return self.is_ready and not self.dead_letters

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def look_at_parts(house: House) -> list[PartHealth]:
    """All parts of the local stack; of another installation what Kafka tells of the services.

    Raises :class:`goodorder.faults.Fault` when there is neither a stack nor a broker.
    """
    broker = house.broker()
    behind = broker.lag(SERVICES)
    open_letters = Counter(letter.service for letter in read_dead_letters(house) if letter.status is Status.OPEN)
    if house.stack is None:
        return [
            PartHealth(name, "not ours to see", True, behind=behind[name], dead_letters=open_letters[name])
            for name in SERVICES
        ]
    return [
        _part(name, run, house.stack, behind.get(name), open_letters[name] if name in SERVICES else None)
        for name, run in house.stack.parts.items()
    ]


def _part(name: str, run: PartRun, stack: RunInfo, behind: int | None, dead_letters: int | None) -> PartHealth:
    port = run.ports[0] if run.ports else None
    answers, why_not = _ready(stack.ports.services[name]) if name in SERVICES else _listens(port)
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
    )


def _ready(port: int) -> tuple[bool, str]:
    """A service's own word."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        reasons = json.loads(answer.read() or b"{}").get("reasons", [])
        return answer.status == http.HTTPStatus.OK, "; ".join(map(str, reasons))
    except (OSError, http.client.HTTPException, ValueError):
        return False, f"does not answer on port {port}"
    finally:
        connection.close()


def _listens(port: int | None) -> tuple[bool, str]:
    try:
        socket.create_connection((LOOPBACK, port or 0), _PATIENCE).close()
    except OSError:
        return False, f"does not answer on port {port}"
    return True, ""
