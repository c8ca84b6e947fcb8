"""V-01 to V-09: who the insured is."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.validation.numbers import can_be_itin, can_be_ssn, is_post_office_box
from services.validation.zip_prefixes import STATES, disagree
from tests.validation.judging import faults, findings

SSNS = st.tuples(st.integers(1, 899), st.integers(1, 99), st.integers(1, 9999)).filter(lambda p: p[0] != 666)


def test_a_clean_application_has_no_finding_at_all() -> None:
    assert findings() == ()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"insured.ssn": None}, ["V-01"]),
        ({"insured.ssn": "000-34-5678", "hipaa.ssn": "000-34-5678"}, ["V-01"]),
        ({"insured.ssn": "987-65-4321", "hipaa.ssn": "987-65-4321"}, ["V-01"]),
        ({"insured.ssn": "812 34 5678"}, []),
        (
            {
                "insured.ssn": "987-65-4321",
                "hipaa.ssn": "987-65-4321",
                "insured.us_citizen": "no",
                "insured.visa_or_green_card": "E-2",
            },
            [],
        ),
        ({"insured.date_of_birth": None}, ["V-02"]),
        ({"insured.date_of_birth": date(2031, 1, 1), "hipaa.date_of_birth": None}, ["V-02"]),
        ({"insured.date_of_birth": date(1884, 5, 20), "hipaa.date_of_birth": date(1884, 5, 20)}, ["V-02", "V-10"]),
        ({"insured.age_stated": 45}, ["V-02"]),
        ({"insured.age_stated": 42}, []),
        ({"insured.age_stated": None}, []),
        ({"insured.first_name": None}, ["V-03"]),
        ({"insured.first_name": None, "insured.last_name": None, "insured.middle_name": None}, ["V-03"]),
        ({"insured.middle_name": None}, []),
        ({"insured.residence.street": "P.O. Box 12"}, ["V-04"]),
        ({"insured.residence.street": None, "insured.residence.city": None}, ["V-04"]),
        ({"insured.mailing.street": "PO Box 12"}, []),
        ({"insured.residence.zip": "10001"}, ["V-05"]),
        ({"insured.mailing.state": "TX", "insured.mailing.zip": "80203"}, ["V-05"]),
        ({"insured.mailing.state": "TX", "insured.mailing.zip": "78701-1234"}, []),
        ({"insured.phone": None, "insured.email": None}, ["V-06"]),
        ({"insured.best_time_to_call": None}, ["V-06"]),
        ({"insured.phone": None, "insured.best_time_to_call": None}, []),
        ({"insured.us_citizen": None}, ["V-07"]),
        ({"insured.us_citizen": "no"}, ["V-07"]),
        ({"insured.us_citizen": "no", "insured.visa_or_green_card": "E-2"}, []),
        ({"insured.height_feet": None, "insured.weight_pounds": None}, ["V-08"]),
        ({"insured.height_feet": 57}, ["V-08"]),
        ({"insured.height_inches": 14}, ["V-08"]),
        ({"insured.weight_pounds": 15}, ["V-08"]),
        ({"insured.height_feet": 8, "insured.height_inches": 0, "insured.weight_pounds": 700}, []),
        ({"insured.height_inches": None}, []),
        ({"insured.tobacco": None}, ["V-09"]),
        ({"coverage.rate_class": "standard_tobacco"}, ["V-09"]),
        ({"insured.tobacco": "yes", "insured.tobacco_type": "cigar", "insured.tobacco_last_used": "2026"}, ["V-09"]),
        (
            {
                "insured.tobacco": "yes",
                "insured.tobacco_type": "cigar",
                "insured.tobacco_last_used": "2026",
                "coverage.rate_class": "preferred_tobacco",
            },
            [],
        ),
        ({"coverage.rate_class": None}, []),
    ],
)
def test_identity_rules(changes: dict[str, Any], expected: list[str]) -> None:
    assert sorted(faults(changes)) == expected


def test_what_is_written_illegibly_is_told_from_what_is_empty() -> None:
    empty, unclear = {"insured.date_of_birth": None}, {"insured.date_of_birth": "5/2O/8"}
    assert "is empty" in findings(empty)[0].message
    assert "could not be understood" in findings(empty, written=unclear)[0].message


def test_a_field_that_no_form_asks_for_is_no_fault() -> None:
    lost = {"application-2026-01": (1,)}
    assert faults(without_pages=lost) == ["V-61"]


@given(SSNS)
def test_every_number_of_the_issued_form_can_be_an_ssn(parts: tuple[int, int, int]) -> None:
    area, group, serial = parts
    assert can_be_ssn(f"{area:03}-{group:02}-{serial:04}")
    assert can_be_ssn(f"{area:03}{group:02}{serial:04}")


@given(SSNS, st.sampled_from(["area 000", "area 666", "area 9", "group", "serial", "short", "long", "letter"]))
def test_no_number_outside_that_form_can_be_one(parts: tuple[int, int, int], fault: str) -> None:
    area, group, serial = parts
    digits = f"{area:03}{group:02}{serial:04}"
    broken = {
        "area 000": "000" + digits[3:],
        "area 666": "666" + digits[3:],
        "area 9": "9" + digits[1:],
        "group": digits[:3] + "00" + digits[5:],
        "serial": digits[:5] + "0000",
        "short": digits[:-1],
        "long": digits + "1",
        "letter": digits[:-1] + "O",
    }
    assert not can_be_ssn(broken[fault])


@pytest.mark.parametrize(("number", "is_one"), [("987-65-4321", True), ("987-66-4321", False), ("812-65-4321", False)])
def test_itin_groups(number: str, is_one: bool) -> None:
    assert can_be_itin(number) is is_one


@pytest.mark.parametrize("street", ["PO Box 1", "P.O. Box 1", "p o box 44", "P.O.Box 9", "Post Office Box 7", "Box 12"])
def test_post_office_boxes(street: str) -> None:
    assert is_post_office_box(street)


@pytest.mark.parametrize("street", ["12 Boxwood Lane", "3 Post Office Square", "9 Box Elder Rd", "RR 2 Box 15"])
def test_streets_that_only_sound_like_a_box(street: str) -> None:
    assert not is_post_office_box(street)


@pytest.mark.parametrize(
    ("state", "zip_code"),
    [
        ("CO", "80203"), ("NY", "00501"), ("NY", "06390"), ("NY", "10001"), ("NY", "14701"), ("CA", "90210"),
        ("CA", "96150"), ("TX", "73301"), ("TX", "88510"), ("TX", "79901"), ("MA", "05501"), ("MA", "02139"),
        ("DC", "20500"), ("MD", "20814"), ("VA", "20190"), ("VA", "22202"), ("GA", "39815"), ("GA", "30303"),
        ("PR", "00926"), ("AK", "99501"), ("HI", "96813"), ("WY", "83414"), ("OH", "45202"), ("FL", "33139"),
        ("IL", "60601"), ("KS", "66101"), ("MO", "63101"), ("NE", "68102"), ("NJ", "07030"), ("WA", "98101"),
    ],
)  # fmt: skip
def test_real_pairs_of_state_and_zip_agree(state: str, zip_code: str) -> None:
    assert not disagree(state, zip_code)


def test_every_state_has_prefixes_and_nearly_every_prefix_one_state() -> None:
    assert len(STATES) >= 50 + 1 + 5
    shared = [n for n in range(1000) if sum(n in prefixes for prefixes in STATES.values()) > 1]
    # Border towns and the Pacific islands, as the USPS has them.
    assert set(shared) <= {55, 63, 422, 739, 834, 865, 967, 969}


@pytest.mark.parametrize(("state", "zip_code"), [("XX", "80203"), ("CO", ""), ("CO", "8"), ("CO", "00000")])
def test_an_unknown_state_or_prefix_proves_nothing(state: str, zip_code: str) -> None:
    assert not disagree(state, zip_code)
