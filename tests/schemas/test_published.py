"""The published contracts: current, valid by their own standards, and complete enough to work from alone."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from schemas.events import BY_TYPE, EVENT_TYPES, EventType
from schemas.parties import PARTIES, receives, sends
from schemas.publish.__main__ import ROOT, generated, sample, stale
from schemas.publish.json_schema import Json, json_schema
from schemas.topics import kinds

DOCUMENT: Json = yaml.safe_load((ROOT / "schemas" / "asyncapi.yaml").read_text("utf-8"))


def test_what_is_committed_is_what_the_contracts_say() -> None:
    assert [str(path) for path in stale(generated())] == []


def test_the_check_runs_from_the_command_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "schemas.publish", "--check"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", sorted(BY_TYPE))
def test_a_schema_is_a_json_schema_that_explains_its_event(name: str) -> None:
    schema = json_schema(BY_TYPE[name], sample(name))
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:goodorder:schema:{name}"
    assert schema["description"].endswith(".")
    for text in _descriptions(schema):
        assert "``" not in text
        assert "None" not in text


def test_references_in_the_asyncapi_document_lead_somewhere() -> None:
    for reference in _references(DOCUMENT):
        if reference.startswith("#/"):
            place: Any = DOCUMENT
            for step in reference.removeprefix("#/").split("/"):
                place = place[step]
        else:
            assert (ROOT / "schemas" / reference).is_file(), reference


def test_every_topic_is_a_channel_with_its_partitions_and_retention() -> None:
    channels = {channel["address"]: channel for channel in DOCUMENT["channels"].values()}
    assert channels.keys() == kinds().keys()
    for name, topic in kinds().items():
        binding = channels[name]["bindings"]["kafka"]
        assert binding["partitions"] == topic.partitions
        assert binding["topicConfiguration"].keys() == topic.config.keys()
        assert set(channels[name].get("parameters", {})) == {
            part for part in ("carrier", "service") if f"{{{part}}}" in name
        }


@pytest.mark.parametrize("event_type", EVENT_TYPES, ids=lambda event_type: event_type.type)
def test_an_operation_stands_for_everyone_who_sends_or_receives(event_type: EventType) -> None:
    told = {"send": set(), "receive": set()}
    for name, operation in DOCUMENT["operations"].items():
        if any(message["$ref"].endswith(f"/messages/{event_type.type}") for message in operation["messages"]):
            assert (
                DOCUMENT["channels"][operation["channel"]["$ref"].removeprefix("#/channels/")]["address"]
                == event_type.topic
            )
            told[operation["action"]].add(name.split(".")[0])
    assert told["send"] == {party for party in PARTIES if event_type.data in sends(party)}
    assert told["receive"] == {party for party in PARTIES if event_type.data in receives(party)}


def test_the_page_of_events_names_and_links_every_event() -> None:
    page = (ROOT / "docs" / "events.md").read_text("utf-8")
    for name in BY_TYPE:
        assert f"[`{name}`](../schemas/json/{name}.json)" in page


def _descriptions(schema: Any) -> Iterator[str]:
    parts = schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ()
    for key, part in parts:
        if key == "description" and isinstance(part, str):
            yield part
        elif key != "examples":
            yield from _descriptions(part)


def _references(document: Any) -> Iterator[str]:
    parts = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, part in parts:
        if key == "$ref":
            yield part
        else:
            yield from _references(part)
