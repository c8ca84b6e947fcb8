"""Released contracts hold: old events are understood today, today's events by old readers, and a breach is seen."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas.events import BY_TYPE
from schemas.publish.__main__ import broken_promises, releases, sample, schemas_released
from schemas.publish.compatibility import breaks
from schemas.publish.json_schema import Json, json_schema, on_the_wire, parsed

RELEASES = pytest.mark.parametrize("release", releases(), ids=lambda release: release.name)
CHANGED = "goodorder.cases.changed.v1"


def test_there_is_a_release_to_hold_to() -> None:
    assert releases()


def test_no_promise_of_any_release_is_broken() -> None:
    assert broken_promises() == []


@RELEASES
def test_events_of_a_release_are_understood_today(release: Path) -> None:
    for schema in schemas_released(release).values():
        for event in schema["examples"]:
            assert on_the_wire(parsed(event)) == event


@RELEASES
def test_events_of_today_keep_the_released_schemas(release: Path) -> None:
    for name, schema in schemas_released(release).items():
        Draft202012Validator(schema).validate(sample(name))


def _published() -> dict[str, Json]:
    return {CHANGED: json_schema(BY_TYPE[CHANGED], sample(CHANGED))}


def _data(schemas: dict[str, Json]) -> Any:
    return schemas[CHANGED]["$defs"]["CaseChanged"]


def _remove_a_field(schemas: dict[str, Json]) -> None:
    del _data(schemas)["properties"]["carrier_reference"]


def _require_a_new_field(schemas: dict[str, Json]) -> None:
    _data(schemas)["properties"]["branch"] = {"type": "string"}
    _data(schemas)["required"].append("branch")


def _require_an_optional_field(schemas: dict[str, Json]) -> None:
    _data(schemas)["required"].append("note")


def _make_a_required_field_optional(schemas: dict[str, Json]) -> None:
    _data(schemas)["required"].remove("reason")


def _take_a_code_away(schemas: dict[str, Json]) -> None:
    schemas[CHANGED]["$defs"]["CaseState"]["enum"].remove("placed")


def _change_a_type(schemas: dict[str, Json]) -> None:
    _data(schemas)["properties"]["revision"]["type"] = "string"


def _narrow_a_range(schemas: dict[str, Json]) -> None:
    _data(schemas)["properties"]["revision"]["minimum"] = 2


def _forbid_null(schemas: dict[str, Json]) -> None:
    _data(schemas)["properties"]["note"] = {"type": "string"}


def _let_a_code_list_go(schemas: dict[str, Json]) -> None:
    state = schemas[CHANGED]["$defs"]["CaseState"]
    del state["enum"]


def _change_what_is_in_a_list(schemas: dict[str, Json]) -> None:
    _data(schemas)["properties"]["findings"]["items"] = {"type": "string"}


def _change_a_default(schemas: dict[str, Json]) -> None:
    schemas[CHANGED]["$defs"]["OpenRequirement"]["properties"]["carrier_owned"]["default"] = True


def _move_to_another_topic(schemas: dict[str, Json]) -> None:
    schemas[CHANGED]["x-topic"] = "cases.events"


def _drop_the_event(schemas: dict[str, Json]) -> None:
    del schemas[CHANGED]


@pytest.mark.parametrize(
    ("breach", "named"),
    [
        (_remove_a_field, "carrier_reference: the field is gone"),
        (_require_a_new_field, "branch: is required now"),
        (_require_an_optional_field, "note: is required now"),
        (_make_a_required_field_optional, "reason: was required"),
        (_take_a_code_away, "the code 'placed' is gone"),
        (_change_a_type, "revision: type was 'integer', is 'string'"),
        (_narrow_a_range, "revision: minimum was 1, is 2"),
        (_forbid_null, "note"),
        (_let_a_code_list_go, "to_state"),
        (_change_what_is_in_a_list, "findings items"),
        (_change_a_default, "carrier_owned: default was False, is True"),
        (_move_to_another_topic, "x-topic was 'cases.changes', is 'cases.events'"),
        (_drop_the_event, "the event is gone"),
    ],
)
def test_a_breach_is_refused(breach: Callable[[dict[str, Json]], None], named: str) -> None:
    today = _published()
    broken = copy.deepcopy(today)
    breach(broken)
    found = breaks(today, broken)
    assert found
    assert all(CHANGED in sentence for sentence in found)
    assert any(named in sentence for sentence in found)


def test_optional_fields_codes_events_and_words_may_be_added() -> None:
    today = _published()
    grown = copy.deepcopy(today)
    _data(grown)["properties"]["branch"] = {"anyOf": [{"type": "string"}, {"type": "null"}]}
    _data(grown)["description"] = "Said better."
    grown[CHANGED]["$defs"]["CaseState"]["enum"].append("lapsed")
    grown["goodorder.cases.closed.v1"] = grown[CHANGED]
    assert breaks(today, grown) == []


def test_a_renamed_class_is_no_breach() -> None:
    today = _published()
    renamed = copy.deepcopy(today)
    definitions = renamed[CHANGED]["$defs"]
    definitions["Change"] = definitions.pop("CaseChanged")
    renamed[CHANGED]["properties"]["data"]["$ref"] = "#/$defs/Change"
    assert breaks(today, renamed) == []
