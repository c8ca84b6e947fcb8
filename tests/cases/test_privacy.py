"""Keeping and forgetting cases: the clock, holds, what people ask, and what a forgotten case does to nobody."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from schemas import topics
from schemas.case_states import ENDED
from schemas.codes import AccessAction, CaseState, PrivacyRequestKind
from schemas.events import CaseChanged
from schemas.privacy_events import CaseForgotten, EraseCase, PrivacyRequested, PrivateDataOpened
from schemas.retention import ENDINGS, Ending, Retention, load_retention
from services.cases import store
from services.cases.privacy import Keeper
from services.cases.retention import clock_of
from services.cases.worker import Clerk, describe_service
from services.chassis.forgetting import when_forgotten
from services.chassis.tables import dead_letter, inbox
from tests.cases.stories import CARRIERS, CASE, NOW, asked, judged, read, said
from tests.docs.pages import ROOT
from tests.keys import KEYS
from tests.offline import Worker, worker

POLICY = load_retention(ROOT / "carriers" / "retention.yaml")
SERVICE = describe_service(CARRIERS, POLICY)
DECISIONS = topics.decisions("brackwater")
LATER = NOW + timedelta(days=366 * 12)

times = st.integers(946_684_800, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC))
spans = st.one_of(
    st.builds(lambda years: {"calendar_years": years}, st.integers(0, 30)),
    st.builds(lambda days: {"days": days}, st.integers(0, 4000)),
)


@st.composite
def policies(draw: st.DrawFn) -> Retention:
    days = sorted(draw(st.sets(st.dates(date(2000, 1, 1), date(2090, 1, 1)), min_size=1, max_size=4)))
    names = (*(ending.value for ending in Ending), "pictures", "uploads_without_case")
    editions = [{"applies_from": day, **{name: draw(spans) for name in names}} for day in days]
    return Retention.model_validate({"editions": editions})


@given(st.sampled_from(CaseState), times, policies())
def test_a_case_has_a_clock_just_when_its_time_has_begun_and_is_kept_at_least_that_long(
    state: CaseState, since: datetime, policy: Retention
) -> None:
    clock = clock_of(state, since, policy)
    assert (clock.case_at is None) == (state not in ENDINGS)
    if clock.case_at is not None and clock.ending is not None:
        span = policy.on(since.date()).of(clock.ending)
        assert clock.case_at - since >= timedelta(days=span.days or 365 * (span.calendar_years or 0))
        assert clock.pictures_at is None or since <= clock.pictures_at < clock.case_at


@given(times, policies(), st.integers(0, 5000))
def test_an_edition_counts_for_what_dates_from_its_day_on(since: datetime, policy: Retention, days: int) -> None:
    edition = policy.on(since.date())
    assert edition.applies_from <= since.date() or edition == policy.editions[0]
    assert not any(edition.applies_from < other.applies_from <= since.date() for other in policy.editions)
    assert policy.on((since + timedelta(days=days)).date()).applies_from >= edition.applies_from


def test_every_state_in_which_a_case_ends_has_a_span_and_none_in_which_a_carrier_has_it() -> None:
    assert ENDINGS.keys() >= ENDED
    assert not {CaseState.SUBMITTED, CaseState.UNDERWRITING, CaseState.APPROVED} & ENDINGS.keys()


async def ended(cases: Worker) -> None:
    await cases.take(read(), topics.INTAKE_APPLICATIONS, "application", CASE)
    await cases.take(judged("igo"), topics.VALIDATION_VERDICTS, "verdict", CASE)
    await cases.take(said("declined", 100), DECISIONS, "declined", CASE)


async def ask(cases: Worker, kind: PrivacyRequestKind) -> None:
    request = PrivacyRequested(case_id=CASE, request=kind, actor="m.lee", reason="as counsel says", requested_at=NOW)
    await cases.take(request, topics.PRIVATE_REQUESTS, f"{kind} {len(cases.broker.taken)}", CASE)


async def test_a_case_goes_by_the_clock_once_whoever_looks_and_never_while_it_is_held(database_url: str) -> None:
    now = NOW
    keeper = Keeper(POLICY)
    async with worker(describe_service(CARRIERS, POLICY), database_url, clock=lambda: now) as cases:
        await ended(cases)
        assert await keeper.forget_due(cases.desk) == 0
        now = NOW + timedelta(days=400)
        assert await keeper.forget_due(cases.desk) == 1
        (pictures,) = cases.published(EraseCase)
        assert pictures.pictures_only
        await ask(cases, PrivacyRequestKind.HOLD)
        now = LATER
        assert await keeper.forget_due(cases.desk) == 0
        await ask(cases, PrivacyRequestKind.RELEASE)
        assert [await keeper.forget_due(cases.desk) for _ in range(2)] == [1, 0]
        erased = cases.published(EraseCase)[-1]
        assert (erased.case_id, erased.pictures_only, erased.actor) == (CASE, False, "the clock")
        assert [seen.action for seen in cases.published(PrivateDataOpened)] == [
            AccessAction.DELETE_PICTURES, AccessAction.HOLD, AccessAction.RELEASE, AccessAction.FORGET,
        ]  # fmt: skip


async def test_a_case_on_hold_is_forgotten_for_nobody(database_url: str) -> None:
    async with worker(SERVICE, database_url) as cases:
        await ended(cases)
        await ask(cases, PrivacyRequestKind.HOLD)
        await ask(cases, PrivacyRequestKind.FORGET)
        assert not cases.published(EraseCase)
        message = await cases.read(lambda db: db.execute(sa.select(dead_letter.c.message)).scalar())
        assert "on hold since" in str(message)


@pytest.fixture
def keys_put_back() -> Iterator[None]:
    held = dict(KEYS.held)
    yield
    KEYS.held.clear()
    KEYS.held.update(held)


async def test_a_forgotten_case_is_still_listed_and_what_comes_later_harms_nobody(
    database_url: str, keys_put_back: None
) -> None:
    now = NOW
    async with worker(SERVICE, database_url, clock=lambda: now) as cases:
        await cases.take(read(), topics.INTAKE_APPLICATIONS, "application", CASE)
        await cases.take(judged("igo"), topics.VALIDATION_VERDICTS, "verdict", CASE)
        offer = said("tentative_offer", 100, answer_by=NOW + timedelta(days=1))
        await cases.take(offer, DECISIONS, "offer", CASE)
        KEYS.forget(CASE, NOW)
        # The key is gone and the word of it not here yet: the offer that runs out brings no worker down.
        cases.vault.drop(CASE)
        now = NOW + timedelta(days=2)
        await Clerk(CARRIERS).let_offers_lapse(cases.desk)
        gone = CaseForgotten(case_id=CASE, actor="m.lee", reason="as asked", forgotten_at=NOW)
        await cases.take(gone, topics.PRIVATE_FORGOTTEN, "gone", CASE)
        before = len(cases.published(CaseChanged))
        await cases.take(said("approved", 300), DECISIONS, "late", CASE)
        await cases.take(asked("submit", 300), topics.CASES_REQUESTS, "late request", CASE)
        await Clerk(CARRIERS).let_offers_lapse(cases.desk)
        assert await cases.read(lambda db: when_forgotten(db, CASE)) == NOW
        (summary,) = await cases.read(store.list_cases)
        assert (summary.case_id, summary.insured_masked) == (CASE, "Jordan P.")
        assert len(cases.published(CaseChanged)) == before
        assert await cases.read(lambda db: db.execute(sa.select(dead_letter.c.id)).first()) is None
        known = await cases.read(lambda db: set(db.execute(sa.select(inbox.c.event_id)).scalars()))
        assert {"gone", "late", "late request"} <= known
