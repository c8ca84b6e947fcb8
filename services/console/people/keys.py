"""Keys for an agency's own systems: made here and shown once, kept as a hash, good for what they were made for."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from services.console.people.accounts import CannotAdd
from services.console.people.roles import Role, Visitor
from services.console.people.tables import api_keys

_PREFIX = "gok_"
"""So that a key that got out is found by those who look for such."""
_NOTED_EVERY = timedelta(minutes=1)


class Scope(StrEnum):
    """What a key is good for."""

    CASES = "cases:read"
    """Cases, findings, requirements, documents, mails; names as the role sees them."""
    APPLICATIONS = "applications:read"
    """What was read from the pages."""
    UPLOADS = "uploads:write"
    """Forms to upload packets with."""
    DEAD_LETTERS = "dead-letters:read"
    """Dead letters, masked."""
    ACTS = "cases:write"
    """What a case manager does: correct, set aside, ask, file. No key has it that was not made for it by name."""


_ALLOWED: dict[Role, frozenset[Scope]] = {
    Role.VIEWER: frozenset({Scope.CASES}),
    Role.AGENT: frozenset({Scope.CASES, Scope.APPLICATIONS, Scope.UPLOADS}),
    Role.CASE_MANAGER: frozenset({Scope.CASES, Scope.APPLICATIONS, Scope.UPLOADS, Scope.ACTS}),
    Role.OPS: frozenset({Scope.CASES, Scope.DEAD_LETTERS}),
}
"""There is no key for an admin: a person does what an admin does."""
_ONLY_BY_NAME = frozenset({Scope.ACTS})


@dataclass(frozen=True)
class Key:
    """A key as it is kept; what it opens with is kept nowhere."""

    name: str
    role: Role
    agent_code: str | None
    scopes: frozenset[Scope]
    created_at: datetime
    used_at: datetime | None
    """Within a minute."""

    @property
    def visitor(self) -> Visitor:
        return Visitor(f"key {self.name}", self.role, self.agent_code)


def add(db: Connection, name: str, role: Role, agent_code: str | None, scopes: Iterable[Scope], now: datetime) -> str:
    """A new key under a name, in place of one that had it; returns it, for the only time.

    Without ``scopes`` it is good for all that its role may see, and for uploads. Raises :class:`CannotAdd` for more
    than its role may.
    """
    if (role is Role.AGENT) != bool(agent_code):
        raise CannotAdd(f"{name}: an agent's key needs the agent code, and no other has one. Name it with --agent.")
    allowed = _ALLOWED.get(role, frozenset())
    wanted = frozenset(scopes) or allowed - _ONLY_BY_NAME
    if not allowed or wanted - allowed:
        may = f"It may have {', '.join(sorted(allowed))}." if allowed else "Choose another role."
        raise CannotAdd(f"A key of role {role} cannot have {', '.join(sorted(wanted)) or 'anything'}. {may}")
    secret = _PREFIX + secrets.token_urlsafe(32)
    end(db, name)
    db.execute(
        api_keys.insert().values(
            name=name,
            key_hash=_hash(secret),
            role=role,
            agent_code=agent_code,
            scopes=" ".join(sorted(wanted)),
            created_at=now,
        )
    )
    return secret


def end(db: Connection, name: str) -> bool:
    """The key of this name opens nothing any more; ``False`` when there was none."""
    return db.execute(api_keys.delete().where(api_keys.c.name == name)).rowcount == 1


def known(db: Connection) -> tuple[Key, ...]:
    return tuple(_key(row) for row in db.execute(sa.select(api_keys).order_by(api_keys.c.name)))


def find(db: Connection, secret: str) -> Key | None:
    """Whose key this is; ``None`` for one that was never made or was ended."""
    row = db.execute(sa.select(api_keys).where(api_keys.c.key_hash == _hash(secret))).one_or_none()
    return None if row is None else _key(row)


def is_to_be_noted(key: Key, now: datetime) -> bool:
    return key.used_at is None or now - key.used_at > _NOTED_EVERY


def note(db: Connection, key: Key, now: datetime) -> None:
    db.execute(api_keys.update().where(api_keys.c.name == key.name).values(used_at=now))


def _key(row: Row[tuple[object, ...]]) -> Key:
    scopes = frozenset(Scope(scope) for scope in row.scopes.split())
    return Key(row.name, Role(row.role), row.agent_code, scopes, row.created_at, row.used_at)


def _hash(secret: str) -> str:
    """A plain hash is enough for what is random and long."""
    return hashlib.sha256(secret.encode()).hexdigest()
