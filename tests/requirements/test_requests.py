"""What carriers and people ask after the tables were asked; other cases on the same life; smaller amounts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from schemas.codes import (
    Orderer,
    Owing,
    ReasonSource,
    RequestAction,
    RequirementKind,
    RequirementStatus,
    VendorStatus,
)
from schemas.requirement_events import Requirement, RequirementRequest
from services.requirements.due import on_due
from services.requirements.joining import on_application, on_verdict
from services.requirements.reports import on_vendor_status
from services.requirements.requests import on_request
from services.requirements.state import CaseRequirements, Decision, HeldResult, UnknownRequirement
from tests.builders import book, brackwater
from tests.requirements.cases import CARRIERS, CASE, EMPTY, NOW, read, reported, verdict

PARAMED, APS, MVR = RequirementKind.PARAMED, RequirementKind.APS, RequirementKind.MVR
OTHER_CASE = "GO-0000-0000-0000"
LARGER: dict[str, Any] = {"coverage.face_amount": 750_000}


def decided(held: tuple[HeldResult, ...] = (), changes: Any = None, carriers: Any = CARRIERS) -> Decision:
    before = on_application(EMPTY, read(changes=changes), carriers, NOW, held).state
    return on_verdict(before, verdict(), carriers, NOW, held)


def request(action: RequestAction, kind: RequirementKind, **more: Any) -> RequirementRequest:
    said = {"request_id": "R-1", "asked_by": ReasonSource.CARRIER, "asker": "brackwater", "reason": "last visit"}
    return RequirementRequest(case_id=CASE, action=action, kind=kind, effective_at=NOW, **{**said, **more})


def ask(state: CaseRequirements, action: RequestAction, kind: RequirementKind, **more: Any) -> Decision:
    return on_request(state, request(action, kind, **more), CARRIERS, NOW)


def of(state: CaseRequirements, kind: RequirementKind, about: str | None = None) -> Requirement:
    return next(each for each in state.requirements if (each.kind, each.about) == (kind, about))


def test_a_carriers_additional_requirement_is_ordered_with_its_own_reason_and_number() -> None:
    done = ask(
        decided().state, RequestAction.ASK, APS, about="BW-7", name="Dr. Oake’s records", carrier_reference="BW-7"
    )
    (order,) = done.orders
    assert (order.physician_name, order.instructions) == ("Dr. Oake", ("Dr. Oake’s records",))
    held = of(done.state, APS, "BW-7")
    assert (held.status, held.carrier_reference) == (RequirementStatus.ORDERED, "BW-7")
    assert held.why == "brackwater, 2026-03-04: last visit"
    assert done.changed is not None
    assert done.changed.outstanding == 4


def test_a_person_may_ask_for_the_records_of_another_physician() -> None:
    person = {"asked_by": ReasonSource.PERSON, "asker": "morgan"}
    (order,) = ask(decided().state, RequestAction.ASK, APS, about="Dr. Okafor", **person).orders
    assert (order.physician_name, order.physician_address) == ("Dr. Okafor", None)


def test_a_carrier_that_asks_for_an_exam_which_is_under_way_means_that_one() -> None:
    asked = ask(decided().state, RequestAction.ASK, PARAMED, about="BW-8", carrier_reference="BW-8")
    assert (asked.orders, of(asked.state, PARAMED).carrier_reference) == ((), "BW-8")
    waived = ask(asked.state, RequestAction.WAIVE, PARAMED, about="BW-8", carrier_reference="BW-8", request_id="R-2")
    assert of(waived.state, PARAMED).status is RequirementStatus.WAIVED


def test_the_same_request_twice_and_one_for_what_is_open_order_nothing_twice() -> None:
    first = ask(decided().state, RequestAction.ASK, PARAMED)
    assert (first.orders, ask(first.state, RequestAction.ASK, PARAMED).changed) == ((), None)
    assert [reason.source.value for reason in of(first.state, PARAMED).reasons or ()] == ["grid", "carrier"]


def test_a_request_that_comes_before_the_application_waits_for_it() -> None:
    waiting = ask(EMPTY, RequestAction.ASK, APS).state
    assert (waiting.requirements, len(waiting.waiting)) == ((), 1)
    done = on_verdict(on_application(waiting, read(), CARRIERS, NOW).state, verdict(), CARRIERS, NOW)
    assert [order.kind.value for order in done.orders] == ["paramed", "blood_urine", "mvr", "aps"]
    assert ask(done.state, RequestAction.ASK, APS).changed is None


def test_a_kind_that_the_carriers_file_does_not_know_is_the_agents_to_bring() -> None:
    rules = {kind: rule for kind, rule in brackwater().file.requirements.items() if kind is not RequirementKind.OTHER}
    carriers = {"brackwater": brackwater(requirements=rules)}
    said = request(RequestAction.ASK, RequirementKind.OTHER, name="Proof of residence")
    done = on_request(decided().state, said, carriers, NOW)
    held = of(done.state, RequirementKind.OTHER)
    assert (held.name, held.orderer, held.owed_by, done.orders) == (
        "Proof of residence",
        Orderer.AGENT,
        Owing.AGENT,
        (),
    )


def test_waiving_takes_back_the_order_and_nothing_is_outstanding_of_it() -> None:
    done = ask(decided().state, RequestAction.WAIVE, PARAMED)
    assert [(each.requirement_id, each.order) for each in done.cancelled] == [
        (of(done.state, PARAMED).requirement_id, 1)
    ]
    assert done.changed is not None
    assert (of(done.state, PARAMED).status, done.changed.outstanding) == (RequirementStatus.WAIVED, 2)


def test_what_came_in_by_another_way_is_satisfied() -> None:
    done = ask(decided().state, RequestAction.RECEIVED, PARAMED)
    held = of(done.state, PARAMED)
    assert (held.status, held.expires_on) == (RequirementStatus.SATISFIED, NOW.date() + timedelta(days=180))
    assert ask(done.state, RequestAction.RECEIVED, PARAMED, request_id="R-2").changed is None


def test_ordering_again_works_on_what_came_to_nothing_and_not_on_what_is_open() -> None:
    open_one = decided().state
    assert ask(open_one, RequestAction.ORDER_AGAIN, PARAMED).orders == ()
    refused = on_vendor_status(open_one, reported(PARAMED, VendorStatus.REFUSED), CARRIERS, NOW).state
    (order,) = ask(refused, RequestAction.ORDER_AGAIN, PARAMED).orders
    assert order.order == 2


def test_a_request_about_what_is_not_there_is_an_error() -> None:
    with pytest.raises(UnknownRequirement, match=f"{CASE}: there is no requirement aps"):
        ask(decided().state, RequestAction.WAIVE, APS)


# --- other cases on the same life ----------------------------------------------------------------------------------


def result(carrier: str = "brackwater", made_on: date | None = date(2026, 2, 1)) -> HeldResult:
    return HeldResult(OTHER_CASE, carrier, PARAMED, made_on)


def test_a_good_result_of_another_case_with_the_same_carrier_is_used() -> None:
    done = decided((result(),))
    held = of(done.state, PARAMED)
    assert [order.kind.value for order in done.orders] == ["blood_urine", "mvr"]
    assert (held.status, held.expires_on) == (RequirementStatus.SATISFIED, date(2026, 7, 31))
    assert f"in case {OTHER_CASE}, for the same carrier, and still good" in held.why


def test_a_result_that_ran_out_is_not_used() -> None:
    assert len(decided((result(made_on=date(2025, 9, 1)),)).orders) == 3


def test_an_order_under_way_in_another_case_is_waited_for_and_then_used_or_made_good() -> None:
    waiting = decided((result(made_on=None),)).state
    held = of(waiting, PARAMED)
    assert (held.status, held.next_step) == (
        RequirementStatus.NEEDED,
        f"Under way in case {OTHER_CASE}: its results are used",
    )
    name, later = f"follow-up {held.requirement_id}", NOW + timedelta(days=1)
    came = on_due(waiting, name, CARRIERS, later, (result(made_on=later.date()),))
    assert of(came.state, PARAMED).status is RequirementStatus.SATISFIED
    (order,) = on_due(waiting, name, CARRIERS, later, ()).orders
    assert order.kind is PARAMED
    still = on_due(waiting, name, CARRIERS, later, (result(made_on=None),))
    assert (still.orders, of(still.state, PARAMED).next_at) == ((), NOW + timedelta(days=4))


@pytest.mark.parametrize(
    ("accepted_days", "made_on", "ordered"),
    [(None, date(2026, 2, 1), True), (183, date(2026, 2, 1), False), (183, date(2025, 9, 1), True)],
)
def test_another_carriers_exam_is_taken_as_the_carrier_says_and_only_the_client_may_ask_for_it(
    accepted_days: int | None, made_on: date, ordered: bool
) -> None:
    rules = dict(brackwater().file.requirements)
    rules[PARAMED] = rules[PARAMED].model_copy(update={"other_carriers_days": accepted_days})
    carriers = {"brackwater": brackwater(requirements=rules)}
    done = decided((result("oldhaven", made_on),), carriers=carriers)
    assert (PARAMED in {order.kind for order in done.orders}) is ordered
    if not ordered:
        held = of(done.state, PARAMED)
        assert (held.status, held.owed_by, held.vendor) == (RequirementStatus.NEEDED, Owing.AGENT, None)
        said = request(RequestAction.ORDER_AGAIN, PARAMED)
        (order,) = on_request(done.state, said, carriers, NOW).orders
        assert order.vendor == "examhouse"


# --- a smaller amount later ------------------------------------------------------------------------------------------


def smaller(drops: bool, begun: bool = False) -> Decision:
    carriers = {"brackwater": brackwater(book=replace(book(), smaller_amount_drops=drops))}
    state = decided(changes=LARGER, carriers=carriers).state
    if begun:
        state = on_vendor_status(state, reported(APS, VendorStatus.IN_COPY), carriers, NOW).state
    state = on_application(state, read(2), carriers, NOW).state
    return on_verdict(state, verdict(2), carriers, NOW)


@pytest.mark.parametrize(("drops", "begun"), [(False, False), (True, True)])
def test_a_smaller_amount_takes_nothing_back(drops: bool, begun: bool) -> None:
    done = smaller(drops, begun)
    assert (done.cancelled, of(done.state, APS).status is RequirementStatus.WAIVED) == ((), False)


def test_where_the_carrier_says_so_what_nobody_has_begun_is_taken_back() -> None:
    done = smaller(drops=True)
    assert len(done.cancelled) == 1
    assert {kind.value: of(done.state, kind).status.value for kind in (PARAMED, APS)} == {
        "paramed": "ordered",
        "aps": "waived",
    }
