"""What a case's requirements do when events arrive in any order and more than once."""

from datetime import date, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.carrier import CarrierDataError
from schemas.case_events import CaseAmended
from schemas.codes import (
    CaseRequestKind,
    ChangeConsequence,
    RequirementKind,
    RequirementStatus,
    VendorStatus,
    Verdict,
)
from schemas.events import ApplicationRead
from schemas.finding_events import VerdictReached
from schemas.requirement_events import RequirementOrdered, RequirementsChanged
from services.requirements.facts import FactsMissing
from services.requirements.joining import on_amended, on_application, on_verdict
from services.requirements.reports import on_vendor_status
from services.requirements.state import CaseRequirements, Decision, UnknownRequirement
from tests.requirements.cases import CARRIERS, CASE, EMPTY, NOW, read, reported, verdict

PARAMED, APS = RequirementKind.PARAMED, RequirementKind.APS
NIGO = Verdict.NIGO
OLDER: dict[str, Any] = {"insured.date_of_birth": date(1970, 1, 1), "hipaa.date_of_birth": date(1970, 1, 1)}
LARGER: dict[str, Any] = {"coverage.face_amount": 750_000}


def step(state: CaseRequirements, event: object, now: Any = NOW) -> Decision:
    if isinstance(event, ApplicationRead):
        return on_application(state, event, CARRIERS, now)
    if isinstance(event, VerdictReached):
        return on_verdict(state, event, CARRIERS, now)
    return on_vendor_status(state, event, CARRIERS, now)  # type: ignore[arg-type]


def run(*events: object) -> tuple[CaseRequirements, list[RequirementOrdered], list[RequirementsChanged]]:
    state, orders, changes = EMPTY, [], []
    for event in events:
        decision = step(state, event)
        state = decision.state
        orders.extend(decision.orders)
        changes.extend([decision.changed] if decision.changed else [])
    return state, orders, changes


def statuses(state: CaseRequirements) -> dict[str, str]:
    return {held.kind.value: held.status.value for held in state.requirements}


def test_good_order_orders_what_the_grid_asks_for() -> None:
    state, orders, (change,) = run(read(), verdict())
    assert statuses(state) == {"paramed": "ordered", "blood_urine": "ordered", "mvr": "ordered"}
    assert [sent.kind.value for sent in orders] == ["paramed", "blood_urine", "mvr"]
    assert (change.version, change.outstanding, change.satisfied) == (1, 3, False)
    assert change.changed == tuple(sent.requirement_id for sent in orders)
    assert state.applications == ()


def test_agent_and_carrier_order_their_own() -> None:
    state, orders, (change,) = run(read(changes=OLDER), verdict())
    assert [sent.kind.value for sent in orders] == ["paramed", "blood_urine", "ekg"]
    assert statuses(state)["inspection"] == "needed"
    assert statuses(state)["agent_certification"] == "needed"
    assert change.outstanding == 4  # the inspection is the carrier's own


def test_nothing_is_ordered_before_good_order() -> None:
    assert run(read())[1:] == ([], [])
    assert run(verdict())[1:] == ([], [])
    assert run(read(), verdict(word=NIGO))[1:] == ([], [])
    assert run(read(2), verdict(1))[1:] == ([], [])


def test_a_verdict_that_is_overruled_lets_the_same_version_go_on() -> None:
    _, orders, _ = run(read(), verdict(word=NIGO), verdict())
    assert len(orders) == 3


def test_a_verdict_that_turns_bad_after_the_orders_went_out_takes_nothing_back() -> None:
    state, orders, changes = run(read(), verdict(), verdict(word=NIGO), verdict())
    assert (len(orders), len(changes), state.decided_version) == (3, 1, 1)


def test_a_small_case_may_need_nothing_and_says_so() -> None:
    _, orders, (change,) = run(read(changes={"coverage.face_amount": 50_000}), verdict())
    assert (orders, change.requirements, change.outstanding, change.satisfied) == ([], (), 0, True)


def test_results_satisfy_one_after_the_other() -> None:
    results = [reported(kind, VendorStatus.RESULTS_OUT) for kind in (PARAMED, RequirementKind.BLOOD_URINE)]
    _, _, changes = run(read(), verdict(), *results, reported(RequirementKind.MVR, VendorStatus.RESULTS_OUT))
    assert [change.outstanding for change in changes] == [3, 2, 1, 0]
    assert [change.satisfied for change in changes] == [False, False, False, True]


def test_a_report_that_changes_nothing_publishes_nothing() -> None:
    scheduled, before = reported(PARAMED, VendorStatus.SCHEDULED, 3), reported(PARAMED, VendorStatus.CONTACTING, 2)
    state, _, changes = run(read(), verdict(), scheduled, before, scheduled)
    assert len(changes) == 2
    assert len(state.tracked[0].log) == 2


def test_a_report_on_what_was_never_asked_for_is_an_error() -> None:
    with pytest.raises(UnknownRequirement, match=f"{CASE}: requirement .* was never asked for"):
        run(read(), verdict(), reported(APS, VendorStatus.ACKNOWLEDGED))


def test_a_later_version_orders_only_what_is_new() -> None:
    state, orders, changes = run(read(), verdict(), read(2, LARGER), verdict(2))
    assert [sent.kind.value for sent in orders] == ["paramed", "blood_urine", "mvr", "aps"]
    assert changes[-1].changed == (orders[-1].requirement_id,)
    assert (changes[-1].version, len(changes[-1].requirements)) == (2, 4)
    assert state.decided_version == 2


def test_a_smaller_amount_later_takes_no_requirement_back() -> None:
    state, orders, _ = run(read(changes=LARGER), verdict(), read(2), verdict(2))
    assert len(orders) == 4
    assert "aps" in statuses(state)


def test_a_later_version_orders_anew_what_came_to_nothing() -> None:
    refused = reported(PARAMED, VendorStatus.REFUSED)
    state, orders, changes = run(read(), verdict(), refused, read(2), verdict(2), refused)
    assert [sent.kind.value for sent in orders] == ["paramed", "blood_urine", "mvr", "paramed"]
    assert orders[0].requirement_id == orders[3].requirement_id
    assert statuses(state)["paramed"] == "ordered"  # the old refusal, reported once more, does not count again
    assert changes[1].requirements[0].status is RequirementStatus.REJECTED


@pytest.mark.parametrize(("days", "again"), [(180, False), (181, True)])
def test_results_past_their_shelf_life_are_ordered_anew(days: int, again: bool) -> None:
    results = reported(PARAMED, VendorStatus.RESULTS_OUT, hours=0)
    state = reduce(lambda held, event: step(held, event).state, (read(), verdict(), results, read(2)), EMPTY)
    decision = step(state, verdict(2), now=NOW + timedelta(days=days))
    assert [sent.kind for sent in decision.orders] == ([PARAMED] if again else [])


def test_a_changed_amount_that_comes_before_the_verdict_is_what_the_grid_is_asked_for() -> None:
    amended = CaseAmended(
        case_id=CASE,
        version=1,
        change=CaseRequestKind.CHANGE_FACE_AMOUNT,
        face_amount=750_000,  # type: ignore[arg-type]
        consequences=(ChangeConsequence.REQUIREMENTS,),
        amended_at=NOW,
    )
    waiting = on_amended(run(read())[0], amended, CARRIERS, NOW)
    assert (waiting.changed, waiting.orders) == (None, ())
    assert "aps" in statuses(on_verdict(waiting.state, verdict(), CARRIERS, NOW).state)


def test_an_application_without_amount_cannot_go_to_the_grid() -> None:
    with pytest.raises(FactsMissing, match=f"{CASE}: the grid cannot be asked"):
        run(read(changes={"coverage.face_amount": None}), verdict())


def test_an_unknown_carrier_is_an_error_that_names_the_folder() -> None:
    with pytest.raises(CarrierDataError, match="no carrier 'elsewhere' in carriers/"):
        run(read(changes={"carrier": "elsewhere"}), verdict())


READS = [read(1), read(2, LARGER), read(3)]
WORDS = st.tuples(*[st.sampled_from(Verdict)] * 3)


def outcome(events: list[object]) -> tuple[dict[str, str], int, list[str]]:
    state, orders, _ = run(*events)
    return statuses(state), state.decided_version, sorted(sent.kind.value for sent in orders)


@given(WORDS, st.lists(st.booleans(), min_size=6, max_size=6))
def test_application_and_verdict_may_arrive_in_any_interleaving(words: tuple[Verdict, ...], picks: list[bool]) -> None:
    """Each topic keeps the order within a case; between the two topics there is none."""
    verdicts: list[object] = [verdict(n, word) for n, word in enumerate(words, start=1)]
    in_step = [event for pair in zip(READS, verdicts, strict=True) for event in pair]
    waiting: tuple[list[object], list[object]] = (list(READS), verdicts)
    mixed = []
    for pick in picks:
        queue = waiting[pick] or waiting[not pick]
        mixed.append(queue.pop(0))
    assert outcome(mixed) == outcome(in_step)


HISTORY: list[object] = [
    read(1),
    verdict(1),
    reported(PARAMED, VendorStatus.ACKNOWLEDGED, 1),
    reported(PARAMED, VendorStatus.EXAM_DONE, 2),
    read(2, LARGER),
    verdict(2),
    reported(APS, VendorStatus.NO_RECORDS, 3),
    reported(PARAMED, VendorStatus.RESULTS_OUT, 4),
]


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 8)), max_size=10))
def test_events_delivered_again_later_do_no_harm(repeats: list[tuple[int, int]]) -> None:
    events: list[object] = []
    for place, event in enumerate(HISTORY):
        events.append(event)
        events.extend(HISTORY[what] for what, when in repeats if when == place and what <= place)
    assert outcome(events) == outcome(HISTORY)


def test_the_state_survives_being_written_and_read() -> None:
    state, _, _ = run(*HISTORY, read(3))
    assert CaseRequirements.model_validate_json(state.model_dump_json()) == state
