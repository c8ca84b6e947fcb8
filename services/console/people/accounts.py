"""Local users: made with a password that is shown once, known by its argon2 hash, refused after many wrong ones."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy.engine import Connection

from services.console.people.roles import Role, Visitor
from services.console.people.tables import attempts, sessions, users

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))
"""Checked for a name that is not there, so that the answer takes as long."""
_FREE_TRIES = 5
_LONGEST_WAIT = timedelta(minutes=15)


class CannotAdd(ValueError):
    """The message says why, and what to do."""


@dataclass(frozen=True)
class Account:
    name: str
    role: Role
    agent_code: str | None
    created_at: datetime
    disabled_at: datetime | None


def add(db: Connection, name: str, role: Role, agent_code: str | None, now: datetime) -> str:
    """A new user, or a new password for one who is there; returns the password, which is kept nowhere.

    Raises :class:`CannotAdd` for an agent without a code.
    """
    if role is Role.AGENT and not agent_code:
        raise CannotAdd(f"{name} cannot be an agent without an agent code. Name it with --agent.")
    if role is not Role.AGENT and agent_code:
        raise CannotAdd(f"{name} is no agent: leave the agent code out, or make the role agent.")
    password = secrets.token_urlsafe(12)
    values = {"role": role, "agent_code": agent_code, "password_hash": _HASHER.hash(password), "disabled_at": None}
    if db.execute(users.update().where(users.c.name == name).values(**values)).rowcount == 0:
        db.execute(users.insert().values(name=name, created_at=now, **values))
    _begin_anew(db, name)
    return password


def disable(db: Connection, name: str, now: datetime) -> bool:
    """Nobody signs in under this name any more, and whoever is signed in is out."""
    done = db.execute(users.update().where(users.c.name == name).values(disabled_at=now)).rowcount == 1
    _begin_anew(db, name)
    return done


def accounts(db: Connection) -> tuple[Account, ...]:
    rows = db.execute(sa.select(users).order_by(users.c.name))
    return tuple(Account(row.name, Role(row.role), row.agent_code, row.created_at, row.disabled_at) for row in rows)


def is_taken(db: Connection, name: str) -> bool:
    """Whether a local user has this name."""
    return db.execute(sa.select(users.c.name).where(users.c.name == name)).first() is not None


def check(db: Connection, name: str, password: str, now: datetime) -> Visitor | None:
    """Who this is; ``None`` for a wrong name or password, and while too many were wrong in a row."""
    failed = db.execute(sa.select(attempts).where(attempts.c.name == name)).one_or_none()
    row = db.execute(sa.select(users).where(users.c.name == name, users.c.disabled_at.is_(None))).one_or_none()
    right = _matches(row.password_hash if row else _NOBODY, password)
    shut_out = failed is not None and now < failed.last_at + _wait(failed.failed)
    if row is None or not right or shut_out:
        _note_failure(db, name, now)
        return None
    db.execute(attempts.delete().where(attempts.c.name == name))
    return Visitor(row.name, Role(row.role), row.agent_code)


def _wait(failed: int) -> timedelta:
    """None for a few slips of the hand; then twice as long each time."""
    over = failed - _FREE_TRIES
    return timedelta(0) if over < 0 else min(timedelta(seconds=2 ** min(over, 20)), _LONGEST_WAIT)


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerificationError:
        return False


def _note_failure(db: Connection, name: str, now: datetime) -> None:
    again = attempts.update().where(attempts.c.name == name).values(failed=attempts.c.failed + 1, last_at=now)
    if db.execute(again).rowcount == 0:
        db.execute(attempts.insert().values(name=name, failed=1, last_at=now))


def _begin_anew(db: Connection, name: str) -> None:
    db.execute(sessions.delete().where(sessions.c.name == name))
    db.execute(attempts.delete().where(attempts.c.name == name))
