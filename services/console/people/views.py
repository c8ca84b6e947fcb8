"""Saved views: a board's filters under a name, each person's own."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from services.console.people.roles import Visitor
from services.console.people.tables import saved_views

_MOST = 30


@dataclass(frozen=True)
class View:
    name: str
    query: str
    """As the board's address has it."""


def saved_by(db: Connection, visitor: Visitor) -> tuple[View, ...]:
    mine = sa.select(saved_views).where(saved_views.c.owner == visitor.name).order_by(saved_views.c.name)
    return tuple(View(row.name, row.query) for row in db.execute(mine.limit(_MOST)))


def save(db: Connection, visitor: Visitor, name: str, query: str) -> None:
    """Keep a view; one of the same name gives way."""
    forget(db, visitor, name)
    db.execute(saved_views.insert().values(owner=visitor.name, name=name, query=query))


def forget(db: Connection, visitor: Visitor, name: str) -> None:
    mine = (saved_views.c.owner == visitor.name) & (saved_views.c.name == name)
    db.execute(saved_views.delete().where(mine))
