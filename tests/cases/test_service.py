"""The service as a whole but for Kafka: events in, changes and submissions out, the records that people read."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from schemas import topics
from schemas.carrier_events import ApplicationSubmitted, CarrierDecided, DocumentsSubmitted
from schemas.case_events import CarrierAsked, CarrierRequired, CaseAmended, CaseRequested, DifferenceFound
from schemas.codes import CarrierAskKind, CarrierDecisionKind, CaseState, ChangeConsequence, DifferenceKind, Owing
from schemas.events import CaseChanged
from schemas.requirement_events import RequirementRequest
from services.cases import store
from services.cases.pages import case_page
from services.cases.worker import Clerk, describe_service
from services.chassis.database import connect, migrate, migration_config
from services.chassis.tables import dead_letter
from tests.cases.stories import CARRIERS, CASE, NOW, asked, at, judged, raised, read, read_with_more, required, said
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
        assert summary.owner is Owing.CARRIER
        entries = await cases.read(lambda db: store.timeline(db, CASE))
        assert [entry.change for entry in entries] == changes
        assert [entry.cause_id for entry in entries[:4]] == ["application"] * 3 + ["verdict"]
        assert entries[-1].carrier_word == said("approved", 100, carrier_reference="BW-7")


async def test_what_comes_after_the_submission_is_passed_on_once_and_submitted_when_the_carrier_sends_the_case_back(
    database_url: str,
) -> None:
    async with worker(SERVICE, database_url) as cases:
        await submit(cases)
        for version, changed in ((2, True), (3, False)):
            for _ in range(2):
                late = read_with_more(version, changed)
                await cases.take(late, topics.INTAKE_APPLICATIONS, f"version {version}", CASE)
        second, third = cases.published(DocumentsSubmitted)
        assert [[filed.version for filed in sent.documents] for sent in (second, third)] == [[2], [3]]
        assert (second.application, third.application) == (read_with_more(2).application, None)
        (summary,) = await cases.read(store.list_cases)
        assert summary.state == CaseState.SUBMITTED
        await cases.take(said("not_in_good_order", 90), DECISIONS, "sent back", CASE)
        await cases.take(judged("igo", 3), topics.VALIDATION_VERDICTS, "verdict 3", CASE)
        again = cases.published(ApplicationSubmitted)[-1]
        assert (again.version, len(again.documents)) == (3, 3)
        assert len(cases.published(DocumentsSubmitted)) == 2
        versions = await cases.read(lambda db: store.versions(db, CASE))
        assert [(each.version, each.news) for each in versions] == [
            (1, ""),
            (2, "1 document, 1 field changed"),
            (3, "1 document, no field changed"),
        ]
        answer = await cases.read(lambda db: case_page(db, {"case_id": CASE}, NOW))
        assert [len(each["documents"]) for each in answer.body["versions"]] == [1, 2, 3]


async def test_what_comes_before_the_submission_goes_with_it(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        await cases.take(read(), topics.INTAKE_APPLICATIONS, "application", CASE)
        await cases.take(judged("nigo"), topics.VALIDATION_VERDICTS, "verdict", CASE)
        await cases.take(read_with_more(2), topics.INTAKE_APPLICATIONS, "version 2", CASE)
        await cases.take(judged("igo", 2), topics.VALIDATION_VERDICTS, "verdict 2", CASE)
        (sent,) = cases.published(ApplicationSubmitted)
        assert (sent.version, [filed.version for filed in sent.documents]) == (2, [2, None])
        assert cases.published(DocumentsSubmitted) == []
        assert cases.published(CaseChanged)[-1].arrived_at == at(20)


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


async def test_a_word_that_is_not_possible_waits_and_the_carrier_is_asked_for_what_is_missing(
    database_url: str,
) -> None:
    async with worker(SERVICE, database_url) as cases:
        await submit(cases)
        await cases.take(said("placed", 130), DECISIONS, "placed", CASE)
        (difference,) = cases.published(DifferenceFound)
        assert (difference.kind, difference.said) == (DifferenceKind.NOT_POSSIBLE, CarrierDecisionKind.PLACED)
        (question,) = cases.published(CarrierAsked)
        assert (question.ask, question.since) == (CarrierAskKind.RESEND, None)
        await cases.take(said("approved", 100), DECISIONS, "approved", CASE)
        (summary,) = await cases.read(store.list_cases)
        assert summary.state == CaseState.PLACED
        assert len(cases.published(DifferenceFound)) == 1


async def test_an_offer_that_nobody_answers_expires_once_whoever_looks(database_url: str) -> None:
    clerk = Clerk(CARRIERS)
    async with worker(SERVICE, database_url, clock=lambda: NOW) as cases:
        await submit(cases)
        await cases.take(said("tentative_offer", 100, answer_by=at(200)), DECISIONS, "offer", CASE)
        for _ in range(2):
            await clerk.let_offers_lapse(cases.desk)
        assert cases.published(CaseChanged)[-1].to_state == CaseState.OFFER_EXPIRED
        assert [change.to_state for change in cases.published(CaseChanged)].count(CaseState.OFFER_EXPIRED) == 1
        entry = (await cases.read(lambda db: store.timeline(db, CASE)))[-1]
        assert entry.text == "No answer by 2026-03-04"


async def test_a_request_is_done_told_to_the_carrier_and_told_what_it_sets_in_motion(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        await submit(cases)
        await cases.take(said("acknowledged", 90, carrier_reference="BW-7"), DECISIONS, "acknowledged", CASE)
        await cases.take(
            asked("change_face_amount", 200, face_amount="750000"), topics.CASES_REQUESTS, "more cover", CASE
        )
        (question,) = cases.published(CarrierAsked)
        assert (question.ask, question.face_amount) == (CarrierAskKind.CHANGE_FACE_AMOUNT, 750000)
        assert question.carrier_reference == "BW-7"
        (amended,) = cases.published(CaseAmended)
        assert amended.consequences == (
            ChangeConsequence.REQUIREMENTS,
            ChangeConsequence.PREMIUM,
            ChangeConsequence.ILLUSTRATION,
            ChangeConsequence.CARRIER_DECISION,
        )


async def test_a_requirement_of_an_orderable_kind_goes_to_the_requirements_desk_and_counts_once(
    database_url: str,
) -> None:
    async with worker(SERVICE, database_url) as cases:
        await submit(cases)
        await cases.take(said("acknowledged", 90), DECISIONS, "acknowledged", CASE)
        await cases.take(raised("R-1", 100, kind="aps"), DECISIONS, "raised", CASE)
        await cases.take(raised("R-2", 101), DECISIONS, "another", CASE)
        (request,) = cases.published(RequirementRequest)
        assert (request.action, request.kind, request.carrier_reference) == ("ask", "aps", "R-1")
        listed = required("needed", minute=110)
        followed = listed.requirements[0].model_copy(update={"carrier_reference": "R-1"})
        tracked = listed.model_copy(update={"requirements": (followed,)})
        await cases.take(tracked, topics.REQUIREMENTS_CHANGES, "tracked", CASE)
        (summary,) = await cases.read(store.list_cases)
        assert summary.outstanding == 2


@pytest.mark.parametrize(
    ("request_", "cause"),
    [
        (asked("accept_offer"), "illegal_transition"),
        (asked("change_mode"), "malformed"),
        (asked("change_face_amount", face_amount="90000000"), "illegal_transition"),
        (asked("mark_alternate", other_case_id="GO-0000-0000-0000"), "unknown_case"),
        (asked("submit").model_copy(update={"case_id": "GO-0000-0000-0000"}), "unknown_case"),
    ],
)
async def test_a_request_that_cannot_be_granted_is_a_dead_letter(
    tmp_path: Path, request_: CaseRequested, cause: str
) -> None:
    async with worker(SERVICE, f"sqlite:///{tmp_path / 'cases.db'}") as cases:
        await submit(cases)
        await cases.take(request_, topics.CASES_REQUESTS, "impossible", request_.case_id)
        (found,) = await cases.read(lambda db: db.execute(sa.select(dead_letter)).all())
        assert found.cause == cause
        assert len(await cases.read(lambda db: store.facts_of(db, CASE))) == 2


async def test_once_the_carrier_has_it_no_application_is_kept(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        await cases.take(read(), topics.INTAKE_APPLICATIONS, "application", CASE)
        assert await cases.read(lambda db: store.application(db, CASE, 1)) == read()
        await cases.take(judged("igo"), topics.VALIDATION_VERDICTS, "verdict", CASE)
        assert await cases.read(lambda db: store.application(db, CASE, 1)) is None


@pytest.mark.parametrize(
    ("topic", "word", "cause"),
    [
        (topics.decisions("tarnside"), raised(), "wrong_carrier"),
        (topics.decisions("tarnside"), said("approved"), "wrong_carrier"),
        (DECISIONS, said("approved").model_copy(update={"case_id": "GO-0000-0000-0000"}), "unknown_case"),
    ],
)
async def test_a_word_that_cannot_be_goes_to_the_dead_letters_and_leaves_no_trace(
    database_url: str, topic: topics.Topic, word: CarrierDecided | CarrierRequired, cause: str
) -> None:
    async with worker(SERVICE, database_url) as cases:
        await submit(cases)
        before = cases.published(CaseChanged)
        await cases.take(word, topic, "impossible", word.case_id)
        (found,) = await cases.read(lambda db: db.execute(sa.select(dead_letter)).all())
        assert (found.cause, found.topic) == (cause, topic.name)
        assert cases.published(CaseChanged) == before
        assert len(await cases.read(lambda db: store.timeline(db, CASE))) == 6


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
