"""The sample events: what a stranger copies from must be right, whole, and as it really travels."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from schemas.base import Contract
from schemas.envelope import dataschema_of
from schemas.events import BY_TYPE
from schemas.ids import derived_id
from schemas.publish.__main__ import SAMPLES, sample
from schemas.publish.json_schema import json_schema, on_the_wire, parsed

NAMES = sorted(BY_TYPE)


def test_there_is_one_sample_of_every_event() -> None:
    assert sorted(path.stem for path in SAMPLES.iterdir()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_what_would_travel(name: str) -> None:
    event = parsed(sample(name))
    assert on_the_wire(event) == sample(name)
    assert event.type == name
    assert event.dataschema == dataschema_of(name)
    Draft202012Validator(json_schema(BY_TYPE[name], sample(name))).validate(sample(name))


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_of_a_caused_event_has_the_id_that_its_cause_gives(name: str) -> None:
    event = parsed(sample(name))
    causes = [parsed(sample(other)) for other in NAMES if sample(other)["id"] == event.causationid]
    for cause in causes:
        ids = [derived_id(f"{cause.source}|{cause.id}", name, index) for index in range(2)]
        assert event.id in ids
        assert event.correlationid == (cause.correlationid or cause.id)


def test_the_samples_show_every_field_that_a_contract_has() -> None:
    shown: dict[type[Contract], set[str]] = defaultdict(set)
    for name in NAMES:
        for value in _contracts_in(parsed(sample(name)).data):
            shown[type(value)] |= {field for field, part in value if part not in (None, (), {})}
    hidden = {model.__name__: sorted(model.model_fields.keys() - fields) for model, fields in shown.items()}
    assert {name: fields for name, fields in hidden.items() if fields} == {}


def _contracts_in(value: Any) -> Iterator[Contract]:
    if isinstance(value, Contract):
        yield value
        parts = [part for _, part in value]
    else:
        parts = list(value.values()) if isinstance(value, dict) else list(value) if isinstance(value, tuple) else []
    for part in parts:
        yield from _contracts_in(part)
