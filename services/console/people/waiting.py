"""Sign-ins at an OIDC provider that are under way: what has to be the same when the browser comes back."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from services.console.people.tables import sign_ins

LONGEST = timedelta(minutes=10)


def begin(db: Connection, body: dict[str, Any], now: datetime) -> str:
    """Keep it; returns the key for the browser's cookie."""
    db.execute(sign_ins.delete().where(sign_ins.c.began_at < now - LONGEST))
    key = secrets.token_urlsafe(32)
    db.execute(sign_ins.insert().values(key_hash=_hash(key), body=body, began_at=now))
    return key


def take(db: Connection, key: str, now: datetime) -> dict[str, Any] | None:
    """What was kept, this once; ``None`` for what was never begun, was taken, or took too long."""
    mine = sign_ins.c.key_hash == _hash(key)
    row = db.execute(sa.select(sign_ins).where(mine)).one_or_none()
    db.execute(sign_ins.delete().where(mine))
    return None if row is None or now - row.began_at > LONGEST else row.body


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
