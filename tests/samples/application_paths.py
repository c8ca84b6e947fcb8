"""Checks paths like ``beneficiaries.3.share`` against the model of the application."""

import types
from enum import StrEnum
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from schemas.application import Application


def type_at(path: str) -> Any:
    """What the application holds at a path, without ``None``; raises ``LookupError`` where there is no such path."""
    held: Any = Application
    for part in path.split("."):
        held = _without_none(_inside(held, part, path))
    return held


def _inside(held: Any, part: str, path: str) -> Any:
    origin = get_origin(held)
    if origin is dict:
        key, value = get_args(held)
        if issubclass(key, StrEnum) and part not in set(key):
            raise LookupError(f"{path}: {part} is no {key.__name__}")
        return value
    if origin is tuple:
        if not part.isdigit():
            raise LookupError(f"{path}: {part} is no row number")
        return get_args(held)[0]
    if isinstance(held, type) and issubclass(held, BaseModel):
        if part not in held.model_fields:
            raise LookupError(f"{path}: {held.__name__} has no {part}")
        return held.model_fields[part].annotation
    raise LookupError(f"{path}: nothing is below a {held}")


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        left = [arm for arm in get_args(annotation) if arm is not type(None)]
        return left[0] if len(left) == 1 else annotation
    return annotation
