"""Keeping and forgetting: holds, what people ask, and what is due by the clock; intake is asked to erase."""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from schemas import topics
from schemas.codes import AccessAction, CaseState, DeadLetterCause, PrivacyRequestKind
from schemas.envelope import Cause
from schemas.ids import derived_id
from schemas.privacy_events import EraseCase, PrivacyRequested, PrivateDataOpened
from schemas.retention import Retention
from services.cases import retention, store
from services.cases.store import cases
from services.chassis.errors import Outgoing, Permanent
from services.chassis.runner import Received
from services.chassis.shell import Desk

_LOOK_EVERY = 60.0
"""Seconds between two looks for what is due."""
_AT_ONCE = 100
_THE_CLOCK = "the clock"


class Keeper:
    """Takes what is asked about the keeping of cases, and asks itself when a case's time is over."""

    def __init__(self, policy: Retention | None) -> None:
        self._policy = policy

    def requested(
        self, db: Connection, received: Received[PrivacyRequested], _: Any, now: datetime
    ) -> Iterator[Outgoing]:
        """A person's word. Raises :class:`Permanent` for an unknown case, and for one on hold that is to go."""
        asked = received.data
        if store.summary(db, asked.case_id) is None:
            raise Permanent(
                DeadLetterCause.UNKNOWN_CASE,
                f"{asked.request.value!r} was asked of case {asked.case_id}, which is not on file. Discard this.",
            )
        hold = store.hold_on(db, asked.case_id)
        match asked.request:
            case PrivacyRequestKind.HOLD:
                store.set_hold(db, asked.case_id, hold or store.Hold(asked.actor, asked.reason, now))
                action = AccessAction.HOLD
            case PrivacyRequestKind.RELEASE:
                store.set_hold(db, asked.case_id, None)
                action = AccessAction.RELEASE
            case PrivacyRequestKind.FORGET:
                if hold is not None:
                    raise Permanent(
                        DeadLetterCause.ILLEGAL_TRANSITION,
                        f"Case {asked.case_id} is on hold since {hold.since:%Y-%m-%d} by {hold.actor}, so it is not"
                        " forgotten. Discard this; when the hold is released, ask again.",
                    )
                yield _erase(asked.case_id, asked.actor, asked.reason, now)
                action = AccessAction.FORGET
        yield on_record(asked.case_id, action, asked.actor, asked.reason, received.event.id, now)

    async def watch(self, desk: Desk) -> None:
        """Forget what is due, for ever; several workers ask once, by the clock's own row."""
        await self.set_clocks(desk)
        while True:
            await self.forget_due(desk)
            await asyncio.sleep(_LOOK_EVERY)

    async def set_clocks(self, desk: Desk) -> None:
        """The clocks of all cases by the policy as it is now: it may have been edited."""
        last: str | None = ""
        while last is not None:
            last = await desk.read(lambda db, after=last: store.set_clocks(db, self._policy, after))  # type: ignore[misc]

    async def forget_due(self, desk: Desk) -> int:
        """One look at what is due; returns how many cases or pictures of cases intake was asked to erase."""
        asked = 0
        for case_id in await desk.read(lambda db: store.due(db, desk.clock(), _AT_ONCE)):
            cause = derived_id(case_id, f"retention|{desk.clock():%Y-%m-%d}")
            await desk.write(
                Cause(source="/goodorder/cases", id=cause, correlationid=cause),
                lambda db, now, case_id=case_id: list(self._take(db, case_id, now)),  # type: ignore[misc]
            )
            asked += 1
        return asked

    def _take(self, db: Connection, case_id: str, now: datetime) -> Iterator[Outgoing]:
        """Whoever stops the clock asks; another worker finds it stopped."""
        row = db.execute(sa.select(cases).where(cases.c.case_id == case_id)).one()
        if store.hold_on(db, case_id) is not None:
            return
        is_over = row.forget_at is not None and row.forget_at <= now
        if not is_over and (row.pictures_at is None or row.pictures_at > now):
            return
        store.stop_clock(db, case_id, pictures_only=not is_over)
        case = store.in_short(row.record)
        clock = retention.clock_of(CaseState(row.state), case.since, self._policy)
        if clock.ending is None or case.since is None:
            return
        reason = retention.why(clock.ending, case.since)
        yield _erase(case_id, _THE_CLOCK, reason, now, pictures_only=not is_over)
        action = AccessAction.FORGET if is_over else AccessAction.DELETE_PICTURES
        yield on_record(case_id, action, _THE_CLOCK, reason, f"{row.forget_at}|{row.pictures_at}", now)


def _erase(case_id: str, actor: str, reason: str, now: datetime, pictures_only: bool = False) -> Outgoing:
    asked = EraseCase(case_id=case_id, pictures_only=pictures_only, actor=actor, reason=reason, asked_at=now)
    return Outgoing(topics.PRIVATE_ERASURES, case_id, asked)


def on_record(case_id: str, action: AccessAction, actor: str, reason: str, cause: str, now: datetime) -> Outgoing:
    """The audit's line."""
    access = PrivateDataOpened(
        access_id=derived_id(case_id, f"{action.value}|{cause}"),
        action=action,
        case_ids=(case_id,),
        what="",
        actor=actor,
        tool="cases",
        reason=reason,
        opened_at=now,
    )
    return Outgoing(topics.PRIVATE_ACCESSES, case_id, access)
