"""JSON pages of a service on its web port: each a plain function of its tables and of what was asked."""

import hmac
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


def may_see(token: str, authorization: str) -> bool:
    """Whether a request's ``Authorization`` holds the token; takes as long for a near guess as for a far one."""
    kind, _, said = authorization.partition(" ")
    return kind.lower() == "bearer" and hmac.compare_digest(said.strip().encode(), token.encode())
