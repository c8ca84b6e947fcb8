"""Events at random: a Hypothesis strategy for any contract, made from its fields."""

import types
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Union, get_args, get_origin

from annotated_types import Ge, Le, MinLen
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import AwareDatetime
from pydantic.fields import FieldInfo

from schemas.base import Contract
from schemas.envelope import CloudEvent, dataschema_of
from schemas.events import EventType
from schemas.publish.json_schema import model_of

_OFFSETS = st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=30))])
_PLAIN: dict[Any, SearchStrategy[Any]] = {
    bool: st.booleans(),
    date: st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    AwareDatetime: st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=_OFFSETS),  # noqa: DTZ001
    Decimal: st.decimals(Decimal("-1e12"), Decimal("1e12"), places=2),
}
_MOST = 2
"""Parts of a collection: enough to tell one from many."""


def events(event_type: EventType) -> SearchStrategy[CloudEvent[Contract]]:
    """Any event of a type, with any data that its schema allows."""
    fixed = {
        "specversion": st.just("1.0"),
        "type": st.just(event_type.type),
        "dataschema": st.just(dataschema_of(event_type.type)),
        "data": contracts(event_type.data),
    }
    return _built(model_of(event_type), fixed)


def contracts(model: type[Contract]) -> SearchStrategy[Any]:
    return _built(model, {})


def _built(model: type[Contract], fixed: dict[str, SearchStrategy[Any]]) -> SearchStrategy[Any]:
    drawn = {name: _values(field.annotation, field.metadata) for name, field in model.model_fields.items()}
    return st.builds(model, **{**drawn, **fixed})


def _values(annotation: Any, metadata: list[Any]) -> SearchStrategy[Any]:
    if get_origin(annotation) is Annotated:
        annotation, *marks = get_args(annotation)
        for mark in marks:
            metadata = [*metadata, *(mark.metadata if isinstance(mark, FieldInfo) else [mark])]
        return _values(annotation, metadata)
    parts = get_args(annotation)
    if get_origin(annotation) in (Union, types.UnionType):
        return st.one_of(*(st.none() if part is types.NoneType else _values(part, metadata) for part in parts))
    if get_origin(annotation) is tuple:
        if parts[-1] is ...:
            return st.lists(_values(parts[0], []), max_size=_MOST).map(tuple)
        return st.tuples(*(_values(part, []) for part in parts))
    if get_origin(annotation) is dict:
        return st.dictionaries(_values(parts[0], []), _values(parts[1], []), max_size=_MOST)
    return _single(annotation, metadata)


def _single(annotation: Any, metadata: list[Any]) -> SearchStrategy[Any]:
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if issubclass(annotation, Contract):
        return contracts(annotation)
    if issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    least = next((mark.ge for mark in metadata if isinstance(mark, Ge)), None)
    most = next((mark.le for mark in metadata if isinstance(mark, Le)), None)
    if annotation is int:
        return st.integers(least, most)
    if annotation is float:
        return st.floats(least, most, allow_nan=False, allow_infinity=False)
    assert annotation is str, f"no values known for {annotation}"
    pattern = next((mark.pattern for mark in metadata if hasattr(mark, "pattern")), None)
    if pattern:
        return st.from_regex(pattern.removesuffix("$") + r"\Z")
    return st.text(min_size=next((mark.min_length for mark in metadata if isinstance(mark, MinLen)), 0), max_size=20)
