"""V-10 to V-17: product, age and amount; V-40 to V-44: the premium."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validation.numbers import can_be_routing_number
from tests.builders import OWNED_BY_SPOUSE
from tests.validation.judging import faults, findings


def born(day: date, product: str = "bw-term", **more: Any) -> dict[str, Any]:
    return {
        "insured.date_of_birth": day,
        "hipaa.date_of_birth": day,
        "insured.age_stated": None,
        "coverage.product": product,
        **more,
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # 70 at the last birthday, 71 at the nearest: bw-term counts the nearest, bw-whole the last.
        (born(date(1955, 7, 1)), ["V-10"]),
        (born(date(1955, 7, 1), "bw-whole"), []),
        (born(date(2008, 9, 3)), ["V-10"]),
        (born(date(2008, 9, 2)), []),
        (born(date(2008, 9, 2), "bw-whole"), ["V-10"]),
        # 70 when signed on March 2, 71 from March 3: the signing counts.
        (born(date(1955, 9, 3)), []),
        ({"coverage.face_amount": None}, ["V-12"]),
        ({"coverage.face_amount": 99_999}, ["V-12"]),
        ({"coverage.face_amount": 100_000}, []),
        ({"coverage.face_amount": 2_000_000}, []),
        ({"coverage.face_amount": 2_000_001}, ["V-12"]),
        (born(date(1962, 1, 5), **{"coverage.face_amount": 500_001}), ["V-12"]),
        (born(date(1962, 1, 5), **{"coverage.face_amount": 500_000}), []),
        ({"coverage.product": None}, ["V-17"]),
        ({"coverage.product": "bw-life"}, ["V-17"]),
        ({"coverage.term_years": None}, ["V-17"]),
        ({"coverage.term_years": 30}, ["V-17"]),
        ({"coverage.term_years": 10}, []),
        ({"insured.residence.state": "NY", "insured.residence.zip": "10001"}, ["V-17"]),
        # The owner's residence governs.
        ({**OWNED_BY_SPOUSE, "owner.address": {"state": "NY", "zip": "10001"}}, ["V-17"]),
        ({"premium.mode": None}, ["V-40"]),
        ({"premium.method": None}, ["V-40"]),
        ({"premium.mode": "quarterly"}, ["V-40"]),
        ({"premium.mode": "annual"}, []),
        ({"premium.routing_number": "123456789"}, ["V-42"]),
        ({"premium.routing_number": None, "premium.account_number": None}, ["V-42"]),
        ({"premium.draft_day": 29}, ["V-42"]),
        ({"premium.draft_day": 28}, []),
        ({"premium.method": "direct", "premium.routing_number": None, "premium.draft_day": 31}, []),
        ({"payor.name": "Kim Pell"}, ["V-44"]),
        ({"payor.relationship": "aunt"}, ["V-44"]),
        ({"payor.name": "Kim Pell", "payor.relationship": "aunt"}, []),
    ],
)  # fmt: skip
def test_coverage_and_premium_rules(changes: dict[str, Any], expected: list[str]) -> None:
    if changes.get("insured.date_of_birth") and changes["insured.date_of_birth"] > date(2008, 3, 2):
        changes = {**changes, "signatures.application.guardian": _SIGNED, "signatures.hipaa.guardian": _SIGNED}
    assert sorted(faults(changes)) == expected


_SIGNED = {"mark": "present", "signed_on": date(2026, 3, 2)}


@pytest.mark.parametrize(("days_left", "warned"), [(30, True), (31, False), (1, True)])
def test_save_age_alert_names_the_last_day(days_left: int, warned: bool) -> None:
    # Received on March 4; the nearest age changes on the half-birthday.
    half_birthday = date.fromordinal(date(2026, 3, 4).toordinal() + days_left)
    birth = date(1983, half_birthday.month + 6, half_birthday.day)
    found = findings(born(birth))
    assert [finding.rule for finding in found] == (["V-11"] if warned else [])
    if warned:
        last = date.fromordinal(half_birthday.toordinal() - 1)
        assert f"{last:%B} {last.day}, 2026" in found[0].message


def test_no_amount_is_judged_for_an_age_outside_the_product() -> None:
    assert faults(born(date(1950, 1, 1), **{"coverage.face_amount": 1})) == ["V-10"]


PREFIXES = st.sampled_from([*range(1, 13), *range(21, 33), *range(61, 73), 80])


@given(PREFIXES, st.integers(0, 999_999))
def test_exactly_one_last_digit_makes_a_routing_number(prefix: int, middle: int) -> None:
    stem = f"{prefix:02}{middle:06}"
    assert sum(can_be_routing_number(f"{stem}{last}") for last in range(10)) == 1


@given(PREFIXES, st.integers(0, 999_999), st.integers(0, 8), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(prefix: int, middle: int, place: int, off: int) -> None:
    stem = f"{prefix:02}{middle:06}"
    right = next(f"{stem}{last}" for last in range(10) if can_be_routing_number(f"{stem}{last}"))
    wrong = right[:place] + str((int(right[place]) + off) % 10) + right[place + 1 :]
    assert not can_be_routing_number(wrong)
