"""What ``dead-letters show`` lets through: codes and ids by name and shape, and nothing that is somebody's."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goodorder.screen import readable
from services.console.letters.masking import MASKED, masked_header, masked_key, masked_payload
from tests.console.letters.records import CASE

DIGEST = "ab" * 32


def payload(data: Any, **envelope: Any) -> Any:
    return json.loads(masked_payload(json.dumps({"data": data, **envelope}).encode()))


def test_ids_states_codes_and_process_dates_are_shown() -> None:
    data = {
        "case_id": CASE,
        "decision": "approved",
        "effective_at": "2026-11-20T12:00:00Z",
        "version": 2,
        "documents": [{"document_id": DIGEST}],
        "findings": [{"rule": "V-25", "severity": "N", "page": 3}],
    }
    assert payload(data)["data"] == data


def test_what_is_personal_is_masked_wherever_it_stands() -> None:
    shown = payload(
        {
            "case_id": "900-12-3456",
            "status": "John Smith died",
            "decision": ["approved", "987-65-4321"],
            "effective_at": "born 1970-01-01",
            "insured": {"ssn": "801-22-3333", "first_name": "Jordan"},
            "note": "heart attack in May",
            "approved_face_amount": "250000",
            "party": {"case_id": CASE},
            "application": {"medical": {"heart": "yes"}, "carrier": "aldermoor"},
            "Jordan Parker": "approved",
        }
    )["data"]
    text = json.dumps(shown, ensure_ascii=False)
    for personal in ("900-12", "John", "987-65", "1970", "801-22", "Jordan", "heart", "250000", "yes"):
        assert personal not in text
    assert shown["party"] == "(1 values masked)"
    assert shown["application"] == "(2 values masked)"
    assert shown["status"] == MASKED


def test_the_envelope_is_shown_by_shape() -> None:
    shown = payload({}, id="801-22-3333", source="/carriers/aldermoor", subject="Jordan Parker", specversion="1.0")
    assert shown == {"id": MASKED, "source": "/carriers/aldermoor", "subject": MASKED, "specversion": "1.0", "data": {}}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "(no value: a tombstone)"),
        (b"SSN 801-22-3333", "(15 bytes that are not JSON)"),
        (b'"801-22-3333"', "(13 bytes of JSON that are not an event)"),
        (b"[" * 100_000, "(100,000 bytes that are not JSON)"),
        (b'\xff{"a": 1}', "(9 bytes that are not JSON)"),
    ],
)
def test_what_is_no_event_is_only_counted(value: bytes | None, said: str) -> None:
    assert masked_payload(value) == said


def test_keys_and_headers_are_shown_by_shape() -> None:
    assert masked_key(CASE.encode()) == CASE
    assert masked_key(b"801-22-3333") == MASKED
    assert masked_key(None) == "(none)"
    assert masked_header("content-type", b"application/cloudevents+json") == "application/cloudevents+json"
    assert masked_header("ce_type", b"goodorder.carriers.decided.v1") == "goodorder.carriers.decided.v1"
    assert masked_header("insured", b"Jordan") == MASKED
    assert masked_header("ce_subject", b"Jordan") == MASKED


_SECRET = "Zürich-801223333"
_names = st.text("abcdefghijklmnopqrstuvwxyz_", max_size=12) | st.sampled_from(
    ["case_id", "status", "decision", "carrier", "version", "data", "kind", "application", "effective_at", "subject"]
)
_leaves = st.just(_SECRET) | st.integers() | st.booleans() | st.none()
_trees = st.recursive(
    _leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(_names, _trees, max_size=4))
def test_no_free_text_ever_gets_through(event: dict[str, Any]) -> None:
    text = masked_payload(json.dumps(event).encode())
    assert _SECRET not in text


@given(st.integers(min_value=10_000), _names)
def test_no_long_number_ever_gets_through(number: int, name: str) -> None:
    """An SSN or an account number may stand anywhere as a bare number."""
    assert str(number) not in masked_payload(json.dumps({"data": {name: number, "list": [number]}}).encode())


@given(st.text())
def test_text_from_outside_never_holds_a_control_character(text: str) -> None:
    assert not any((ord(sign) < 32 and sign not in "\n\t") or 127 <= ord(sign) < 160 for sign in readable(text).plain)
