"""Compares what was read with what was written."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from schemas.application import Application
from schemas.codes import SignatureMark

_ABOUT_READING = ("carrier", "evidence", "forms", "unknown_pages")
_SIGNED_HOW = re.compile(r"^signatures\..*\.(kind|seal\b.*)$")
_LISTS = ("coverage.riders",)


def values_of(application: Application) -> dict[str, Any]:
    """Every value by its path, without those that say nothing is there."""
    return {
        path: value
        for path, value in _leaves(application, "")
        if value not in (None, (), False, SignatureMark.EMPTY)
        and path.partition(".")[0] not in _ABOUT_READING
        and not _SIGNED_HOW.match(path)
    }


def differences(read: Mapping[str, Any], written: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Path -> (read, written) where they are not the same."""
    said = {path: value for path, value in written.items() if value not in (None, (), False, SignatureMark.EMPTY)}
    return {
        path: (read.get(path), said.get(path))
        for path in sorted(read.keys() | said.keys())
        if read.get(path) != said.get(path)
    }


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        below = [(name, getattr(value, name)) for name in type(value).model_fields]
    elif isinstance(value, dict):
        below = list(value.items())
    elif isinstance(value, tuple) and path not in _LISTS:
        below = list(enumerate(value))
    else:
        yield path, value
        return
    for name, child in below:
        yield from _leaves(child, f"{path}.{name}" if path else str(name))
