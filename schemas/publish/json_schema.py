"""The JSON Schema (2020-12) of a whole event, made from its model."""

import inspect
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from schemas.base import Contract
from schemas.envelope import CloudEvent, dataschema_of
from schemas.events import BY_TYPE, EventType
from schemas.topics import kinds

Json = dict[str, Any]


class _Plain(GenerateJsonSchema):
    """Leaves out the titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        if made.get("default", ...) is None:
            del made["default"]  # absent and null mean the same everywhere
        return made


def model_of(event_type: EventType) -> type[CloudEvent[Contract]]:
    """The model of the whole event: envelope and data."""
    return CloudEvent[event_type.data]  # type: ignore[name-defined]


def json_schema(event_type: EventType, sample: Json) -> Json:
    """The schema that a reader or sender in another language works from, with ``sample`` as its example."""
    made = model_of(event_type).model_json_schema(schema_generator=_Plain, mode="validation")
    made["properties"]["specversion"] = {"const": "1.0", "description": "The version of CloudEvents."}
    made["properties"]["type"] = {"const": event_type.type}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": dataschema_of(event_type.type),
        "title": event_type.type,
        "description": description_of(event_type.data),
        "x-topic": event_type.topic,
        "x-key": kinds()[event_type.topic].key,
        "type": "object",
        "required": ["specversion", *made["required"]],
        "properties": _in_plain_words(made["properties"]),
        "$defs": _in_plain_words(made["$defs"]),
        "examples": [sample],
    }


def on_the_wire(event: CloudEvent[Contract]) -> Json:
    """The event as it travels: what is absent is left out."""
    wire: Json = event.model_dump(mode="json", exclude_none=True)
    return wire


def parsed(event: Json) -> CloudEvent[Contract]:
    """An event read from JSON. Raises ``pydantic.ValidationError`` when it breaks its schema."""
    return model_of(BY_TYPE[event["type"]]).model_validate(event)


def description_of(data: type[Contract]) -> str:
    """What an event says, from its class's docstring."""
    return _plain(inspect.getdoc(data) or "")


def _in_plain_words(schema: Any) -> Any:
    """Descriptions without Python's markup and Python's ``None``."""
    if isinstance(schema, list):
        return [_in_plain_words(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _plain(part) if key == "description" and isinstance(part, str) else _in_plain_words(part)
        for key, part in schema.items()
    }


def _plain(text: str) -> str:
    return " ".join(text.replace("``None``", "`null`").replace("``", "`").split())
