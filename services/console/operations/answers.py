"""A service's own word on its web port: is it ready, if not why, what does it wait for, and its figures."""

import http.client
import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_PATIENCE = 2.0
_LINE = re.compile(r"^(?P<name>[a-z_]+)(?:\{(?P<labels>[^}]*)\})? (?P<value>[0-9.e+-]+)$", re.MULTILINE)
_LABEL = re.compile(r'([a-z_]+)="([^"]*)"')


@dataclass(frozen=True)
class Part:
    """One part of the house as it stands."""

    name: str
    state: str
    is_ready: bool
    why_not: str = ""
    waits_for: tuple[str, ...] = ()
    """What is down while work waits for it."""
    is_stopped: bool = False
    """By a flood of failures of our own."""


@dataclass(frozen=True)
class Figure:
    """One line of a service's metrics."""

    name: str
    labels: dict[str, str]
    value: float


@dataclass(frozen=True)
class Answer:
    is_well: bool
    """Ready and alive."""
    why_not: str
    figures: tuple[Figure, ...] = ()

    @property
    def waits_for(self) -> tuple[str, ...]:
        return tuple(sorted({each.labels["dependency"] for each in self.all("goodorder_waiting") if each.value}))

    @property
    def is_stopped(self) -> bool:
        return any(each.value for each in self.all("goodorder_consumer_stopped"))

    def all(self, name: str) -> tuple[Figure, ...]:
        return tuple(each for each in self.figures if each.name == name)

    def sum(self, name: str) -> float | None:
        """A figure over all its labels; ``None`` where the service does not have it yet."""
        found = self.all(name)
        return sum(each.value for each in found) if found else None


def asked(address: str) -> Answer:
    """What the service at this address says; one that says nothing is not well."""
    try:
        is_ready, said = _get(address, "/readyz")
        is_alive, of_life = _get(address, "/livez")
        reasons = dict.fromkeys([*_reasons(said), *_reasons(of_life)])
        return Answer(is_ready and is_alive, "; ".join(reasons), figures_in(_get(address, "/metrics")[1]))
    except (OSError, http.client.HTTPException):
        return Answer(False, f"does not answer on port {urlsplit(address).port}")


def figures_in(metrics: str) -> tuple[Figure, ...]:
    """Prometheus' text, ours only: the process's own figures are left out."""
    return tuple(
        Figure(found["name"], dict(_LABEL.findall(found["labels"] or "")), float(found["value"]))
        for found in _LINE.finditer(metrics)
        if found["name"].startswith(("goodorder_", "intake_"))
    )


def _get(address: str, path: str) -> tuple[bool, str]:
    at = urlsplit(address)
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    connection = kind(at.hostname or "", at.port, timeout=_PATIENCE)
    try:
        connection.request("GET", at.path.rstrip("/") + path)
        answer = connection.getresponse()
        return answer.status == http.HTTPStatus.OK, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


def _reasons(said: str) -> list[str]:
    try:
        return [str(reason) for reason in json.loads(said).get("reasons", [])]
    except (ValueError, AttributeError):
        return []
