"""The published table of who receives what is what the services do."""

import importlib
from types import SimpleNamespace

import pytest

from schemas.dead_letter_events import CorrectDeadLetter, DiscardDeadLetter, ReplayDeadLetter
from schemas.events import BY_DATA
from schemas.parties import receives
from schemas.topics import SERVICES, decisions
from tests.keys import folder

CARRIERS = ("aldermoor", "quillhaven")
COMMANDS = {ReplayDeadLetter, DiscardDeadLetter, CorrectDeadLetter}
"""Taken by the chassis, in every service."""


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_handles_what_it_is_said_to_receive(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("GOODORDER_KEY_FILE", str(folder() / "house.key"))
    worker = importlib.import_module(f"services.{service}.worker")
    if service == "intake":
        monkeypatch.setattr(worker, "ReaderPool", lambda *_, **__: SimpleNamespace(catalogue=None))  # else processes
    described, _ = worker.build()
    received = set(receives(service)) - COMMANDS
    assert {handler.data for handler in described.handlers} == received
    each_carriers = {decisions(carrier).name for carrier in CARRIERS}
    topics = {BY_DATA[data].topic for data in received}
    if decisions("{carrier}").name in topics:
        topics = topics - {decisions("{carrier}").name} | each_carriers
    assert {topic.name for topic in described.consumes} == topics
