"""What a service does about a forgotten case: it lets the key go at once, keeps nothing that can be let go of, and
handles no event about the case any more."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.privacy_events import CaseForgotten
from services.chassis.errors import Outgoing
from services.chassis.private.vault import Vault, vault_of
from services.chassis.runner import Handler, Received
from services.chassis.tables import forgotten, timer

if TYPE_CHECKING:
    from services.chassis.shell import Desk

LetGo = Callable[[Connection, str], None]
"""Deletes what a service need not keep of a forgotten case."""

LOOK_EVERY = 5.0
"""Seconds after which a worker knows what another one of its service heard, at most."""
_CLOCKS_DIFFER = timedelta(minutes=5)


def on_forgotten(let_go: LetGo) -> Handler[CaseForgotten, None]:
    """The handler of a service that holds keys."""

    def handle(db: Connection, received: Received[CaseForgotten], _: Any, now: datetime) -> Iterable[Outgoing]:
        note(db, received.data.case_id, received.data.forgotten_at, now)
        let_go(db, received.data.case_id)
        return ()

    return Handler(CaseForgotten, handle)


def note(db: Connection, subject: str, forgotten_at: datetime, now: datetime) -> None:
    """From now on no event about it is handled, nothing rings for it, and its key is not at hand."""
    vault_of(db).drop(subject)
    db.execute(timer.delete().where(timer.c.subject == subject))
    if when_forgotten(db, subject) is None:
        db.execute(forgotten.insert().values(subject=subject, forgotten_at=forgotten_at, heard_at=now))


def when_forgotten(db: Connection, subject: str) -> datetime | None:
    """When a case was forgotten; ``None`` for one that is not."""
    return db.execute(sa.select(forgotten.c.forgotten_at).where(forgotten.c.subject == subject)).scalar()


def all_forgotten(db: Connection) -> dict[str, datetime]:
    """Everything that is forgotten, with its time."""
    return {row.subject: row.forgotten_at for row in db.execute(sa.select(forgotten))}


def hears(vault: Vault) -> Callable[["Desk"], Awaitable[None]]:
    """A worker's task: let go of keys whose forgetting another worker of the service heard of."""

    async def listen(desk: "Desk") -> None:
        since = desk.clock()
        while True:
            await asyncio.sleep(LOOK_EVERY)
            began = desk.clock()
            heard = sa.select(forgotten.c.subject).where(forgotten.c.heard_at > since - _CLOCKS_DIFFER)
            for subject in await desk.read(lambda db, heard=heard: db.execute(heard).scalars().all()):  # type: ignore[misc]
                vault.drop(subject)
            since = began

    return listen
