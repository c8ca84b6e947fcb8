"""Validation's copy of the producer directory, and applications judged again when a record changes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from schemas.codes import CaseState, Verdict
from schemas.events import ApplicationRead, CaseChanged, ProducerChanged
from schemas.finding_events import VerdictReached
from schemas.licensing import ProducerRecord
from schemas.topics import CASES_CHANGES, INTAKE_APPLICATIONS, LICENSING_PRODUCERS
from services.validation import store
from services.validation.worker import describe_service
from tests.chassis.events import NOON
from tests.chassis.workshop import Clock
from tests.licensing.test_service import check_migrations
from tests.offline import Worker, worker
from tests.producers import carrier, clock, producer
from tests.requirements.cases import CASE, NOW, read

SERVICE = describe_service({"brackwater": carrier(clock(days=10))})
UNLICENSED = producer(licenses=())


def at_noon() -> Clock:
    return Clock(datetime(2026, 3, 4, 18, 0, tzinfo=UTC))


async def tell(validation: Worker, record: ProducerRecord, revision: int = 1) -> None:
    changed = ProducerChanged(
        agent_code=record.agent_code,
        revision=revision,
        record=record,
        changed_at=NOON + timedelta(minutes=revision),
    )
    await validation.take(changed, LICENSING_PRODUCERS, f"{record.agent_code} {revision}", record.agent_code)


async def judge(validation: Worker, application: ApplicationRead | None = None) -> None:
    held = application or read()
    await validation.take(held, INTAKE_APPLICATIONS, f"version {held.version}", held.case_id)


async def leave(validation: Worker, state: CaseState, version: int = 1) -> None:
    change = CaseChanged(
        case_id=CASE,
        revision=6,
        to_state=state,
        occurred_at=NOW,
        reason="",
        carrier="brackwater",
        carrier_name="Brackwater Life",
        insured_masked="Jordan P.",
        uploaded_at=NOW,
        application_version=version,
    )
    await validation.take(change, CASES_CHANGES, f"{state} {version}", CASE)


def verdicts(validation: Worker) -> list[tuple[int, str, list[str]]]:
    return [
        (reached.version, reached.verdict.value, [finding.rule for finding in reached.findings])
        for reached in validation.published(VerdictReached)
    ]


async def at_desk(validation: Worker) -> list[int]:
    """The versions at the desk."""
    held = sa.select(store.applications.c.version).where(store.applications.c.at_desk)
    return await validation.read(lambda db: list(db.execute(held).scalars()))


async def test_an_application_is_judged_by_the_copy_of_the_directory(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await tell(validation, UNLICENSED)
        await judge(validation)
        assert verdicts(validation) == [(1, "nigo", ["V-51"])]


async def test_before_any_producer_is_known_it_is_said_once_and_nothing_is_held_up(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await judge(validation)
        assert verdicts(validation) == [(1, "igo", ["V-50"])]


async def test_a_record_that_comes_after_the_application_is_judged_by_then(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await tell(validation, producer(agent_code="B-1", npn="1"))
        await judge(validation)
        await tell(validation, producer())
        assert verdicts(validation) == [(1, "nigo", ["V-50"]), (1, "igo", [])]
        last = await validation.read(lambda db: store.last_verdict(db, CASE))
        assert last == validation.published(VerdictReached)[-1]


async def test_a_corrected_record_lets_the_application_go_on(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await tell(validation, UNLICENSED)
        await judge(validation)
        await tell(validation, producer(), 2)
        assert [word for _, word, _ in verdicts(validation)] == ["nigo", "igo"]


async def test_a_change_that_changes_no_finding_publishes_nothing(database_url: str) -> None:
    later = at_noon()
    async with worker(SERVICE, database_url, clock=later) as validation:
        await tell(validation, producer(appointments=()))
        await judge(validation)
        later.now += timedelta(days=2)  # the clock's finding counts other days now
        await tell(validation, producer(appointments=(), name="Robin Vale-Hart"), 2)
        assert verdicts(validation) == [(1, "igo", ["V-52"])]


async def test_a_clock_that_ran_out_is_found_when_the_record_changes(database_url: str) -> None:
    later = at_noon()
    async with worker(SERVICE, database_url, clock=later) as validation:
        await tell(validation, producer(appointments=()))
        await judge(validation)
        later.now += timedelta(days=11)
        await tell(validation, producer(appointments=(), errors_and_omissions=()), 2)
        assert verdicts(validation)[-1] == (1, "nigo", ["V-52", "V-55"])


async def test_another_agents_record_touches_nothing(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await tell(validation, producer())
        await judge(validation)
        await tell(validation, producer(agent_code="B-1", npn="1", licenses=()))
        assert len(verdicts(validation)) == 1


async def test_an_older_record_that_comes_late_is_passed_over(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await tell(validation, producer(), 2)
        await judge(validation)
        await tell(validation, UNLICENSED, 1)
        assert len(verdicts(validation)) == 1


async def test_an_npn_that_is_no_longer_the_agents_is_noticed(database_url: str) -> None:
    by_number = read(changes={"agent_report.agent_code": "BW-7", "agent_report.npn": "4411223"})
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await tell(validation, producer(agent_code="C-3"))
        await judge(validation, by_number)
        await tell(validation, producer(agent_code="C-3", npn="77"), 2)
        assert [word for _, word, _ in verdicts(validation)] == ["igo", "nigo"]


async def test_only_the_newest_version_is_judged_again(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await tell(validation, UNLICENSED)
        await judge(validation, read(2))
        await judge(validation, read(1))
        await tell(validation, producer(), 2)
        assert [(version, word) for version, word, _ in verdicts(validation)] == [(2, "nigo"), (1, "nigo"), (2, "igo")]


async def test_what_has_gone_to_the_carrier_is_not_judged_again(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await tell(validation, producer())
        await judge(validation)
        await leave(validation, CaseState.READY_TO_SUBMIT)
        assert await at_desk(validation) == [1]
        await leave(validation, CaseState.SUBMITTED)
        assert await at_desk(validation) == []
        await tell(validation, UNLICENSED, 2)
        assert len(verdicts(validation)) == 1


async def test_a_newer_version_stays_at_the_desk_when_an_older_one_has_gone(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await judge(validation, read(2))
        await leave(validation, CaseState.CARRIER_NIGO, version=1)
        assert await at_desk(validation) == [2]


async def test_a_case_that_cannot_be_judged_again_keeps_its_verdict_and_holds_up_no_other(database_url: str) -> None:
    async with worker(SERVICE, database_url, clock=at_noon()) as validation:
        await tell(validation, UNLICENSED)
        await judge(validation)
        held = await validation.read(lambda db: store.find(db, CASE))
        assert held is not None
        no_carrier = held.application.model_copy(update={"carrier": "gone"})
        elsewhere = replace(held, case_id="GO-0000-0000-0000", application=no_carrier)
        await validation.read(lambda db: store.keep(db, elsewhere))
        await tell(validation, producer(), 2)
        assert [reached.verdict for reached in validation.published(VerdictReached)] == [Verdict.NIGO, Verdict.IGO]


def test_the_tables_are_as_the_migrations_make_them_and_can_be_taken_back(database_url: str) -> None:
    check_migrations(database_url, "validation", SERVICE.migrations, store.metadata)
