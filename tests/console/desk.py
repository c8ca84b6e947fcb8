"""The web application under test: events go in as the worker would take them, people sign in, pages come out."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy.engine import Connection

from schemas.base import Contract
from schemas.carrier import load_carriers
from schemas.envelope import CloudEvent
from schemas.events import BY_DATA
from schemas.parties import receives
from schemas.publish.__main__ import sample
from schemas.publish.json_schema import parsed
from services.chassis.record import Headers
from services.chassis.runner import Received
from services.console.database import Database
from services.console.people import accounts
from services.console.people.roles import Role
from services.console.worker import describe_service
from tests.console.house import SetHouse
from tests.docs.pages import ROOT

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
HANDLERS = {handler.data: handler for handler in describe_service(load_carriers(ROOT / "carriers")).handlers}
SAMPLE_CASE = "GO-1574-WM4A-D5HS"
NewKey = Callable[..., str]
"""Makes a key of the API: role, agent code, scopes."""


def samples() -> list[Contract]:
    """One of each event that the projection handles."""
    return [parsed(sample(BY_DATA[data].type)).data for data in receives("console") if data in HANDLERS]


def own_agent() -> str:
    """Whose the sample case is."""
    return str(parsed(sample("goodorder.cases.changed.v1")).data.agent_code)


def take(db: Connection, data: Contract, now: datetime = NOON) -> None:
    """One event into the projection, as the worker takes it."""
    kind = BY_DATA[type(data)]
    event = CloudEvent[Contract](id=str(uuid4()), source="/test", type=kind.type, time=now, data=data)
    assert not tuple(HANDLERS[type(data)].handle(db, Received(event, kind.topic), None, now))


@dataclass
class Sent:
    """What would be on Kafka."""

    events: list[tuple[str, CloudEvent[Any]]] = field(default_factory=list)

    async def publish(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers) -> None:
        self.events.append((topic, parsed(json.loads(value or b""))))


@dataclass
class Desk:
    app: FastAPI
    database: Database
    client: TestClient
    sent: Sent = field(default_factory=Sent)
    house: SetHouse = field(default_factory=SetHouse)

    def token(self) -> str:
        """What the forms of whoever is signed in hold."""
        found = re.search(r'data-csrf="([^"]+)"', self.client.get("/cases").text)
        assert found
        return found[1]

    def post(self, path: str, **said: Any) -> Response:
        """A form as a page sends it."""
        return self.client.post(path, data={"csrf": self.token(), **said})

    def take(self, *events: Contract) -> None:
        with self.database.write() as db:
            for event in events:
                take(db, event)

    def sign_in(self, role: Role, agent_code: str | None = None) -> None:
        """As a user of this role."""
        name = f"{role}-{agent_code or 'x'}"
        with self.database.write() as db:
            password = accounts.add(db, name, role, agent_code, NOON)
        self.client.cookies.clear()
        answer = self.client.post("/sign-in", data={"name": name, "password": password})
        assert answer.status_code == 303, answer.text
