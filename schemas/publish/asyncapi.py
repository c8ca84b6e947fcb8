"""The AsyncAPI 3.0 document of the whole house: channels, who sends and receives what, messages, Kafka bindings."""

from collections.abc import Iterator, Sequence
from typing import Any

from schemas.base import Contract
from schemas.codes import DeadLetterCause
from schemas.envelope import CONTENT_TYPE
from schemas.events import BY_DATA, EVENT_TYPES, EventType
from schemas.parties import OUTSIDE, PARTIES, receives, sends
from schemas.publish.json_schema import Json, description_of
from schemas.topics import SERVICES, Topic, dead_letters, kinds

_BINDING = {"bindingVersion": "0.5.0"}
_DEAD_LETTER = "dead-letter"
_DEAD_LETTERS = dead_letters("{service}").name

_PARAMETERS: Json = {
    "carrier": {
        "description": "A carrier's id: the name of its folder in `carriers/`.",
        "examples": ["aldermoor", "quillhaven"],
    },
    "service": {"description": "A service of Goodorder.", "enum": list(SERVICES)},
}


def asyncapi(version: str) -> Json:
    """The document; ``version`` is the release that it describes."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Goodorder",
            "version": version,
            "description": (
                "The events of Goodorder, the new-business desk of a life-insurance brokerage general agency."
                " Each is a CloudEvent 1.0 in structured mode, as JSON. Inside a version (`.v1`) only optional"
                " fields and further codes are added: ignore what you do not know."
            ),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": {_channel_id(name): _channel(topic) for name, topic in kinds().items()},
        "operations": dict(_operations()),
        "components": {
            "messages": {
                **{event_type.type: _message(event_type) for event_type in EVENT_TYPES},
                _DEAD_LETTER: _dead_letter(),
            }
        },
    }


def _channel_id(topic: str) -> str:
    """``carriers.{carrier}.decisions`` without its braces, which a reference could not hold."""
    return topic.replace("{", "").replace("}", "")


def _channel(topic: Topic) -> Json:
    parameters = {name: described for name, described in _PARAMETERS.items() if f"{{{name}}}" in topic.name}
    messages = [event_type.type for event_type in EVENT_TYPES if event_type.topic == topic.name] or [_DEAD_LETTER]
    return {
        "address": topic.name,
        "description": f"Key: {topic.key}.",
        **({"parameters": parameters} if parameters else {}),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": {name: _setting(value) for name, value in topic.config.items()},
                **_BINDING,
            }
        },
    }


def _setting(value: str) -> Any:
    return int(value) if value.isdigit() else value.split(",")


def _operations() -> Iterator[tuple[str, Json]]:
    for party in PARTIES:
        yield from _of_a_party(party, "send", [BY_DATA[data] for data in sends(party)])
        yield from _of_a_party(party, "receive", [BY_DATA[data] for data in receives(party)])
    yield from _dead_letter_operations()


def _of_a_party(party: str, action: str, event_types: Sequence[EventType]) -> Iterator[tuple[str, Json]]:
    """One operation a channel, with the messages that the party sends or receives there."""
    by_topic: dict[str, list[EventType]] = {}
    for event_type in event_types:
        by_topic.setdefault(event_type.topic, []).append(event_type)
    for topic, messages in by_topic.items():
        names = [event_type.type for event_type in messages]
        yield f"{party}.{action}.{_channel_id(topic)}", _operation(party, action, topic, names)


def _operation(party: str, action: str, topic: str, messages: Sequence[str]) -> Json:
    channel = f"#/channels/{_channel_id(topic)}"
    group = party in SERVICES and action == "receive"
    return {
        "action": action,
        "summary": OUTSIDE.get(party, f"The service `{party}`."),
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in messages],
        **({"bindings": {"kafka": {"groupId": {"type": "string", "const": party}, **_BINDING}}} if group else {}),
    }


def _dead_letter_operations() -> Iterator[tuple[str, Json]]:
    for party, action in [*((service, "send") for service in SERVICES), ("operations", "receive")]:
        name = f"{party}.{action}.{_channel_id(_DEAD_LETTERS)}"
        yield name, _operation(party, action, _DEAD_LETTERS, [_DEAD_LETTER])


def _message(event_type: EventType) -> Json:
    return {
        "name": event_type.type,
        "title": event_type.type,
        "summary": description_of(event_type.data),
        "contentType": CONTENT_TYPE,
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./json/{event_type.type}.json"},
        },
        "bindings": {"kafka": {"key": _key(event_type.data, kinds()[event_type.topic].key), **_BINDING}},
    }


def _key(data: type[Contract], words: str) -> Json:
    """The record's key as a schema: the pattern of the field that it repeats, where it is one."""
    field = words.replace(" ", "_")
    shape = data.model_json_schema()["properties"].get(field, {})
    pattern = {"pattern": shape["pattern"]} if "pattern" in shape else {}
    return {"type": "string", "description": f"{words[0].upper()}{words[1:]}.", **pattern}


def _dead_letter() -> Json:
    """A record as it came, with what is known of its failure in its headers."""
    text = {"type": "string"}
    return {
        "name": _DEAD_LETTER,
        "title": "A record that its service could not deal with",
        "summary": "Key and value byte for byte as they came, the record's own headers, and these.",
        "headers": {
            "type": "object",
            "properties": {
                "dlq-id": text | {"description": "Name it to `goodorder dead-letters show`."},
                "dlq-reason-code": text | {"enum": [cause.value for cause in DeadLetterCause]},
                "dlq-message": text | {"description": "What happened, to what, and what to do; nothing personal."},
                "dlq-original-topic": text,
                "dlq-original-partition": text,
                "dlq-original-offset": text,
                "dlq-failed-at": text | {"format": "date-time"},
                "dlq-replay-count": text,
            },
            "required": ["dlq-id", "dlq-reason-code", "dlq-message", "dlq-original-topic"],
        },
        "payload": {"description": "Whatever was published."},
        "bindings": {"kafka": {"key": {"description": "The original record's key."}, **_BINDING}},
    }
