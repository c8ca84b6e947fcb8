"""A corrected value is taken only when the service that failed can take it, as the same event."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.publish.__main__ import sample
from services.console.letters.correcting import check, to_edit
from services.console.letters.desk import Refused
from services.console.letters.evidence import Failure, failure_in
from services.console.letters.masking import MASKED, Change, changes
from tests.console.letters.records import LETTER_A, letter

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
DECIDED = sample("goodorder.carriers.decided.v1")


def failed(value: bytes, topic: str = "carriers.aldermoor.decisions", service: str = "cases") -> Failure:
    key = str(DECIDED["subject"]).encode()
    return failure_in(letter(LETTER_A, NOON, value=value, topic=topic, service=service, key=key))


def as_bytes(event: Any) -> bytes:
    return json.dumps(event).encode()


def with_data(**changed: Any) -> dict[str, Any]:
    return {**DECIDED, "data": {**DECIDED["data"], **changed}}


def test_a_carriers_malformed_word_is_put_right_and_nothing_personal_is_told() -> None:
    broken = failed(as_bytes(with_data(effective_at="15.03.2026", note="ask for Jordan")))
    value, told = check(broken, to_edit(broken).replace("15.03.2026", "2026-03-15T12:00:00Z"))
    assert json.loads(value)["data"]["effective_at"] == "2026-03-15T12:00:00Z"
    assert told == (Change("data.effective_at", MASKED, "2026-03-15T12:00:00Z"),)


def test_bytes_that_were_no_event_may_become_one() -> None:
    _, told = check(failed(b"\xff not json"), json.dumps(DECIDED))
    assert told == (Change("(value)", "(10 bytes that are not JSON)", "(an event)"),)


@pytest.mark.parametrize(
    ("corrected", "why"),
    [
        ("{", "no JSON in line 1"),
        ("[]", "no event"),
        (json.dumps({**DECIDED, "type": "goodorder.notify.mail-delivery.v1"}), "takes no events of that type"),
        (json.dumps({**DECIDED, "type": "goodorder.dead-letters.replay.v1"}), "came on carriers.aldermoor.decisions"),
        (json.dumps(with_data(effective_at="soon")), "data.effective_at"),
        (json.dumps({**with_data(face_amount="1"), "id": "another"}), "id: must stay"),
        (json.dumps({**DECIDED, "source": "/carriers/quillhaven"}), "source: must stay"),
        (json.dumps(DECIDED), "Nothing is changed"),
        ("x" * 400_001, "400,001 characters"),
    ],
)
def test_what_cannot_be_taken_is_said_with_its_place(corrected: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check(failed(as_bytes(DECIDED)), corrected)


def test_an_event_of_ours_stays_with_its_case_since_its_order_counts() -> None:
    verdict = sample("goodorder.validation.verdict-reached.v1")
    broken = failed(as_bytes({**verdict, "data": {}}), "validation.verdicts")
    moved = {**verdict, "subject": "GO-0000-0000-0000"}
    with pytest.raises(Refused, match="subject: must stay"):
        check(broken, json.dumps(moved))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.binary() | JSON.map(as_bytes), JSON.map(as_bytes) | st.none())
def test_whatever_two_values_hold_their_difference_can_be_shown(before: bytes, after: bytes | None) -> None:
    assert changes(before, before) == ()
    assert all(change.before is not None or change.after is not None for change in changes(before, after))


def test_no_private_value_can_be_typed_into_a_record() -> None:
    """What is sealed stays as it is; open it would lie on topics and in tables."""
    asked = sample("goodorder.cases.requested.v1")
    sealed = {**asked["data"], "request": "change_beneficiary", "face_amount": None, "mode": None}
    sealed["beneficiaries"] = [{"beneficiary_class": "primary", "name": "Robin Merrow", "ssn": "sealed:1:AAAA"}]
    broken = failed(as_bytes({**asked, "data": {**sealed, "requested_at": "soon"}}), "cases.requests")
    mended = to_edit(broken).replace('"soon"', '"2026-03-15T12:00:00Z"')
    check(broken, mended)
    with pytest.raises(Refused, match=r"data\.beneficiaries\.0\.ssn: a private value cannot be typed here"):
        check(broken, mended.replace("sealed:1:AAAA", "899-41-7263"))
