"""What becomes of a case: one story a test."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.codes import CarrierDecisionKind, CaseState
from services.cases.case import RemarkKind, Submission
from services.cases.facts import OfferLapsed
from tests.cases.docket import last, states, tell
from tests.cases.stories import (
    BY_HAND,
    CASE,
    NOW,
    asked,
    at,
    finding,
    judged,
    judged_again,
    raised,
    read,
    required,
    said,
)

S = CaseState
TO_THE_CARRIER = ["received", "extracting", "scrubbing", "igo", "ready_to_submit", "submitted"]


def test_an_application_in_good_order_goes_to_its_carrier() -> None:
    outcome = tell(read(), judged("igo"))
    assert states(outcome) == TO_THE_CARRIER
    assert [change.revision for change in outcome.changes] == [1, 2, 3, 4, 5, 6]
    assert [change.occurred_at for change in outcome.changes[:4]] == [at(10), at(10.1), at(10.2), at(10.3)]
    assert outcome.submissions == [Submission(1, NOW)]
    assert (outcome.case.submitted_version, outcome.case.submitted_at) == (1, NOW)


def test_a_case_keeps_nothing_personal_but_the_masked_name() -> None:
    kept = tell(read()).case.model_dump_json()
    for secret in ("812-34-5678", "Asthmatique", "Pell-Hart"):
        assert secret not in kept


def test_a_case_not_in_good_order_names_what_must_be_fixed_and_goes_nowhere() -> None:
    must, may = finding("B", rule="V-30"), finding("I", rule="V-28")
    outcome = tell(read(), judged("nigo", findings=(must, finding("N"), finding("W"), may)))
    assert states(outcome)[-1] == "nigo"
    assert [each.rule for each in last(outcome).findings] == ["V-30", "V-25"]
    assert last(outcome).reason == "Not in good order: 2 things to fix"
    assert outcome.submissions == []


def test_the_corrected_application_is_checked_and_submitted_as_its_own_version() -> None:
    outcome = tell(read(1), judged("nigo", 1), read(2), judged("igo", 2))
    assert states(outcome)[3:] == ["nigo", "scrubbing", "igo", "ready_to_submit", "submitted"]
    (submission,) = outcome.submissions
    assert submission.version == 2
    assert last(outcome).uploaded_at == at(20)
    assert last(outcome).findings == ()


def test_a_verdict_that_comes_again_or_late_frees_no_case() -> None:
    earlier = judged("igo", 1, ()).model_copy(update={"decided_at": at(5)})
    outcome = tell(read(1), judged("nigo", 1), judged("nigo", 1), earlier)
    assert states(outcome)[-1] == "nigo"
    assert outcome.submissions == []


def test_a_verdict_on_an_older_version_is_not_heard() -> None:
    outcome = tell(read(1), read(2), judged("igo", 1))
    assert outcome.case.state == S.SCRUBBING
    assert [remark.kind for remark in outcome.remarks] == [RemarkKind.LATE]
    assert states(tell(read(1), read(2), judged("igo", 1), judged("nigo", 2)))[-1] == "nigo"


def test_a_later_verdict_on_the_same_version_lets_a_case_go_on() -> None:
    outcome = tell(read(), judged("nigo"), judged_again("igo"))
    assert states(outcome) == ["received", "extracting", "scrubbing", "nigo", *TO_THE_CARRIER[2:]]
    assert len(outcome.submissions) == 1


def test_a_later_verdict_with_other_faults_is_told_to_the_agent() -> None:
    other = (finding("N", rule="V-53", at="agent_report.agent_code"), finding("N"))
    outcome = tell(read(), judged("nigo"), judged_again("nigo", findings=other))
    assert states(outcome)[-2:] == ["scrubbing", "nigo"]
    assert last(outcome).findings == other


def test_a_later_verdict_with_the_same_faults_is_written_down_only() -> None:
    for word in ("nigo", "igo"):
        outcome = tell(read(), judged(word), judged_again(word), carriers=BY_HAND)
        assert [remark.kind for remark in outcome.remarks] == [RemarkKind.NOT_NEEDED]
        assert states(outcome) == states(tell(read(), judged(word), carriers=BY_HAND))


def test_a_case_in_good_order_that_waits_for_a_person_is_held_back_by_a_later_verdict() -> None:
    outcome = tell(read(), judged("igo"), judged_again("nigo"), carriers=BY_HAND)
    assert states(outcome)[-3:] == ["ready_to_submit", "scrubbing", "nigo"]


def test_a_later_verdict_changes_nothing_once_the_carrier_has_the_case() -> None:
    outcome = tell(read(), judged("igo"), judged_again("nigo"))
    assert states(outcome) == TO_THE_CARRIER
    assert [remark.kind for remark in outcome.remarks] == [RemarkKind.NOT_NEEDED]


def test_an_earlier_verdict_that_comes_late_changes_nothing() -> None:
    outcome = tell(read(), judged_again("nigo"), judged("igo"))
    assert states(outcome)[-1] == "nigo"
    assert [remark.kind for remark in outcome.remarks] == [RemarkKind.LATE]


def test_a_verdict_that_is_here_before_its_application_waits_for_it() -> None:
    outcome = tell(judged("igo"), read())
    assert states(outcome) == TO_THE_CARRIER
    assert states(tell(judged("igo"))) == []


def test_a_carrier_that_wants_a_persons_word_is_not_sent_anything() -> None:
    outcome = tell(read(), judged("igo"), carriers=BY_HAND)
    assert states(outcome) == TO_THE_CARRIER[:-1]
    assert outcome.submissions == []


def test_a_new_version_before_submission_is_checked_again() -> None:
    outcome = tell(read(1), judged("igo", 1), read(2), carriers=BY_HAND)
    assert states(outcome)[-2:] == ["ready_to_submit", "scrubbing"]


def test_a_new_version_after_submission_is_written_down_and_kept_for_when_the_carrier_asks() -> None:
    story = (read(1), judged("igo", 1), read(2), judged("igo", 2))
    outcome = tell(*story)
    assert states(outcome) == TO_THE_CARRIER
    assert outcome.remarks[0].text == "Version 2 came after version 1 had gone out: passed on to the carrier"
    asked = tell(*story, said("not_in_good_order", note="Page 3 is missing."))
    assert states(asked)[6:] == ["carrier_nigo", "scrubbing", "igo", "ready_to_submit", "submitted"]
    assert [submission.version for submission in asked.submissions] == [1, 2]
    assert asked.changes[6].note == "Page 3 is missing."


def test_requirements_decide_where_an_acknowledged_case_waits() -> None:
    submitted = (read(), judged("igo"))
    before = tell(*submitted, required("ordered", "needed"), said("acknowledged"))
    after = tell(*submitted, said("acknowledged"), required("ordered", "needed"))
    assert states(before) == states(after) == [*TO_THE_CARRIER, "carrier_pending", "awaiting_requirements"]
    assert last(before).reason == "2 requirements outstanding"
    none = tell(*submitted, said("acknowledged"), required())
    assert states(none)[-1] == "underwriting"
    unknown = tell(*submitted, said("acknowledged"))
    assert states(unknown)[-1] == "carrier_pending"


def test_the_last_result_moves_the_case_on_and_a_new_requirement_back() -> None:
    outcome = tell(
        read(),
        judged("igo"),
        said("acknowledged"),
        required("ordered", "satisfied", minute=200),
        required("satisfied", "satisfied", minute=300),
        required("satisfied", "satisfied", "needed", minute=400),
    )
    assert states(outcome)[7:] == ["awaiting_requirements", "underwriting", "awaiting_requirements"]
    assert [each.name for each in last(outcome).requirements] == ["Attending physician’s statement"]
    assert last(outcome).occurred_at == at(400)


def test_an_older_list_of_requirements_never_undoes_a_newer_one() -> None:
    story = (read(), judged("igo"), said("acknowledged"))
    outcome = tell(*story, required("satisfied", minute=300), required("ordered", minute=200))
    assert outcome.case.state == S.UNDERWRITING
    assert [remark.kind for remark in outcome.remarks] == [RemarkKind.LATE]


def test_the_submission_names_the_requirements_that_are_known_by_then() -> None:
    outcome = tell(read(), required("needed", "waived", "received"), judged("igo"))
    assert [each.name for each in last(outcome).requirements] == ["Paramedical exam"]


def test_an_approval_keeps_what_the_carrier_said_beside_our_state() -> None:
    word = said(
        "approved",
        carrier_reference="BW-77",
        note="Please deliver by May.",
        approved_face_amount="500000",
        approved_rate_class="standard_plus",
    )
    outcome = tell(read(), judged("igo"), said("acknowledged", 90), word)
    change = last(outcome)
    assert change.to_state == S.APPROVED
    assert change.carrier_status == CarrierDecisionKind.APPROVED
    assert change.carrier_reference == "BW-77"
    assert change.reason == "Brackwater Life: approved, $500,000, standard plus"
    assert change.note == "Please deliver by May."
    assert change.occurred_at == at(100)


APPROVED = (read(), judged("igo"), said("acknowledged", 90), said("approved", 100))


def test_issued_and_placed_take_a_policy_home() -> None:
    outcome = tell(*APPROVED, said("issued", 110), said("placed", 120))
    assert states(outcome)[-4:] == ["approved", "issued", "delivery_pending", "placed"]


def test_placed_straight_after_the_approval_walks_the_same_path() -> None:
    outcome = tell(*APPROVED, said("placed", 120))
    assert states(outcome)[-4:] == ["approved", "issued", "delivery_pending", "placed"]
    assert last(outcome).reason == "Follows from: Brackwater Life: placed"


def test_a_dated_offer_goes_out_at_once_and_an_undated_one_when_its_date_is_known() -> None:
    start = (read(), judged("igo"), said("acknowledged", 90))
    for kind in ("approved_other_than_applied", "tentative_offer"):
        dated = tell(*start, said(kind, 100, answer_by=at(9000)))
        assert states(dated)[-2:] == [kind, "offer_out"]
        assert {change.answer_by for change in dated.changes[-2:]} == {at(9000)}
        undated = tell(*start, said(kind, 100))
        assert states(undated)[-1] == kind
        later = tell(*start, said(kind, 100), said(kind, 105, answer_by=at(9000)))
        assert states(later)[-2:] == [kind, "offer_out"]
        assert last(later).answer_by == at(9000)


def test_an_accepted_offer_is_issued_like_any_policy() -> None:
    offered = (*APPROVED[:3], said("tentative_offer", 100, answer_by=at(9000)))
    outcome = tell(*offered, said("offer_accepted", 110), said("issued", 120))
    assert states(outcome)[-3:] == ["offer_accepted", "issued", "delivery_pending"]
    assert last(outcome).answer_by is None
    assert states(tell(*offered, said("issued", 120)))[-3:] == ["offer_accepted", "issued", "delivery_pending"]


def test_a_word_said_again_is_no_second_change() -> None:
    outcome = tell(*APPROVED, said("approved", 100), said("approved", 130, carrier_reference="BW-78"))
    assert [remark.kind for remark in outcome.remarks] == [RemarkKind.REPEATED] * 2
    assert states(outcome)[-1] == "approved"
    assert outcome.case.carrier_reference == "BW-78"
    reissued = tell(*APPROVED, said("issued", 110), said("issued", 110))
    assert len(reissued.remarks) == 1


def test_a_policy_issued_anew_is_delivered_anew() -> None:
    outcome = tell(*APPROVED, said("issued", 110), said("issued", 115))
    assert states(outcome)[-4:] == ["issued", "delivery_pending", "issued", "delivery_pending"]


def test_a_reopened_case_is_underwritten_again() -> None:
    outcome = tell(read(), judged("igo"), required(), said("acknowledged", 90), said("declined"), said("reopened", 200))
    assert states(outcome)[-3:] == ["declined", "reopened", "underwriting"]
    assert states(tell(read(), judged("igo"), said("postponed"), said("reopened", 200), said("approved", 300)))[
        -2:
    ] == [
        "reopened",
        "approved",
    ]


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ("Jordan", "Pell-Hart", "Jordan P."),
        ("Mary Ann", "o’dell", "Mary O."),
        ("Zoë", None, "Zoë"),
        (None, "Pell", "the insured"),
        ("812-34-5678", "Pell", "the insured"),
        ("Jordan", "812345678", "Jordan"),
        ("  ", "", "the insured"),
    ],
)
def test_the_insured_is_named_by_first_name_and_initial_only(first: Any, second: Any, shown: str) -> None:
    outcome = tell(read(1, {"insured.first_name": first, "insured.last_name": second}))
    assert {change.insured_masked for change in outcome.changes} == {shown}


def test_no_change_carries_anything_of_the_application_but_its_masked_name() -> None:
    told = "".join(change.model_dump_json() for change in tell(read(), judged("igo")).changes)
    for secret in ("812-34-5678", "1984", "Pell-Hart", "Asthmatique", "Boxwood", "000987654321", "Oake"):
        assert secret not in told


def test_the_same_version_twice_is_taken_once() -> None:
    again = read().model_copy(update={"read_at": at(50) + timedelta(seconds=1)})
    outcome = tell(read(), again)
    assert states(outcome) == ["received", "extracting", "scrubbing"]
    assert [remark.kind for remark in outcome.remarks] == [RemarkKind.REPEATED]


def test_an_older_word_is_put_in_its_place_and_a_newer_one_goes_on_counting() -> None:
    docket = tell(read(), judged("igo"), said("approved", 100), said("acknowledged", 90, carrier_reference="X"))
    assert docket.case.state == S.APPROVED
    assert states(docket)[-1] == "approved"
    (late,) = docket.remarks
    assert late.kind == RemarkKind.LATE
    assert late.text == "late, put in its place: Brackwater Life: acknowledged; the case stays approved"
    assert docket.case.word == said("approved", 100)
    assert docket.case.carrier_reference == "X"


def test_a_late_word_that_leads_elsewhere_is_published_as_one_correction() -> None:
    offered = said("tentative_offer", 100, answer_by=at(200))
    docket = tell(read(), judged("igo"), offered, OfferLapsed(case_id=CASE, answer_by=at(200)))
    assert states(docket)[-2:] == ["offer_out", "offer_expired"]
    docket.take(said("offer_accepted", 150))
    change = last(docket)
    assert (change.from_state, change.to_state) == (S.OFFER_EXPIRED, S.OFFER_ACCEPTED)
    assert (change.revision, change.corrects) == (len(docket.changes), len(docket.changes) - 2)
    assert change.reason == "Corrected: Brackwater Life: offer accepted"
    docket.take(said("issued", 300))
    assert states(docket)[-2:] == ["issued", "delivery_pending"]
    assert last(docket).corrects is None


def test_a_word_that_is_not_possible_waits_for_the_one_that_makes_it_so() -> None:
    docket = tell(read(), judged("igo"), said("acknowledged", 90), said("placed", 130))
    assert docket.case.state == S.CARRIER_PENDING
    (waiting,) = docket.remarks
    assert waiting.kind == RemarkKind.WAITING
    assert waiting.text.startswith(
        "placed: not possible while the case is carrier pending (possible: not_in_good_order"
    )
    docket.take(said("approved", 110))
    assert states(docket)[-4:] == ["approved", "issued", "delivery_pending", "placed"]
    assert docket.case.waiting == ()


def test_a_word_that_waits_is_overtaken_by_a_newer_one() -> None:
    docket = tell(
        read(), judged("igo"), said("acknowledged", 90), said("issued", 110), said("withdrawn_by_client", 120)
    )
    assert docket.case.state == S.WITHDRAWN_BY_CLIENT
    assert docket.case.waiting == ()
    assert [remark.kind for remark in docket.remarks] == [RemarkKind.WAITING, RemarkKind.OVERTAKEN]


def test_an_approval_that_crossed_a_withdrawal_is_overtaken_when_the_carrier_says_withdrawn_too() -> None:
    withdrawn = asked("withdraw_for_client", 200)
    docket = tell(read(), judged("igo"), said("acknowledged", 100), withdrawn, said("approved", 250))
    assert len(docket.case.waiting) == 1
    docket.take(said("withdrawn_by_client", 300))
    assert (docket.case.state, docket.case.waiting) == (S.WITHDRAWN_BY_CLIENT, ())
    assert docket.remarks[-1].kind is RemarkKind.REPEATED


def test_a_carriers_clock_may_be_a_little_behind_ours() -> None:
    assert tell(read(), judged("igo"), said("acknowledged", 5)).case.state == S.CARRIER_PENDING


def test_a_decision_on_a_closed_case_says_itself_that_it_was_opened_again() -> None:
    docket = tell(read(), judged("igo"), said("approved", 130), said("declined", 110))
    assert docket.case.state == S.APPROVED
    assert [change.to_state.value for change in docket.in_order.changes[-3:]] == ["declined", "reopened", "approved"]


def test_an_additional_requirement_holds_the_case_until_it_is_done_and_is_told_at_once() -> None:
    docket = tell(read(), judged("igo"), required("satisfied"), said("acknowledged", 100))
    assert docket.case.state == S.UNDERWRITING
    docket.take(raised("R-1", 150))
    docket.take(raised("R-2", 160))
    assert states(docket)[-2:] == ["awaiting_requirements", "awaiting_requirements"]
    assert [each.name for each in last(docket).requirements] == ["Signed amendment R-1", "Signed amendment R-2"]
    docket.take(raised("R-1", 170, status="received"))
    docket.take(raised("R-2", 180, status="waived"))
    assert docket.case.state == S.UNDERWRITING
    assert docket.case.outstanding == 0


def test_a_requirement_that_comes_late_is_told_all_the_same() -> None:
    docket = tell(read(), judged("igo"), required("ordered"), said("acknowledged", 100), raised("R-2", 200))
    docket.take(raised("R-1", 150))
    assert [each.name for each in last(docket).requirements][1:] == ["Signed amendment R-1", "Signed amendment R-2"]
    assert last(docket).corrects is not None


@pytest.mark.parametrize("end", ["placed", "not_taken"])
def test_a_list_of_requirements_that_comes_late_is_nothing_to_a_case_that_has_ended(end: str) -> None:
    before = tell(*APPROVED, said("issued", 110), said(end, 120))
    told = states(before)
    before.take(required("ordered", "satisfied", minute=95))
    assert states(before) == told
    assert before.remarks[-1].text.endswith(f"the case stays {end.replace('_', ' ')}")


def test_a_delivery_requirement_moves_no_case_but_is_told_while_the_policy_is_delivered() -> None:
    docket = tell(*APPROVED, raised("D-1", 105, stage="delivery"))
    assert docket.case.state == S.APPROVED
    docket = tell(*APPROVED, said("issued", 110), raised("D-1", 120, stage="delivery"))
    assert states(docket)[-2:] == ["delivery_pending", "delivery_pending"]
    assert [each.name for each in last(docket).requirements] == ["Signed amendment D-1"]


def test_a_carrier_that_wants_a_persons_word_gets_the_case_on_it() -> None:
    docket = tell(read(), judged("igo"), asked("submit"), carriers=BY_HAND)
    assert states(docket)[-1] == "submitted"
    assert docket.submissions == [Submission(1, NOW)]


def test_a_change_before_submission_waits_for_the_page_that_brings_it() -> None:
    docket = tell(read(), judged("igo"), asked("change_mode", 30, mode="annual"), carriers=BY_HAND)
    assert states(docket)[-1] == "nigo"
    docket.take(judged_again("nigo"))
    docket.take(judged("igo").model_copy(update={"decided_at": at(80)}))
    assert docket.case.state == S.NIGO
    later = read(2).model_copy(update={"read_at": at(90)})
    docket.take(later)
    docket.take(judged("igo", 2).model_copy(update={"decided_at": at(91)}))
    assert docket.case.state == S.READY_TO_SUBMIT


def test_a_larger_amount_after_the_approval_is_underwritten_again() -> None:
    docket = tell(*APPROVED, asked("change_face_amount", 200, face_amount="750000"))
    assert docket.case.state == S.UNDERWRITING
    docket.take(said("approved", 300, approved_face_amount="750000"))
    assert docket.case.state == S.APPROVED


def test_a_carrier_that_had_issued_the_policy_when_the_change_reached_it_goes_on_as_it_approved() -> None:
    docket = tell(*APPROVED, asked("change_face_amount", 200, face_amount="750000"), said("issued", 250))
    assert (docket.case.state, docket.case.waiting) == (S.DELIVERY_PENDING, ())


@pytest.mark.parametrize(
    ("request_", "end"),
    [
        ("accept_offer", "offer_accepted"),
        ("refuse_offer", "not_taken"),
        ("withdraw_for_client", "withdrawn_by_client"),
        ("withdraw_for_producer", "withdrawn_by_producer"),
    ],
)
def test_the_answer_to_an_offer_is_the_clients(request_: str, end: str) -> None:
    offered = said("tentative_offer", 100, answer_by=at(9000))
    docket = tell(read(), judged("igo"), offered, asked(request_, 150))
    assert states(docket)[-1] == end
    docket.take(said(end, 160))
    assert docket.remarks[-1].kind == RemarkKind.REPEATED


def test_a_duplicate_goes_no_further_and_an_alternate_does() -> None:
    other = "GO-0000-0000-0000"
    double = tell(read(), judged("nigo"), asked("mark_duplicate", other_case_id=other))
    assert states(double)[-1] == "duplicate"
    alternate = tell(read(), judged("nigo"), asked("mark_alternate", other_case_id=other))
    assert states(alternate)[-1] == "nigo"
    assert [relation.other_case_id for relation in alternate.case.relations] == [other]


def test_a_request_that_the_state_does_not_allow_is_refused_and_says_what_is_possible() -> None:
    docket = tell(read(), judged("igo"), asked("accept_offer"))
    (refused,) = docket.remarks
    assert refused.kind == RemarkKind.REFUSED
    assert "accept offer is not possible there (possible: withdraw for client" in refused.text
