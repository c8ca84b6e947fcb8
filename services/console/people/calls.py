"""Calls of the API that are made again: the same call by the same key happens once, whatever became of its answer."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.ids import derived_id
from services.console.people.tables import api_calls

KEPT = timedelta(days=30)
"""So long a call is known again; its event, whose id would be the same, is known by its reader for as long."""


class Reused(ValueError):
    """The same name was given to two different calls; the message says what to do."""


@dataclass(frozen=True)
class Call:
    """One call of the API that does something."""

    identity: str
    """Its command follows from it: the same identity, the same event."""
    content: str
    """What was asked, as nobody can guess it back who has not got the key."""


def named(secret: str, name: str, method: str, path: str, body: bytes) -> Call:
    """A call by the name that the caller gave it; another key's call of that name is another."""

    def of(*parts: bytes) -> str:
        return hmac.new(secret.encode(), b"\0".join(parts), hashlib.sha256).hexdigest()

    return Call(derived_id(of(b"call", name.encode()), "api call"), of(method.encode(), path.encode(), body))


def made(db: Connection, call: Call) -> str | None:
    """The event that the call led to; ``None`` if it was not made yet. Raises :class:`Reused`."""
    row = db.execute(sa.select(api_calls).where(api_calls.c.identity == call.identity)).one_or_none()
    if row is None:
        return None
    if row.content != call.content:
        raise Reused("This Idempotency-Key was used for something else. Give every call a key of its own.")
    return str(row.event_id)


def note(db: Connection, call: Call, event_id: str, now: datetime) -> None:
    """What the call led to; calls of long ago are forgotten."""
    db.execute(api_calls.delete().where(api_calls.c.made_at < now - KEPT))
    row = {"identity": call.identity, "content": call.content, "event_id": event_id, "made_at": now}
    db.execute(api_calls.insert().values(**row))
