"""“Where is this case?”: who we wait for, since when, whether that is usual, and what comes next."""

from datetime import timedelta

import pytest

from schemas.base import Contract
from schemas.case_states import ENDED
from schemas.codes import CaseState, Owing
from services.cases.owing import follow_up, open_items, waits_for
from services.cases.standing import answer
from tests.cases.docket import tell
from tests.cases.stories import NOON, NOW, asked, at, judged, raised, read, required, said

SUBMITTED = (read(), judged("igo"), said("acknowledged", 90, carrier_reference="BW-7"))


def test_a_case_not_in_good_order_waits_for_its_agent_with_the_count_of_what_is_to_be_fixed() -> None:
    case = tell(read(), judged("nigo")).case
    assert waits_for(case) is Owing.AGENT
    assert answer(case, at(10.3) + timedelta(days=4)) == (
        "Jordan P.’s application to Brackwater Life is not in good order since March 4, 2026 (4 days). We wait for"
        " agent A-100: the corrected pages: 1 thing to fix, for 4 days. That usually takes 3 to 10 days, so this is"
        " within the usual time. Next: the agent sends the corrected pages; we follow up on March 11, 2026."
    )


def test_a_case_that_awaits_requirements_names_each_with_its_owner() -> None:
    docket = tell(*SUBMITTED, required("ordered", "satisfied", minute=95), raised("R-1", 100, due_at=at(9000)))
    now = at(100) + timedelta(days=15)
    first, second = open_items(docket.case, now)
    assert (first.what, first.owner, first.since) == ("Paramedical exam (ordered)", Owing.AGENT, at(95))
    assert (second.what, second.due_at) == ("Signed amendment R-1 (raised by the carrier)", at(9000))
    told = answer(docket.case, now)
    assert "so this is longer than usual" in told
    assert "Also open: Signed amendment R-1 (raised by the carrier) (agent A-100)." in told
    assert "The carrier’s last word under BW-7 was “acknowledged” on March 4, 2026." in told


def test_a_vendor_is_waited_for_before_a_carrier() -> None:
    listed = required("ordered", minute=95)
    ordered = listed.requirements[0].model_copy(update={"vendor": "Larkfield Exams"})
    case = tell(*SUBMITTED, listed.model_copy(update={"requirements": (ordered,)})).case
    assert waits_for(case) is Owing.VENDOR
    assert "We wait for Larkfield Exams: paramedical exam (ordered)" in answer(case, at(200))


def test_what_waits_and_what_was_asked_is_owed_too() -> None:
    case = tell(*SUBMITTED, said("placed", 130), asked("change_mode", 140, mode="annual")).case
    assert [item.what for item in open_items(case, NOW)][1:] == [
        "The answer to “change mode”",
        "A word that came before “placed”",
    ]


def test_an_offer_says_until_when_it_stands() -> None:
    case = tell(*SUBMITTED, said("tentative_offer", 100, answer_by=at(9000))).case
    assert waits_for(case) is Owing.CLIENT
    assert answer(case, at(200)).endswith("It has to be there by March 10, 2026.")


@pytest.mark.parametrize("end", ["declined", "withdrawn_by_client", "closed_incomplete"])
def test_a_case_that_is_over_waits_for_nobody(end: str) -> None:
    case = tell(*SUBMITTED, said(end, 100)).case
    assert waits_for(case) is None
    assert open_items(case, NOW) == ()
    assert "We wait" not in answer(case, NOW)


@pytest.mark.parametrize("state", [state for state in CaseState if state not in ENDED])
def test_every_state_that_is_not_the_end_waits_for_somebody(state: CaseState) -> None:
    case = tell(read()).case.model_copy(update={"state": state})
    assert waits_for(case) is not None
    assert answer(case, NOW)


def test_a_follow_up_is_always_still_to_come() -> None:
    for days in range(40):
        now = NOON + timedelta(days=days, hours=1)
        for owner in Owing:
            assert now < follow_up(owner, NOON, now) <= now + timedelta(days=7)


def test_nothing_is_known_before_the_application() -> None:
    story: tuple[Contract, ...] = (judged("igo"),)
    assert "has not been read yet" in answer(tell(*story).case, NOW)
