"""The board: cases by state, by who owes what, by clock; found by name, number and agent; a page at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from services.console.people.roles import Visitor
from services.console.projection.lines import spoken
from services.console.projection.tables import cases, producers, search_words

PAGE = 50


class Order(StrEnum):
    CHANGED = "changed"
    """The one that changed last first."""
    CLOCK = "clock"
    """The one whose time runs out first."""
    FOLLOW_UP = "follow_up"
    """The one to be followed up first."""


@dataclass(frozen=True)
class Wanted:
    """What a board shows; every filter may be left out."""

    state: str | None = None
    waits_for: str | None = None
    carrier: str | None = None
    agent: str | None = None
    q: str | None = None
    to_confirm: bool = False
    order: Order = Order.CHANGED
    page: int = 1


@dataclass(frozen=True)
class Line:
    """One case on the board."""

    case_id: str
    state: str | None
    state_since: datetime | None
    waits_for: str | None
    waits_what: str | None
    waits_who: str | None
    waits_since: datetime | None
    next_step: str | None
    next_at: datetime | None
    due_at: datetime | None
    carrier: str | None
    carrier_name: str | None
    product_name: str | None
    carrier_status: str | None
    carrier_reference: str | None
    agent_code: str | None
    agent_name: str | None
    insured: str
    """By full name for those who may see it, else first name and initial."""
    uploaded_at: datetime | None
    updated_at: datetime
    version: int
    to_fix: int
    to_confirm: int
    outstanding: int | None


@dataclass(frozen=True)
class Board:
    lines: tuple[Line, ...]
    has_more: bool


@dataclass(frozen=True)
class Tally:
    """How many cases there are of a kind."""

    code: str
    count: int


def own(visitor: Visitor) -> tuple[sa.ColumnElement[bool], ...]:
    """The row filter: what of the table of cases this visitor may see."""
    agent = visitor.own_agent
    return () if agent is None else (cases.c.agent_code == agent,)


def board(db: Connection, visitor: Visitor, wanted: Wanted) -> Board:
    """One page of the board."""
    order = _order(wanted.order)
    # What a far page leaves out is counted in an index: only the lines that are shown are read whole.
    found = sa.select(cases.c.case_id).where(*own(visitor), *_filters(wanted)).order_by(*order)
    shown = found.limit(PAGE + 1).offset((max(wanted.page, 1) - 1) * PAGE).subquery()
    rows = db.execute(_select().where(cases.c.case_id.in_(sa.select(shown.c.case_id))).order_by(*order)).all()
    return Board(tuple(_line(row, visitor) for row in rows[:PAGE]), len(rows) > PAGE)


def line_of(db: Connection, visitor: Visitor, case_id: str) -> Line | None:
    """One case's line; ``None`` when there is none that this visitor may see."""
    row = db.execute(_select().where(*own(visitor), cases.c.case_id == case_id)).one_or_none()
    return None if row is None else _line(row, visitor)


def by_state(db: Connection, visitor: Visitor) -> tuple[Tally, ...]:
    return _tally(db, visitor, cases.c.state)


def by_owner(db: Connection, visitor: Visitor) -> tuple[Tally, ...]:
    return _tally(db, visitor, cases.c.waits_for)


def running_out(db: Connection, visitor: Visitor, now: datetime, days: int = 14) -> int:
    """Cases with a last day within so many days, or gone by."""
    soon = cases.c.due_at <= now + timedelta(days=days)
    return db.execute(sa.select(sa.func.count()).select_from(cases).where(*own(visitor), soon)).scalar_one()


def with_values_to_confirm(db: Connection, visitor: Visitor) -> int:
    unsure = cases.c.to_confirm > 0
    return db.execute(sa.select(sa.func.count()).select_from(cases).where(*own(visitor), unsure)).scalar_one()


def _tally(db: Connection, visitor: Visitor, column: sa.Column[Any]) -> tuple[Tally, ...]:
    query = sa.select(column, sa.func.count()).where(*own(visitor), column.is_not(None)).group_by(column)
    return tuple(Tally(code, count) for code, count in db.execute(query))


def _select() -> sa.Select[Any]:
    agent = producers.c.name.label("agent_name")
    return sa.select(cases, agent).select_from(cases.outerjoin(producers, producers.c.agent_code == cases.c.agent_code))


def _filters(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    exactly = {
        "state": wanted.state,
        "waits_for": wanted.waits_for,
        "carrier": wanted.carrier,
        "agent_code": wanted.agent,
    }
    filters = [cases.c[column] == value for column, value in exactly.items() if value]
    if wanted.to_confirm:
        filters.append(cases.c.to_confirm > 0)
    if wanted.order is Order.CLOCK:
        filters.append(cases.c.due_at.is_not(None))
    if wanted.order is Order.FOLLOW_UP:
        filters.append(cases.c.next_at.is_not(None))
    return [*filters, *(_begins(word) for word in spoken(wanted.q or "")[:6])]


def _begins(word: str) -> sa.ColumnElement[bool]:
    """A case that is found by a word that begins so."""
    found = sa.select(search_words.c.case_id).where(search_words.c.word >= word, search_words.c.word < word + "\uffff")
    return cases.c.case_id.in_(found)


def _order(order: Order) -> tuple[sa.ColumnElement[Any], ...]:
    first = {
        Order.CHANGED: cases.c.updated_at.desc(),
        Order.CLOCK: cases.c.due_at.asc(),
        Order.FOLLOW_UP: cases.c.next_at.asc(),
    }
    return (first[order], cases.c.case_id.desc() if order is Order.CHANGED else cases.c.case_id.asc())


def _line(row: Row[Any], visitor: Visitor) -> Line:
    values = {name: getattr(row, name) for name in Line.__dataclass_fields__ if name != "insured"}
    name = row.insured_name if visitor.sees_names else None
    return Line(**values, insured=name or row.insured_masked or "not read yet")
