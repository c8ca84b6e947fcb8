"""JSON pages of a service on its web port: each a plain function of its tables and of what was asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, Any]


@dataclass(frozen=True)
class Page:
    """A path, with ``{names}`` in it, and what it answers by those names and the query's."""

    path: str
    answer: Callable[[Connection, Mapping[str, str], datetime], Answer]
