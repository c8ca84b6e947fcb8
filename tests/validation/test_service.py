"""The service as a whole but for Kafka: applications in, verdicts out; findings set aside; cases tried again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from schemas.base import Contract, StoredObject
from schemas.codes import OverrideKind, Verdict
from schemas.document_events import DocumentFiled
from schemas.events import ApplicationRead, ProducerChanged
from schemas.finding_events import FindingOverridden, OverrideFinding, VerdictReached
from schemas.guidelines import Guidelines
from schemas.topics import INTAKE_APPLICATIONS, LICENSING_PRODUCERS, VALIDATION_OVERRIDE_REQUESTS, VALIDATION_OVERRIDES
from services.chassis.tables import dead_letter
from services.validation import store
from services.validation.judging import would_change
from services.validation.worker import describe_service
from tests.builders import DOCUMENT, brackwater, clean_application
from tests.offline import Worker, worker
from tests.producers import producer

CASE, OTHER = "GO-0000-0000-0001", "GO-0000-0000-0002"
AT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
CARRIER = brackwater(guidelines=(Guidelines(effective_from=date(2020, 1, 1), source="sample", duplicate_days=90),))
SERVICE = describe_service({"brackwater": CARRIER})
NO_REASON = {"physician.reason": None}


def read(
    case_id: str = CASE, version: int = 1, changes: dict[str, Any] | None = None, **packet: Any
) -> ApplicationRead:
    filed = DocumentFiled(document_id=DOCUMENT, archive=StoredObject(bucket="b", key="k"), file_name="a.pdf")
    return ApplicationRead(
        case_id=case_id,
        version=version,
        agent_code="A-100",
        documents=(filed,),
        uploaded_at=AT,
        reading_started_at=AT,
        read_at=AT,
        application=clean_application(changes, **packet),
    )


@asynccontextmanager
async def at_work(database_url: str) -> AsyncIterator[Worker]:
    """Validation with the agent of the clean application on file."""
    async with worker(SERVICE, database_url) as validation:
        record = producer()
        known = ProducerChanged(agent_code=record.agent_code, revision=1, record=record, changed_at=AT)
        await validation.take(known, LICENSING_PRODUCERS, "producer", record.agent_code)
        yield validation


async def take(validation: Worker, *events: Contract) -> None:
    for event in events:
        is_read = isinstance(event, ApplicationRead)
        topic = INTAKE_APPLICATIONS if is_read else VALIDATION_OVERRIDE_REQUESTS
        validation.sent = getattr(validation, "sent", 0) + 1  # type: ignore[attr-defined]
        await validation.take(event, topic, f"event-{validation.sent}", event.case_id)  # type: ignore[attr-defined]


def aside(rule: str = "V-23", kind: OverrideKind = OverrideKind.ACCEPTED, case_id: str = CASE) -> OverrideFinding:
    return OverrideFinding(case_id=case_id, rule=rule, kind=kind, actor="morgan", reason="The carrier asks itself.")


def verdicts(validation: Worker) -> list[VerdictReached]:
    return validation.published(VerdictReached)


async def test_a_finding_set_aside_counts_no_more_and_is_told(database_url: str) -> None:
    async with at_work(database_url) as validation:
        await take(validation, read(changes=NO_REASON), aside())
        before, after = verdicts(validation)
        assert (before.verdict, after.verdict) == (Verdict.NIGO, Verdict.IGO)
        assert (after.version, after.findings) == (1, ())
        (held,) = after.overridden or ()
        assert (held.finding.rule, held.actor, held.reason) == ("V-23", "morgan", "The carrier asks itself.")
        (told,) = validation.published(FindingOverridden)
        assert (told.rule, told.at, told.kind, told.lifted) == ("V-23", "physician.reason", "accepted", True)
        assert [taken.key for taken in validation.broker.taken if taken.topic == VALIDATION_OVERRIDES.name] == [
            CASE.encode()
        ]


async def test_it_stays_aside_in_a_new_version_with_the_same_evidence_only(database_url: str) -> None:
    async with at_work(database_url) as validation:
        await take(validation, read(changes=NO_REASON), aside())
        # A second version with the same gap, on other pages and with another beneficiary.
        await take(validation, read(version=2, changes={**NO_REASON, "beneficiaries.0.name": "Kim Pell"}))
        # A third one in which what stands in the physician's box is not the same any more.
        await take(validation, read(version=3, changes={**NO_REASON, "physician.name": "Dr. Birch"}))
        second, third = verdicts(validation)[2:]
        assert (second.verdict, third.verdict) == (Verdict.IGO, Verdict.NIGO)
        assert [finding.rule for finding in third.findings] == ["V-23"]


async def test_what_blocks_is_never_set_aside(database_url: str) -> None:
    async with at_work(database_url) as validation:
        unsigned = {"signatures.application.insured": {}}
        await take(validation, read(changes=unsigned), aside("V-70"))
        assert len(verdicts(validation)) == 1
        assert validation.published(FindingOverridden) == []
        (letter,) = await validation.read(lambda db: db.execute(sa.select(dead_letter)).all())
        assert "V-70 blocks" in letter.message

        await take(validation, aside("V-70", OverrideKind.FALSE_ALARM))
        (told,) = validation.published(FindingOverridden)
        assert (told.kind, told.lifted) == (OverrideKind.FALSE_ALARM, False)
        assert verdicts(validation)[-1].verdict is Verdict.NIGO


@pytest.mark.parametrize(
    ("asked", "said"), [(aside("V-01"), "no open finding"), (aside(case_id=OTHER), "never arrived")]
)
async def test_a_request_that_means_nothing_goes_to_the_dead_letters(
    database_url: str, asked: OverrideFinding, said: str
) -> None:
    async with at_work(database_url) as validation:
        await take(validation, read(), asked)
        (letter,) = await validation.read(lambda db: db.execute(sa.select(dead_letter)).all())
        assert said in letter.message


async def test_a_second_case_on_the_same_life_is_noticed(database_url: str) -> None:
    async with at_work(database_url) as validation:
        await take(validation, read(), read(OTHER), read(OTHER, 2))
        found = [[finding.rule for finding in reached.findings] for reached in verdicts(validation)]
        assert found == [[], ["V-80"], ["V-80"]]
        assert CASE in verdicts(validation)[1].findings[0].message


async def test_trying_changed_data_tells_which_verdicts_would_change(database_url: str) -> None:
    lower = CARRIER.file.products[0].model_copy(update={"whole_shares": True, "terms": (10,)})
    changed = brackwater(products=(lower, *CARRIER.file.products[1:]), guidelines=CARRIER.file.guidelines)
    async with at_work(database_url) as validation:
        ten = {"coverage.term_years": 10, "insured.ssn": "812-34-5000", "hipaa.ssn": "812-34-5000"}
        await take(validation, read(), read(OTHER, changes=ten))
        stored = await validation.read(lambda db: store.judged_since(db, "brackwater", AT.date()))
        assert list(would_change(stored, {"brackwater": CARRIER})) == []
        (change,) = would_change(stored, {"brackwater": changed})
        assert (change.case_id, change.before, change.after) == (CASE, Verdict.IGO, Verdict.NIGO)
        assert (change.appeared, change.gone) == (("V-17",), ())
        later = AT.date() + timedelta(days=1)
        assert await validation.read(lambda db: store.judged_since(db, "brackwater", later)) == ()


async def test_trying_keeps_what_a_person_set_aside(database_url: str) -> None:
    async with at_work(database_url) as validation:
        await take(validation, read(changes={**NO_REASON, "medical.heart": None}), aside())
        stored = await validation.read(lambda db: store.judged_since(db, "brackwater", AT.date()))
        assert list(would_change(stored, {"brackwater": CARRIER})) == []


async def test_a_question_left_open_survives_the_store(database_url: str) -> None:
    async with at_work(database_url) as validation:
        await take(validation, read(changes={"medical.heart": None}))
        judged = await validation.read(lambda db: store.find(db, CASE))
        assert judged is not None
        assert judged.application == read(changes={"medical.heart": None}).application


async def test_what_a_person_set_aside_stays_aside_when_the_agents_record_changes(database_url: str) -> None:
    async with at_work(database_url) as validation:
        await take(validation, read(changes=NO_REASON), aside())
        unlicensed = producer(licenses=())
        changed = ProducerChanged(agent_code="A-100", revision=2, record=unlicensed, changed_at=AT + timedelta(1))
        await validation.take(changed, LICENSING_PRODUCERS, "producer 2", "A-100")
        last = verdicts(validation)[-1]
        assert [finding.rule for finding in last.findings] == ["V-51"]
        assert [held.finding.rule for held in last.overridden or ()] == ["V-23"]


async def test_trying_judges_by_the_agents_standing_as_it_was_known(database_url: str) -> None:
    async with worker(SERVICE, database_url) as validation:
        await take(validation, read())
        other = producer(agent_code="B-1", npn="1")
        loaded = ProducerChanged(agent_code="B-1", revision=1, record=other, changed_at=AT)
        await validation.take(loaded, LICENSING_PRODUCERS, "producer", "B-1")
        stored = await validation.read(lambda db: store.judged_since(db, "brackwater", AT.date()))
        assert [finding.rule for _, reached, _ in stored for finding in reached.findings] == ["V-50"]
        assert list(would_change(stored, {"brackwater": CARRIER})) == []


async def test_an_application_is_forgotten_after_its_time_and_its_life_still_known(database_url: str) -> None:
    async with at_work(database_url) as validation:
        await take(validation, read())
        await validation.read(lambda db: store.forget_applications(db, validation.clock() - timedelta(days=90)))
        assert await validation.read(lambda db: store.find(db, CASE)) is not None
        await validation.read(lambda db: store.forget_applications(db, validation.clock() + timedelta(days=90)))
        assert await validation.read(lambda db: store.find(db, CASE)) is None
        assert await validation.read(lambda db: store.judged_since(db, "brackwater", AT.date())) == ()
        kept = await validation.read(lambda db: [str(row) for row in db.execute(sa.select(store.applications))])
        assert not [row for row in kept if "812-34-5678" in row]
        await take(validation, read(OTHER))
        assert [finding.rule for finding in verdicts(validation)[-1].findings] == ["V-80"]
        changed = ProducerChanged(
            agent_code="A-100", revision=2, record=producer(licenses=()), changed_at=AT + timedelta(1)
        )
        await validation.take(changed, LICENSING_PRODUCERS, "producer 2", "A-100")
        assert [one.case_id for one in verdicts(validation)] == [CASE, OTHER, OTHER]
