"""The service but for Kafka: events in, lists, orders and notices out; timers ring once, whoever is killed."""

import asyncio
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from schemas import topics
from schemas.codes import Owing, ReasonSource, RequestAction, RequirementKind, VendorStatus
from schemas.requirement_events import (
    OrderFollowedUp,
    RequirementNotice,
    RequirementOrdered,
    RequirementRequest,
    RequirementsChanged,
)
from services.chassis.tables import dead_letter
from services.chassis.timers import Timers, timers_of
from services.requirements import store
from services.requirements.radar import blips
from services.requirements.worker import Ordering, describe_service
from tests.keys import handed_over
from tests.licensing.test_service import check_migrations
from tests.offline import Worker, worker
from tests.requirements.cases import CARRIERS, CASE, NOW, read, reported, verdict

SERVICE = replace(describe_service(CARRIERS), tasks=())
"""Timers are rung by the tests."""
OTHER = "GO-0000-0000-0000"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def into_good_order(at_work: Worker, case: str = CASE) -> None:
    application, good = (each.model_copy(update={"case_id": case}) for each in (read(), verdict()))
    await at_work.take(application, topics.INTAKE_APPLICATIONS, f"{case} application", case)
    await at_work.take(good, topics.VALIDATION_VERDICTS, f"{case} verdict", case)


def timers() -> Timers:
    return Timers("/goodorder/requirements", Ordering(CARRIERS).on_timer)


async def test_good_order_gives_a_list_with_reasons_and_an_order_each(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=Clock()) as at_work:
        await into_good_order(at_work)
        (changed,) = at_work.published(RequirementsChanged)
        assert [reason.where for reason in changed.requirements[0].reasons or ()] == [
            "carriers/brackwater/grid.csv, line 0"
        ]
        assert {order.requirement_id for order in at_work.published(RequirementOrdered)} == set(changed.changed)


async def test_what_is_due_is_followed_up_once_and_news_move_the_date(database_url: str) -> None:
    clock = Clock()
    async with worker(SERVICE, database_url, clock=clock) as at_work:
        await into_good_order(at_work)
        report = reported(RequirementKind.PARAMED, VendorStatus.RESULTS_OUT)
        await at_work.take(report, topics.VENDORS_STATUSES, "results", CASE)
        clock.now = NOW + timedelta(days=2, hours=1)
        assert (await timers().ring_due(at_work.desk), await timers().ring_due(at_work.desk)) == (2, 0)
        asked = at_work.published(OrderFollowedUp)
        paramed = report.requirement_id
        assert (len(asked), paramed in {each.requirement_id for each in asked}) == (2, False)
        due = {timer.name: timer.due_at for timer in await at_work.read(lambda db: timers_of(db, CASE))}
        assert {name.partition(" ")[0] for name in due} == {"follow-up", "expiry"}
        (first, *_) = await at_work.read(lambda db: blips(store.every_case(db), NOW + timedelta(days=20)))
        assert (first.case_id, first.owed_by) == (CASE, Owing.VENDOR)


async def test_a_failed_contact_after_another_is_told_to_the_agent_by_an_event(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=Clock()) as at_work:
        await into_good_order(at_work)
        for hour in range(3):
            report = reported(RequirementKind.PARAMED, VendorStatus.UNABLE_TO_CONTACT, hour)
            await at_work.take(report, topics.VENDORS_STATUSES, f"try {hour}", CASE)
        (notice,) = at_work.published(RequirementNotice)
        assert (notice.to, notice.agent_code) == (Owing.AGENT, "A-100")


async def test_a_second_case_on_the_same_life_uses_the_first_ones_results(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=Clock()) as at_work:
        await into_good_order(at_work)
        report = reported(RequirementKind.PARAMED, VendorStatus.RESULTS_OUT)
        await at_work.take(report, topics.VENDORS_STATUSES, "results", CASE)
        await into_good_order(at_work, OTHER)
        orders = [order.kind.value for order in at_work.published(RequirementOrdered) if order.case_id == OTHER]
        assert orders == []
        changed = at_work.published(RequirementsChanged)[-1]
        assert [held.status.value for held in changed.requirements] == ["satisfied", "needed", "needed"]


async def test_a_request_becomes_an_order_and_one_about_nothing_a_dead_letter(database_url: str) -> None:
    def request(action: RequestAction, event_id: str) -> RequirementRequest:
        return RequirementRequest(
            request_id=event_id,
            case_id=CASE,
            action=action,
            kind=RequirementKind.APS,
            asked_by=ReasonSource.PERSON,
            asker="morgan",
            reason="the underwriter asked",
            effective_at=NOW,
        )

    async with worker(SERVICE, database_url, clock=Clock()) as at_work:
        await into_good_order(at_work)
        for action in (RequestAction.WAIVE, RequestAction.ASK):
            await at_work.take(request(action, action.value), topics.REQUIREMENTS_REQUESTS, action.value, CASE)
        assert at_work.published(RequirementOrdered)[-1].kind is RequirementKind.APS
        (letter,) = await at_work.read(lambda db: db.execute(sa.select(dead_letter)).all())
        assert letter.cause == "unknown_case"


@pytest.mark.kills
@pytest.mark.slow
async def test_a_worker_killed_while_it_follows_up_has_asked_nobody_and_the_next_one_asks_once(
    database_url: str,
) -> None:
    clock = Clock()
    async with worker(SERVICE, database_url, clock=clock) as at_work:
        await into_good_order(at_work)
        command = [sys.executable, "-m", "tests.requirements.dying", database_url]
        killed = await asyncio.to_thread(
            subprocess.run, command, input=handed_over(), text=True, capture_output=True, timeout=90, check=False
        )
        assert killed.returncode == -signal.SIGKILL
        clock.now = NOW + timedelta(days=3)
        assert await timers().ring_due(at_work.desk) == 3
        asked = at_work.published(OrderFollowedUp)
        assert sorted((each.requirement_id, each.times) for each in asked) == sorted(
            (order.requirement_id, 1) for order in at_work.published(RequirementOrdered)
        )


def test_the_tables_are_as_the_migrations_make_them_and_can_be_taken_back(database_url: str) -> None:
    check_migrations(database_url, "requirements", SERVICE.migrations, store.metadata)
