"""The service as a whole but for Kafka: events in, changes and submissions out, the records that people read."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from schemas import topics
from schemas.codes import CarrierDecisionKind, CaseState
from schemas.events import ApplicationSubmitted, CarrierDecided, CaseChanged
from services.cases import store
from services.cases.worker import describe_service
from services.chassis.database import connect, migrate, migration_config
from services.chassis.tables import dead_letter
from tests.cases.stories import CARRIERS, CASE, at, judged, read, required, said
from tests.offline import Worker, worker

SERVICE = describe_service(CARRIERS)
DECISIONS = topics.decisions("brackwater")


async def submit(cases: Worker) -> None:
    await cases.take(read(), topics.INTAKE_APPLICATIONS, "application", CASE)
    await cases.take(judged("igo"), topics.VALIDATION_VERDICTS, "verdict", CASE)


async def test_a_case_is_published_kept_and_told(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        await submit(cases)
        await cases.take(required("needed"), topics.REQUIREMENTS_CHANGES, "requirements", CASE)
        await cases.take(said("acknowledged", 90), DECISIONS, "acknowledged", CASE)
        await cases.take(said("approved", 100, carrier_reference="BW-7"), DECISIONS, "approved", CASE)

        changes = cases.published(CaseChanged)
        assert [change.revision for change in changes] == list(range(1, 10))
        assert changes[-1].to_state == CaseState.APPROVED
        (submission,) = cases.published(ApplicationSubmitted)
        assert submission.application == read().application
        sent = [taken for taken in cases.broker.taken if "submission" in taken.topic]
        assert [(taken.topic, taken.key) for taken in sent] == [("carriers.brackwater.submissions", CASE.encode())]

        (summary,) = await cases.read(store.list_cases)
        assert (summary.case_id, summary.state, summary.revision) == (CASE, CaseState.APPROVED, 9)
        assert (summary.insured_masked, summary.agent_code, summary.outstanding) == ("Jordan P.", "A-100", 1)
        assert (summary.carrier_status, summary.carrier_reference) == (CarrierDecisionKind.APPROVED, "BW-7")
        assert summary.uploaded_at == at(10)
        entries = await cases.read(lambda db: store.timeline(db, CASE))
        assert [entry.change for entry in entries] == changes
        assert [entry.cause_id for entry in entries[:4]] == ["application"] * 3 + ["verdict"]
        assert entries[-1].carrier_word == said("approved", 100, carrier_reference="BW-7")


async def test_an_event_that_comes_again_changes_nothing(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        await submit(cases)
        before = len(cases.broker.taken)
        await submit(cases)
        assert len(cases.broker.taken) == before
        assert len(await cases.read(lambda db: store.timeline(db, CASE))) == 6


async def test_a_late_word_is_in_the_history_and_nowhere_else(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        await submit(cases)
        await cases.take(said("declined", 100), DECISIONS, "declined", CASE)
        await cases.take(said("acknowledged", 90), DECISIONS, "acknowledged", CASE)
        last = (await cases.read(lambda db: store.timeline(db, CASE)))[-1]
        assert (last.kind, last.change, last.carrier_word) == ("late", None, said("acknowledged", 90))
        assert cases.published(CaseChanged)[-1].to_state == CaseState.DECLINED


@pytest.mark.parametrize(
    ("topic", "word", "cause"),
    [
        (DECISIONS, said("placed"), "illegal_transition"),
        (topics.decisions("tarnside"), said("approved"), "wrong_carrier"),
        (DECISIONS, said("approved").model_copy(update={"case_id": "GO-0000-0000-0000"}), "unknown_case"),
    ],
)
async def test_a_word_that_cannot_be_goes_to_the_dead_letters_and_leaves_no_trace(
    database_url: str, topic: topics.Topic, word: CarrierDecided, cause: str
) -> None:
    async with worker(SERVICE, database_url) as cases:
        await submit(cases)
        before = cases.published(CaseChanged)
        await cases.take(word, topic, "impossible", word.case_id)
        (found,) = await cases.read(lambda db: db.execute(sa.select(dead_letter)).all())
        assert (found.cause, found.topic) == (cause, topic.name)
        assert cases.published(CaseChanged) == before
        assert len(await cases.read(lambda db: store.timeline(db, CASE))) == 6


async def test_a_word_after_an_impossible_one_is_still_heard(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        await submit(cases)
        await cases.take(said("placed", 130), DECISIONS, "placed", CASE)
        await cases.take(said("approved", 100), DECISIONS, "approved", CASE)
        (summary,) = await cases.read(store.list_cases)
        assert summary.state == CaseState.APPROVED


async def test_a_case_without_its_application_is_on_no_list(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        await cases.take(judged("igo"), topics.VALIDATION_VERDICTS, "verdict", CASE)
        assert await cases.read(store.list_cases) == ()
        assert await cases.read(lambda db: store.timeline(db, CASE)) == ()
        await cases.take(read(), topics.INTAKE_APPLICATIONS, "application", CASE)
        assert cases.published(CaseChanged)[-1].to_state == CaseState.SUBMITTED


def test_the_tables_are_as_the_migrations_make_them_and_can_be_taken_back(database_url: str) -> None:
    engine = connect(database_url, "cases")
    migrate(engine, "cases", ("cases", SERVICE.migrations))
    ours = set(store.metadata.tables)
    with engine.begin() as db:
        context = MigrationContext.configure(
            db, opts={"include_name": lambda name, kind, parents: kind != "table" or name in ours}
        )
        assert compare_metadata(context, store.metadata) == []
        command.downgrade(migration_config(db, "cases", SERVICE.migrations), "base")
        assert not ours & set(sa.inspect(db).get_table_names())
    engine.dispose()
