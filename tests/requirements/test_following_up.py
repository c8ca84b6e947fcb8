"""Vendors' logs, follow-ups by cadence and owner, escalation, results that run out: all on an injected clock."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codes import CaseState, NoticeKind, Owing, RequirementKind, RequirementStatus, VendorStatus
from schemas.events import CaseChanged
from schemas.requirement_events import Requirement, RequirementNotice, VendorStatusReported
from services.requirements.cadence import business_days_after
from services.requirements.due import on_due, timers_of
from services.requirements.joining import on_application, on_verdict
from services.requirements.orders import requirement_id
from services.requirements.reports import on_case_changed, on_vendor_status
from services.requirements.state import CaseRequirements, Decision
from tests.requirements.cases import CARRIERS, CASE, EMPTY, NOW, read, reported, verdict

PARAMED, APS, AGENTS = RequirementKind.PARAMED, RequirementKind.APS, RequirementKind.AGENT_CERTIFICATION
OLDER: dict[str, Any] = {"insured.date_of_birth": date(1970, 1, 1), "hipaa.date_of_birth": date(1970, 1, 1)}
LARGER: dict[str, Any] = {"coverage.face_amount": 750_000}
FAILED = VendorStatus.UNABLE_TO_CONTACT


class Case:
    """A case on a clock: what is due rings in order as time goes by."""

    def __init__(self, changes: dict[str, Any] | None = None) -> None:
        self.now = NOW
        self.state: CaseRequirements = EMPTY
        self.decisions: list[Decision] = []
        self.take(on_application(self.state, read(changes=changes), CARRIERS, NOW))
        self.take(on_verdict(self.state, verdict(), CARRIERS, NOW))

    def take(self, decision: Decision) -> Decision:
        self.state = decision.state
        self.decisions.append(decision)
        return decision

    def report(self, kind: RequirementKind, status: VendorStatus, **more: Any) -> Decision:
        said = VendorStatusReported(
            case_id=CASE, requirement_id=requirement_id(CASE, kind), status=status, effective_at=self.now, **more
        )
        return self.take(on_vendor_status(self.state, said, CARRIERS, self.now))

    def wait(self, days: float) -> None:
        until = self.now + timedelta(days=days)
        while due := sorted(
            (at, name) for name, at in timers_of(self.state, CARRIERS, self.now).items() if at <= until
        ):
            self.now = max(due[0][0], self.now)
            self.take(on_due(self.state, due[0][1], CARRIERS, self.now))
        self.now = until

    def of(self, kind: RequirementKind) -> Requirement:
        return next(each for each in self.state.requirements if each.kind is kind)

    def asked(self, kind: RequirementKind) -> list[tuple[str, int]]:
        """The days on which the vendor was asked, and the how-manieth time."""
        identity = requirement_id(CASE, kind)
        events = [event for decision in self.decisions for event in decision.followed_up]
        return [(f"{each.asked_at:%a %m-%d}", each.times) for each in events if each.requirement_id == identity]

    def notices(self, kind: RequirementKind, to: Owing) -> list[RequirementNotice]:
        identity = requirement_id(CASE, kind)
        every = [notice for decision in self.decisions for notice in decision.notices]
        return [notice for notice in every if notice.requirement_id == identity and notice.to is to]


def test_business_days_leave_out_the_weekend() -> None:
    wednesday = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
    reached = [f"{business_days_after(wednesday, days):%a %m-%d}" for days in (0, 1, 2, 3, 5)]
    assert reached == ["Wed 03-04", "Thu 03-05", "Fri 03-06", "Mon 03-09", "Wed 03-11"]


def test_an_exam_is_asked_about_after_two_business_days_then_every_two() -> None:
    case = Case()
    assert case.of(PARAMED).next_at == NOW + timedelta(days=2)
    case.wait(9)
    assert case.asked(PARAMED) == [("Fri 03-06", 1), ("Tue 03-10", 2), ("Thu 03-12", 3)]
    (told,) = case.notices(PARAMED, Owing.BGA)
    assert (told.notice, told.text) == (
        NoticeKind.REMINDER,
        "Call examhouse: asked 3 times about PARAMED, without progress.",
    )


def test_each_step_of_an_exam_has_its_own_date_and_owner() -> None:
    case = Case()
    steps = []
    appointment = NOW + timedelta(days=6)
    for status, more in (
        (VendorStatus.ACKNOWLEDGED, {}),
        (VendorStatus.CONTACTING, {}),
        (VendorStatus.SCHEDULED, {"scheduled_for": appointment}),
        (VendorStatus.NO_SHOW, {}),
        (VendorStatus.EXAM_DONE, {}),
        (VendorStatus.RESULTS_OUT, {"vendor_reference": "EH-1"}),
    ):
        case.report(PARAMED, status, **more)
        held = case.of(PARAMED)
        steps.append((held.owed_by and held.owed_by.value, held.next_at and f"{held.next_at:%a %m-%d}"))
        case.now += timedelta(hours=1)
    assert steps == [
        ("vendor", "Wed 03-11"),
        ("vendor", "Wed 03-11"),
        ("client", "Wed 03-11"),
        ("vendor", "Wed 03-11"),
        ("vendor", "Wed 03-11"),
        (None, None),
    ]
    held = case.of(PARAMED)
    assert (held.vendor_reference, held.scheduled_for, held.expires_on) == (
        "EH-1",
        appointment,
        NOW.date() + timedelta(days=180),
    )


def test_records_are_asked_about_on_day_3_and_7_then_every_3() -> None:
    case = Case(LARGER)
    case.report(APS, VendorStatus.REQUESTED_FROM_FACILITY)
    assert case.of(APS).owed_by is Owing.FACILITY
    case.wait(13.5)
    assert [day for day, _ in case.asked(APS)] == ["Sat 03-07", "Wed 03-11", "Sat 03-14", "Tue 03-17"]


def test_the_agent_is_reminded_on_day_1_3_and_7_and_then_the_case_manager_calls() -> None:
    case = Case(OLDER)
    case.wait(15)
    reminders = case.notices(AGENTS, Owing.AGENT)
    assert [notice.occurred_at.day for notice in reminders] == [5, 7, 11]
    assert reminders[0].text.startswith("Agent certification is open since March 4. Please send it")
    assert [notice.text.partition(":")[0] for notice in case.notices(AGENTS, Owing.BGA)] == ["Call the agent"]
    assert case.asked(AGENTS) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (VendorStatus.REFUSED, "Your client refused"),
        (VendorStatus.AUTHORIZATION_REJECTED, "does not take the authorization"),
        (VendorStatus.NO_RECORDS, "which physician holds them"),
    ],
)
def test_a_setback_that_only_the_agent_can_mend_goes_to_the_agent_at_once_and_once(
    status: VendorStatus, words: str
) -> None:
    case = Case(LARGER)
    case.report(APS, status)
    case.report(APS, status)
    (told,) = case.notices(APS, Owing.AGENT)
    assert (told.notice, told.agent_code, told.insured_masked) == (NoticeKind.ESCALATION, "A-100", "Jordan P.")
    assert words in told.text


def test_after_three_failed_contacts_the_agent_is_asked_for_help() -> None:
    case = Case()
    for _ in range(2):
        case.report(PARAMED, FAILED)
        case.now += timedelta(hours=5)
    assert case.notices(PARAMED, Owing.AGENT) == []
    case.report(PARAMED, FAILED)
    (told,) = case.notices(PARAMED, Owing.AGENT)
    assert "could not reach your client, or was not met, 3 times" in told.text
    assert case.of(PARAMED).owed_by is Owing.AGENT
    case.now += timedelta(hours=1)
    case.report(PARAMED, VendorStatus.SCHEDULED)
    assert case.of(PARAMED).owed_by is Owing.CLIENT


def test_after_an_outage_what_was_missed_is_asked_once() -> None:
    case, later = Case(OLDER), NOW + timedelta(days=30, hours=1)
    done = on_due(case.state, f"follow-up {requirement_id(CASE, PARAMED)}", CARRIERS, later)
    assert [event.times for event in done.followed_up] == [1]
    held = next(each for each in done.state.requirements if each.kind is PARAMED)
    assert held.next_at is not None
    assert later < held.next_at < later + timedelta(days=4)
    again = on_due(done.state, f"follow-up {requirement_id(CASE, PARAMED)}", CARRIERS, later)
    assert again.followed_up == ()


def test_news_stop_the_reminders_of_the_stage_before() -> None:
    case = Case()
    case.wait(1)
    for kind in (PARAMED, RequirementKind.BLOOD_URINE, RequirementKind.MVR):
        case.report(kind, VendorStatus.RESULTS_OUT)
    case.wait(60)
    assert [event for decision in case.decisions for event in decision.followed_up] == []


def test_results_are_warned_about_before_they_run_out_and_then_needed_anew() -> None:
    case = Case()
    case.report(PARAMED, VendorStatus.EXAM_DONE)
    case.now += timedelta(days=4)
    case.report(PARAMED, VendorStatus.RESULTS_OUT)
    for kind in (RequirementKind.BLOOD_URINE, RequirementKind.MVR):
        case.take(on_vendor_status(case.state, reported(kind, VendorStatus.CANCELLED), CARRIERS, case.now))
    last_day = NOW.date() + timedelta(days=180)  # from the exam, not from the results
    assert case.of(PARAMED).expires_on == last_day
    case.wait(200)
    told = [(n.notice.value, (last_day - n.occurred_at.date()).days) for n in case.notices(PARAMED, Owing.BGA)]
    assert told[:4] == [("expiring", 30), ("expiring", 14), ("expiring", 7), ("expired", -1)]
    held = case.of(PARAMED)
    assert (held.status, held.owed_by, held.next_step) == (RequirementStatus.NEEDED, Owing.BGA, "To be ordered")
    assert not any(order.kind is PARAMED for decision in case.decisions[2:] for order in decision.orders)


@pytest.mark.parametrize("decided", [CaseState.APPROVED, CaseState.OFFER_OUT, CaseState.OFFER_EXPIRED])
def test_once_the_carrier_has_decided_nothing_runs_out_any_more(decided: CaseState) -> None:
    case = Case()
    case.report(PARAMED, VendorStatus.RESULTS_OUT)
    case.take(on_case_changed(case.state, changed(decided, 5), CARRIERS, case.now))
    case.wait(300)
    assert case.of(PARAMED).status is RequirementStatus.SATISFIED


def changed(state: CaseState, revision: int) -> CaseChanged:
    return CaseChanged(
        case_id=CASE,
        revision=revision,
        to_state=state,
        occurred_at=NOW,
        reason="",
        carrier="brackwater",
        carrier_name="Brackwater Life",
        insured_masked="Jordan P.",
        uploaded_at=NOW,
        application_version=1,
    )


def test_when_the_case_ends_orders_are_cancelled_and_when_it_reopens_ordered_anew() -> None:
    case = Case()
    case.report(PARAMED, VendorStatus.RESULTS_OUT)
    ended = case.take(on_case_changed(case.state, changed(CaseState.DECLINED, 9), CARRIERS, case.now))
    assert {each.vendor for each in ended.cancelled} == {"examhouse"}
    assert len(ended.cancelled) == 2
    assert timers_of(case.state, CARRIERS, case.now) == {}
    late = case.take(on_case_changed(case.state, changed(CaseState.UNDERWRITING, 8), CARRIERS, case.now))
    assert (late.changed, case.state.ended) == (None, True)
    case.now += timedelta(days=2)
    again = case.take(on_case_changed(case.state, changed(CaseState.REOPENED, 10), CARRIERS, case.now))
    assert [(order.kind.value, order.order) for order in again.orders] == [("blood_urine", 2), ("mvr", 2)]
    assert case.of(PARAMED).status is RequirementStatus.SATISFIED


def test_a_duplicate_that_goes_no_further_has_its_orders_cancelled() -> None:
    case = Case()
    ended = case.take(on_case_changed(case.state, changed(CaseState.DUPLICATE, 9), CARRIERS, case.now))
    assert (len(ended.cancelled), timers_of(case.state, CARRIERS, case.now)) == (3, {})


EXAM_STORY = [
    reported(PARAMED, status, hours)
    for hours, status in enumerate(
        (
            VendorStatus.ACKNOWLEDGED,
            VendorStatus.CONTACTING,
            FAILED,
            VendorStatus.SCHEDULED,
            VendorStatus.NO_SHOW,
            VendorStatus.RESCHEDULED,
            VendorStatus.EXAM_DONE,
            VendorStatus.SPECIMEN_AT_LAB,
        ),
        start=1,
    )
]


ORDERED = Case().state


@settings(max_examples=40, deadline=None)
@given(st.permutations(EXAM_STORY), st.lists(st.sampled_from(EXAM_STORY), max_size=6))
def test_reports_in_any_order_and_twice_lead_where_they_lead_in_order(
    shuffled: list[VendorStatusReported], again: list[VendorStatusReported]
) -> None:
    def outcome(stories: list[VendorStatusReported]) -> Requirement:
        state = ORDERED
        for story in stories:
            state = on_vendor_status(state, story, CARRIERS, NOW + timedelta(days=1)).state
        return next(each for each in state.requirements if each.kind is PARAMED)

    assert outcome([*shuffled, *again]) == outcome(EXAM_STORY)
