"""What in today's schemas breaks a promise that a released schema made.

Inside a version, optional fields and further codes may be added. All else stays as it was released: a removed
field, a field that is suddenly required (or no longer), another type, range or pattern, a code taken away, an event
that moved to another topic or key. Prose and examples are free. A value may become private, so that it comes sealed:
that is the one thing for which a reader has to do something.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.private import SEALED_SCHEMA
from schemas.publish.json_schema import Json

_PROSE = {"$schema", "$defs", "title", "description", "examples"}
_LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
_INNER = ("items", "additionalProperties", "propertyNames")
_HANDLED = _PROSE | {"$ref", "properties", "required", "enum", "const", *_LISTS, *_INNER}
_ABSENT = object()


def breaks(released: Mapping[str, Json], today: Mapping[str, Json]) -> list[str]:
    """Every broken promise as a sentence; both are schemas by event type."""
    found = []
    for name, schema in released.items():
        if name not in today:
            found.append(f"{name}: the event is gone. Publish it until no reader is left.")
            continue
        found += _Comparison(schema, today[name]).breaks(schema, today[name], name)
    return found


class _Comparison:
    def __init__(self, released: Json, today: Json) -> None:
        self._released = released
        self._today = today

    def breaks(self, old: Any, new: Any, at: str) -> Iterator[str]:
        if not (isinstance(old, dict) and isinstance(new, dict)):
            if old != new:
                yield f"{at}: was {_short(old)}, is {_short(new)}."
            return
        old, new = _resolved(old, self._released), _resolved(_before_it_was_private(old, new), self._today)
        yield from self._fields(old, new, at)
        yield from _codes(old, new, at)
        for word in _LISTS:
            yield from self._parts(old.get(word, []), new.get(word, []), f"{at} {word}")
        for word in _INNER:
            if word in old or word in new:
                yield from self.breaks(old.get(word), new.get(word), f"{at} {word}")
        for word in sorted((old.keys() | new.keys()) - _HANDLED):
            if old.get(word, _ABSENT) != new.get(word, _ABSENT):
                yield f"{at}: {word} was {_short(old.get(word, _ABSENT))}, is {_short(new.get(word, _ABSENT))}."

    def _fields(self, old: Json, new: Json, at: str) -> Iterator[str]:
        had, has = old.get("properties", {}), new.get("properties", {})
        needed, needs = set(old.get("required", [])), set(new.get("required", []))
        for name in sorted(needs - needed):
            yield f"{at}.{name}: is required now. What was published before it lacks it: make it optional."
        for name in sorted((needed - needs) & has.keys()):
            yield f"{at}.{name}: was required and is optional now. Readers rely on it: go on sending it."
        for name, field in had.items():
            if name in has:
                yield from self.breaks(field, has[name], f"{at}.{name}")
            else:
                yield f"{at}.{name}: the field is gone. Keep it, or make a new version of the event."

    def _parts(self, old: list[Any], new: list[Any], at: str) -> Iterator[str]:
        if len(old) != len(new):
            yield f"{at}: was {_short(old)}, is {_short(new)}."
            return
        for number, (before, now) in enumerate(zip(old, new, strict=True)):
            yield from self.breaks(before, now, f"{at}[{number}]")


def _before_it_was_private(old: Json, new: Json) -> Json:
    """A value that may be sealed now, as it is when it is not."""
    choice = new.get("anyOf", [])
    if len(choice) != 2 or choice[1] != SEALED_SCHEMA or SEALED_SCHEMA in old.get("anyOf", []):
        return new
    return {**choice[0], **{word: value for word, value in new.items() if word != "anyOf"}}


def _codes(old: Json, new: Json, at: str) -> Iterator[str]:
    before, now = _allowed(old), _allowed(new)
    if before is None or now is None:
        if before is not now:
            yield f"{at}: was {_short(before)}, is {_short(now)}."
        return
    for code in before:
        if code not in now:
            yield f"{at}: the code {code!r} is gone. Old events hold it: keep it."


def _allowed(schema: Json) -> list[Any] | None:
    """The codes that a value is chosen from; ``None`` when it is free."""
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _resolved(schema: Json, document: Json) -> Json:
    """The schema that a reference inside the document stands for, with what is written beside the reference."""
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].removeprefix("#/$defs/")
    beside = {word: value for word, value in schema.items() if word != "$ref"}
    return {**_resolved(document["$defs"][name], document), **beside}


def _short(value: Any) -> str:
    text = "not there" if value in (_ABSENT, None) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
