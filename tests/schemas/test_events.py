"""Events on the wire: whatever a service says, another understands it unchanged, in any CloudEvents library."""

import json
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_structured
from cloudevents.core.formats.json import JSONFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from schemas.envelope import CONTENT_TYPE
from schemas.events import BY_TYPE, EVENT_TYPES, EventType
from schemas.parties import PARTIES, receives, sends
from schemas.publish.__main__ import sample, schemas_today
from schemas.publish.json_schema import model_of, on_the_wire
from schemas.topics import SERVICES, kinds, registry
from tests.schemas.at_random import events

EACH = pytest.mark.parametrize("event_type", EVENT_TYPES, ids=lambda event_type: event_type.type)
VALIDATORS = {name: Draft202012Validator(schema) for name, schema in schemas_today().items()}


@EACH
@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_event_survives_the_way_through_json_and_keeps_its_schema(event_type: EventType, data: Any) -> None:
    event = data.draw(events(event_type))
    value = event.model_dump_json(exclude_none=True).encode()
    assert model_of(event_type).model_validate_json(value) == event
    VALIDATORS[event_type.type].validate(json.loads(value))


@EACH
def test_a_cloudevents_library_reads_our_events(event_type: EventType) -> None:
    ours = model_of(event_type).model_validate(sample(event_type.type))
    value = json.dumps(on_the_wire(ours)).encode()
    headers = {"content-type": CONTENT_TYPE.encode(), "ce_id": ours.id.encode(), "ce_type": ours.type.encode()}
    theirs = from_structured(KafkaMessage(headers, ours.subject, value), JSONFormat())
    assert (theirs.get_id(), theirs.get_source(), theirs.get_type()) == (ours.id, ours.source, ours.type)
    assert (theirs.get_subject(), theirs.get_time()) == (ours.subject, ours.time)
    assert theirs.get_dataschema() == ours.dataschema
    assert theirs.get_extension("correlationid") == ours.correlationid
    assert theirs.get_data() == on_the_wire(ours)["data"]


@EACH
def test_an_unknown_field_is_ignored(event_type: EventType) -> None:
    known = sample(event_type.type)
    newer = {**known, "later": 1, "data": {**known["data"], "later": {"deep": True}}}
    VALIDATORS[event_type.type].validate(newer)
    assert model_of(event_type).model_validate(newer) == model_of(event_type).model_validate(known)


@EACH
def test_every_event_has_a_topic_that_is_made_a_sender_and_a_reader(event_type: EventType) -> None:
    assert event_type.topic in kinds()
    assert any(event_type.data in sends(party) for party in PARTIES)
    assert any(event_type.data in receives(party) for party in PARTIES)


def test_the_kinds_of_topics_are_the_topics_of_a_house() -> None:
    carriers = ("aldermoor", "quillhaven")
    made = {topic.name for topic in registry(carriers)}
    meant = {
        name.format(carrier=carrier, service=service)
        for name in kinds()
        for carrier in carriers
        for service in SERVICES
    }
    assert made == meant


def test_types_and_data_name_one_another() -> None:
    assert len(BY_TYPE) == len(EVENT_TYPES) == len({event_type.data for event_type in EVENT_TYPES})
