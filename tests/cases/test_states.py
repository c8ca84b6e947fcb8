"""The table of states, walked: every change the domain notes draw is there, and no other."""

from collections import Counter
from itertools import pairwise

import pytest

from schemas.carrier_events import CarrierDecided
from schemas.case_states import ENDED
from schemas.codes import CarrierDecisionKind, CaseRequestKind, CaseState
from services.cases.case import Around, Case, Outcome, RemarkKind
from services.cases.facts import Fact
from services.cases.fold import with_fact
from services.cases.states import TABLE, Own, Transition, path_of, stands_by
from tests.cases.stories import BY_HAND, CASE, NOON, NOW, said

S = CaseState

WITHDRAWALS = {S.WITHDRAWN_BY_CLIENT, S.WITHDRAWN_BY_PRODUCER, S.WITHDRAWN_BY_CARRIER}
DECISIONS = {
    S.APPROVED,
    S.APPROVED_OTHER_THAN_APPLIED,
    S.TENTATIVE_OFFER,
    S.POSTPONED,
    S.DECLINED,
    S.CLOSED_INCOMPLETE,
}
BACK_TO_US = {S.CARRIER_NIGO}
OFFER_ENDS = {
    S.OFFER_ACCEPTED,
    S.NOT_TAKEN,
    S.APPROVED,
    S.APPROVED_OTHER_THAN_APPLIED,
    S.TENTATIVE_OFFER,
    S.UNDERWRITING,
}
STANDS_BY = {S.ISSUED, S.NOT_TAKEN}
AT_THE_DESK = (S.RECEIVED, S.EXTRACTING, S.SCRUBBING, S.NIGO, S.IGO, S.READY_TO_SUBMIT, S.CARRIER_NIGO)

# Written down from the domain notes, independently of the table under test.
DRAWN: dict[CaseState | None, set[CaseState]] = {
    None: {S.RECEIVED},
    S.RECEIVED: {S.EXTRACTING},
    S.EXTRACTING: {S.SCRUBBING},
    S.SCRUBBING: {S.NIGO, S.IGO},
    S.NIGO: {S.SCRUBBING},
    S.IGO: {S.SCRUBBING, S.READY_TO_SUBMIT, S.NIGO},
    S.READY_TO_SUBMIT: {S.SCRUBBING, S.SUBMITTED, S.NIGO},
    S.SUBMITTED: {S.CARRIER_PENDING} | DECISIONS | BACK_TO_US,
    S.CARRIER_NIGO: {S.SCRUBBING} | DECISIONS,  # beyond the notes: what was missing may reach the carrier past us
    S.CARRIER_PENDING: {S.AWAITING_REQUIREMENTS, S.UNDERWRITING} | DECISIONS | BACK_TO_US,
    S.AWAITING_REQUIREMENTS: {S.UNDERWRITING, S.AWAITING_REQUIREMENTS} | DECISIONS | BACK_TO_US | STANDS_BY,
    S.UNDERWRITING: {S.AWAITING_REQUIREMENTS} | DECISIONS | BACK_TO_US | STANDS_BY,
    S.REOPENED: {S.AWAITING_REQUIREMENTS, S.UNDERWRITING} | DECISIONS,
    S.APPROVED: {S.ISSUED, S.NOT_TAKEN, S.UNDERWRITING},
    S.APPROVED_OTHER_THAN_APPLIED: {S.OFFER_OUT, *OFFER_ENDS},
    S.TENTATIVE_OFFER: {S.OFFER_OUT, *OFFER_ENDS},
    S.OFFER_OUT: {S.OFFER_EXPIRED, *OFFER_ENDS},
    S.OFFER_EXPIRED: OFFER_ENDS,
    S.OFFER_ACCEPTED: {S.ISSUED, S.NOT_TAKEN, S.UNDERWRITING},
    S.ISSUED: {S.DELIVERY_PENDING, S.NOT_TAKEN},
    S.DELIVERY_PENDING: {S.ISSUED, S.PLACED, S.NOT_TAKEN, S.DELIVERY_PENDING},
    S.PLACED: {S.FREE_LOOK_CANCELLED, S.RESCINDED},
    S.POSTPONED: {S.REOPENED},
    S.DECLINED: {S.REOPENED},
    S.CLOSED_INCOMPLETE: {S.REOPENED},
}


def test_the_table_takes_the_steps_of_the_domain_notes_and_no_others() -> None:
    drawn = {(state, to) for state, reached in DRAWN.items() for to in reached}
    drawn |= {(state, to) for state in S if state not in ENDED for to in WITHDRAWALS}
    drawn |= {(state, S.DUPLICATE) for state in AT_THE_DESK}
    taken = {(row.state, row.path[0]) for row in TABLE if row.path}
    taken |= {step for row in TABLE for step in pairwise(row.path)}
    assert taken == drawn


def test_a_state_and_a_trigger_lead_to_one_place_only() -> None:
    assert max(Counter((row.state, row.trigger) for row in TABLE).values()) == 1


def test_every_state_can_be_reached() -> None:
    reached: set[CaseState | None] = {None}
    while more := {state for row in TABLE if row.state in reached for state in row.path} - reached:
        reached |= more
    assert reached == {None, *S}


def test_every_trigger_has_a_place_and_every_row_says_its_guard() -> None:
    assert {row.trigger for row in TABLE} == {*Own, *CarrierDecisionKind, *CaseRequestKind}
    assert len({*Own, *CarrierDecisionKind, *CaseRequestKind}) == len(Own) + len(CarrierDecisionKind) + len(
        CaseRequestKind
    )
    assert all(row.guard for row in TABLE)


LEGAL = [row for row in TABLE if isinstance(row.trigger, CarrierDecisionKind)]
ILLEGAL = [
    (state, kind)
    for state in S
    if state is not S.IGO  # no case rests there
    for kind in CarrierDecisionKind
    if (state, kind) not in {(r.state, r.trigger) for r in LEGAL}
]


def in_state(state: CaseState, word: CarrierDecided | None = None) -> Case:
    """A case that came to this state at noon; the carrier has said nothing yet, or this."""
    return Case(
        case_id=CASE,
        state=state,
        revision=7,
        version=1,
        submitted_version=1,
        carrier="brackwater",
        carrier_name="Brackwater Life",
        uploaded_at=NOON,
        word=word,
    )


AROUND = Around(BY_HAND, {1: NOON}, NOW)


def hear(state: CaseState, kind: CarrierDecisionKind, word: CarrierDecided | None = None) -> Outcome:
    return with_fact(in_state(state, word), tuple, Fact("a word", said(kind), "brackwater"), AROUND)


@pytest.mark.parametrize("row", LEGAL, ids=lambda row: f"{row.state}-{row.trigger}")
def test_an_allowed_word_walks_its_path_one_change_a_state(row: Transition) -> None:
    assert row.state is not None
    assert isinstance(row.trigger, CarrierDecisionKind)
    approval = None if stands_by(row.state, row.trigger, None) else said("approved", 50)
    outcome = hear(row.state, row.trigger, approval)
    assert tuple(change.to_state for change in outcome.changes) == row.path
    assert [change.revision for change in outcome.changes] == [8 + step for step in range(len(row.path))]
    assert [change.from_state for change in outcome.changes] == [row.state, *row.path[:-1]]
    assert outcome.case.state == row.path[-1]
    assert {change.carrier_status for change in outcome.changes} == {row.trigger}


@pytest.mark.parametrize(("state", "kind"), ILLEGAL, ids=lambda value: value.value)
def test_a_word_that_the_state_does_not_allow_changes_nothing_and_waits_or_is_known(
    state: CaseState, kind: CarrierDecisionKind
) -> None:
    outcome = hear(state, kind)
    (remark,) = outcome.remarks
    assert outcome.changes == ()
    assert outcome.case.state is state
    assert remark.kind is (RemarkKind.REPEATED if state == kind.value else RemarkKind.WAITING)
    if remark.kind is RemarkKind.WAITING:
        assert [each.word.decision for each in outcome.case.waiting] == [kind]
        possible = [row.trigger for row in LEGAL if row.state == state and stands_by(state, row.trigger, None)]
        assert all(word.value in remark.text for word in possible)


@pytest.mark.parametrize(
    "kind", [CarrierDecisionKind.ISSUED, CarrierDecisionKind.PLACED, CarrierDecisionKind.NOT_TAKEN]
)
def test_a_policy_waits_for_the_approval_that_it_rests_on(kind: CarrierDecisionKind) -> None:
    outcome = hear(CaseState.UNDERWRITING, kind, said("acknowledged", 50))
    assert (outcome.case.state, len(outcome.case.waiting)) == (CaseState.UNDERWRITING, 1)


def test_an_ended_case_stays_ended_but_for_the_ways_back() -> None:
    ways_back = {row.state for row in TABLE if row.state in ENDED and row.path}
    assert ways_back == {S.PLACED, S.DECLINED, S.CLOSED_INCOMPLETE}
    assert path_of(S.NOT_TAKEN, CarrierDecisionKind.REOPENED) is None
