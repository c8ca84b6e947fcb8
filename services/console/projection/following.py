"""Requirements and their log: the list as it stands, and each word of vendors and of our own desk about it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas.requirement_events import (
    OrderCancelled,
    OrderFollowedUp,
    Requirement,
    RequirementNotice,
    RequirementOrdered,
    RequirementsChanged,
    VendorStatusReported,
)
from services.chassis.errors import Outgoing
from services.chassis.private.vault import vault_of
from services.chassis.runner import Received
from services.console.projection.lines import happened, line, tell
from services.console.projection.tables import requirements
from services.console.wording import counted, in_words, sentence

_NOTHING: tuple[Outgoing, ...] = ()


def changed(db: Connection, received: Received[RequirementsChanged], _: Any, now: datetime) -> Iterable[Outgoing]:
    """The whole list; an older one never takes the place of a newer one."""
    said = received.data
    mine = requirements.c.case_id == said.case_id
    held = db.execute(sa.select(requirements.c.changed_at).where(mine)).scalar()
    body = vault_of(db).seal(said.case_id, said, exclude_none=True)
    if held is None:
        db.execute(requirements.insert().values(case_id=said.case_id, changed_at=said.changed_at, body=body))
    elif held <= said.changed_at:
        db.execute(requirements.update().where(mine).values(changed_at=said.changed_at, body=body))
    if held is None or held <= said.changed_at:
        line(db, said.case_id, now, outstanding=said.outstanding)
    for each in said.requirements:
        if each.requirement_id in said.changed:
            happened(db, said.case_id, said.changed_at, "requirement", _stands(each), each.requirement_id)
    tell(db, said.case_id)
    return _NOTHING


def ordered(db: Connection, received: Received[RequirementOrdered], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    again = f", order {said.order}" if said.order and said.order > 1 else ""
    text = f"{sentence(in_words(said.kind))} ordered from {said.vendor}{again}"
    happened(db, said.case_id, said.ordered_at, "order", text, said.requirement_id)
    tell(db, said.case_id)
    return _NOTHING


def reported(db: Connection, received: Received[VendorStatusReported], _: Any, now: datetime) -> Iterable[Outgoing]:
    """A vendor's word; its note is not kept, since it may speak of health."""
    said = received.data
    when = f" for {said.scheduled_for:%B} {said.scheduled_for.day}" if said.scheduled_for else ""
    text = f"The vendor reports: {in_words(said.status)}{when}"
    happened(db, said.case_id, said.effective_at, "vendor", text, said.requirement_id)
    tell(db, said.case_id)
    return _NOTHING


def followed_up(db: Connection, received: Received[OrderFollowedUp], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    text = f"Followed up with {said.vendor}, {counted(said.times, 'time')} so far"
    happened(db, said.case_id, said.asked_at, "follow-up", text, said.requirement_id)
    tell(db, said.case_id)
    return _NOTHING


def cancelled(db: Connection, received: Received[OrderCancelled], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    text = f"Order with {said.vendor} cancelled"
    happened(db, said.case_id, said.cancelled_at, "order", text, said.requirement_id)
    tell(db, said.case_id)
    return _NOTHING


def noticed(db: Connection, received: Received[RequirementNotice], _: Any, now: datetime) -> Iterable[Outgoing]:
    said = received.data
    text = f"{sentence(in_words(said.notice))} to {in_words(said.to)}: {said.text}"
    happened(db, said.case_id, said.occurred_at, "notice", text, said.requirement_id)
    tell(db, said.case_id)
    return _NOTHING


def _stands(each: Requirement) -> str:
    vendor = f" ({in_words(each.vendor_status)})" if each.vendor_status else ""
    return f"{each.name}: {in_words(each.status)}{vendor}"
