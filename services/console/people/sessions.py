"""Sessions on the server: the browser holds a random key, the table its hash and who it stands for."""

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from services.console.people.roles import Role, Visitor
from services.console.people.tables import sessions

_NOTED_EVERY = timedelta(minutes=1)


def begin(db: Connection, visitor: Visitor, now: datetime, longest: timedelta, by_provider: bool = False) -> str:
    """A new session; returns the key for the cookie. What lasted too long is forgotten."""
    db.execute(sessions.delete().where(sessions.c.began_at < now - longest))
    key = secrets.token_urlsafe(32)
    db.execute(
        sessions.insert().values(
            key_hash=_hash(key),
            name=visitor.name,
            role=visitor.role,
            agent_code=visitor.agent_code,
            csrf=secrets.token_urlsafe(24),
            began_at=now,
            seen_at=now,
            by_provider=by_provider,
        )
    )
    return key


def find(db: Connection, key: str, now: datetime, idle: timedelta, longest: timedelta) -> Visitor | None:
    """Whose session this is; ``None`` for none, or one that rested or lasted too long."""
    row = db.execute(sa.select(sessions).where(sessions.c.key_hash == _hash(key))).one_or_none()
    if row is None or now - row.seen_at > idle or now - row.began_at > longest:
        return None
    return Visitor(row.name, Role(row.role), row.agent_code, row.csrf)


def is_to_be_noted(db: Connection, key: str, now: datetime) -> bool:
    """Whether it is time to write down that the session is in use: not at every page."""
    seen = db.execute(sa.select(sessions.c.seen_at).where(sessions.c.key_hash == _hash(key))).scalar()
    return seen is not None and now - seen > _NOTED_EVERY


def note(db: Connection, key: str, now: datetime) -> None:
    db.execute(sessions.update().where(sessions.c.key_hash == _hash(key)).values(seen_at=now))


def end(db: Connection, key: str) -> bool:
    """Whether it was one of somebody whom an OIDC provider signed in."""
    mine = sessions.c.key_hash == _hash(key)
    by_provider = db.execute(sa.select(sessions.c.by_provider).where(mine)).scalar()
    db.execute(sessions.delete().where(mine))
    return bool(by_provider)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
