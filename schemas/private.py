"""Which values of the contracts are private: marked once, beside the field, and known to everybody who moves them.

A private value travels and rests *sealed*: as the string ``sealed:1:<base64url>`` in place of its JSON. What follows
the prefix is a nonce of 12 bytes and the AES-256-GCM ciphertext of the value's JSON with its tag; the associated data
are ``<case id>|<path>``, so that no value can be put in another's place. ``docs/private-data.md`` tells the rest.
"""

import types
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

SEALED = "sealed:1:"
"""How a sealed value begins; the number is the version of the form."""

MASKED = "•••"
"""What stands for a private value that has to be there and is not shown."""

SEALED_SCHEMA: JsonSchemaValue = {
    "type": "string",
    "pattern": "^sealed:1:[A-Za-z0-9_-]+$",
    "description": "The value sealed, as it travels: see docs/private-data.md.",
}


@dataclass(frozen=True)
class Private:
    """The mark of a private field, inside ``Annotated``: its whole value is sealed, whatever it holds."""

    required: bool = False
    """Its model cannot be without it; known to the plan alone."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [handler(core), SEALED_SCHEMA]}


PRIVATE = Private()

Value = TypeVar("Value")
Sealed = Annotated[Value, PRIVATE]
"""A field's type with the mark: ``ssn: Sealed[str | None] = None``."""


@dataclass(frozen=True)
class _Each:
    """The same for every entry of a list or a mapping."""

    step: "Step"


Step = typing.Union["Plan", _Each, Private]
Plan = Mapping[str, Step]
"""Where a model's private values are: by field the mark, or the plan of what lies below."""

Change = Callable[[Any, str], Any]
"""Takes a private value and its path, e.g. ``beneficiaries.0.ssn``; returns what is to stand there instead."""


@cache
def plan_of(model: type[BaseModel]) -> Plan:
    """A model's private places; empty for one that holds nothing private."""
    found: dict[str, Step] = {}
    for name, field in model.model_fields.items():
        step = Private(field.is_required()) if PRIVATE in field.metadata else _step_of(field.annotation)
        if step is not None:
            found[name] = step
    return found


def _step_of(annotation: Any) -> Step | None:
    """The first part that holds private values; no field of ours is a choice between two models."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return plan_of(annotation) or None
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    below = next((step for step in map(_step_of, parts) if step is not None), None)
    if below is None or origin in (typing.Union, types.UnionType, typing.Annotated):
        return below
    return _Each(below)


def changed(plan: Plan, value: Any, change: Change, at: str = "") -> Any:
    """A copy of a model's JSON with every private value changed; what is absent or null stays so."""
    if not isinstance(value, dict):
        return value
    return {
        name: _step(plan[name], held, change, f"{at}{name}") if name in plan else held for name, held in value.items()
    }


def without_private(model: type[BaseModel], value: Any) -> Any:
    """A model's JSON as it is for those without the key: private values are left out, and masked where they have to
    be there."""
    return _without(plan_of(model), value)


def _without(step: Step, value: Any) -> Any:
    if isinstance(step, _Each):
        if isinstance(value, list):
            return [_without(step.step, held) for held in value]
        return {key: _without(step.step, held) for key, held in value.items()} if isinstance(value, dict) else value
    if isinstance(step, Private) or not isinstance(value, dict):
        return value
    below = {name: step.get(name) for name in value}
    return {
        name: MASKED if isinstance(below[name], Private) else _without(below[name] or {}, held)
        for name, held in value.items()
        if not (isinstance(mark := below[name], Private) and not mark.required)
    }


def _step(step: Step, value: Any, change: Change, path: str) -> Any:
    if value is None:
        return None
    if isinstance(step, Private):
        return change(value, path)
    if not isinstance(step, _Each):
        return changed(step, value, change, f"{path}.")
    if isinstance(value, list):
        return [_step(step.step, held, change, f"{path}.{place}") for place, held in enumerate(value)]
    if isinstance(value, dict):
        return {key: _step(step.step, held, change, f"{path}.{key}") for key, held in value.items()}
    return value


def private_paths(model: type[BaseModel]) -> Iterator[str]:
    """Every private path of a model; ``*`` stands for a place in a list or a key."""
    return _paths(plan_of(model))


def is_private(model: type[BaseModel], path: str) -> bool:
    """Whether the value at a path, e.g. ``beneficiaries.0.ssn``, is private or lies in something that is."""
    step: Step | None = plan_of(model)
    for name in path.split("."):
        if isinstance(step, Private):
            return True
        step = step.step if isinstance(step, _Each) else (step or {}).get(name)
        if step is None:
            return False
    return isinstance(step, Private)


def _paths(step: Step, at: str = "") -> Iterator[str]:
    if isinstance(step, Private):
        yield at.removesuffix(".")
    elif isinstance(step, _Each):
        yield from _paths(step.step, f"{at}*.")
    else:
        for name, below in step.items():
            yield from _paths(below, f"{at}{name}.")
