"""V-20 to V-23: questions, details, physician; V-24 to V-29: beneficiaries and trusts."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import OWNED_BY_SPOUSE
from tests.validation.judging import faults, findings

ROW = {"question": "7b", "condition": "C", "onset": "2011", "treatment": "T", "provider": "P"}


def primaries(*shares: object) -> list[dict[str, object]]:
    people = [
        {"beneficiary_class": "primary", "name": f"P {n}", "relationship": "child", "share": share}
        for n, share in enumerate(shares)
    ]
    contingent = {"beneficiary_class": "contingent", "name": "Lee", "relationship": "brother", "share": "100"}
    return [*people, contingent]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"medical.heart": None}, ["V-20"]),
        ({"medical.heart": None, "lifestyle.travel": None}, ["V-20", "V-20"]),
        ({"medical.heart": None, "medical.lungs": None, "medical.medication": None}, ["V-20"]),
        ({"details": []}, ["V-21"]),
        ({"medical.heart": "yes"}, ["V-21"]),
        ({"medical.heart": "yes", "details": []}, ["V-21", "V-21"]),
        ({"medical.heart": "yes", "details": [ROW, {**ROW, "question": "7a"}]}, []),
        ({"medical.heart": "yes", "details": [{**ROW, "question": "7a, 7b"}]}, []),
        ({"medical.heart": "yes", "details": [{**ROW, "question": "Q. 7 A"}, {**ROW, "question": "#7b"}]}, []),
        ({"medical.heart": "yes", "details": [ROW, {**ROW, "question": None}]}, []),
        ({"details.0.treatment": None}, ["V-21"]),
        ({"details.0.onset": None, "details.0.provider": None}, ["V-21"]),
        ({"medical.medication": "yes"}, []),
        ({"medical.lungs": "no", "details": []}, []),
        ({"lifestyle.travel": "yes"}, ["V-21"]),
        ({"lifestyle.travel": "yes", "details": [ROW, {"question": "6b", "condition": "Iceland, June"}]}, []),
        ({"physician.reason": None}, ["V-23"]),
        ({"physician": {}}, ["V-23"]),
        ({"physician": {"none": True}}, []),
        ({"insured.tobacco": "yes", "coverage.rate_class": "standard_tobacco"}, ["V-21"]),
        ({"beneficiaries": []}, ["V-24"]),
        ({"beneficiaries": primaries()}, ["V-24"]),
        ({"beneficiaries.1.relationship": None}, ["V-24"]),
        ({"beneficiaries.1.relationship": None, "beneficiaries.1.name": None}, ["V-24"]),
        ({"beneficiaries": primaries("60", "30")}, ["V-25"]),
        ({"beneficiaries": primaries("33.33", "33.33", "33.34")}, []),
        ({"beneficiaries": primaries("33.33", "33.33", "33.33")}, []),
        ({"beneficiaries": primaries("33.3", "33.3", "33.3")}, ["V-25"]),
        ({"beneficiaries": primaries("100", "0")}, ["V-25"]),
        ({"beneficiaries": primaries("60", None)}, ["V-25"]),
        ({"beneficiaries": primaries(None)}, []),
        ({"beneficiaries": primaries("33.33", "33.33", "33.34"), "coverage.product": "bw-whole"}, ["V-25"]),
        ({"beneficiaries": primaries("33", "33", "34"), "coverage.product": "bw-whole"}, []),
        ({"beneficiaries.2.share": "50"}, ["V-25"]),
        ({"beneficiaries.0.date_of_birth": date(2015, 1, 1)}, ["V-27"]),
        ({"beneficiaries.0.date_of_birth": date(2008, 3, 2)}, []),
        ({"beneficiaries": primaries("100")[:1]}, ["V-28"]),
        ({**OWNED_BY_SPOUSE, "owner.kind": "trust", "owner.tax_id": None,
          "signatures.application.owner.title": "trustee"}, ["V-29"]),
        ({**OWNED_BY_SPOUSE, "owner.kind": "trust", "signatures.application.owner.title": "trustee"}, []),
        ({**OWNED_BY_SPOUSE, "owner.tax_id": None}, []),
        ({**OWNED_BY_SPOUSE, "owner.name": None}, ["V-03"]),
    ],
)  # fmt: skip
def test_answer_and_beneficiary_rules(changes: dict[str, Any], expected: list[str]) -> None:
    assert sorted(faults(changes)) == expected


def test_a_question_marked_twice_is_said_to_be_unclear() -> None:
    (finding,) = findings({"medical.heart": None}, written={"medical.heart": "yes, no"})
    assert (finding.rule, "question 7a is marked both yes and no" in finding.message) == ("V-20", True)


def test_the_message_on_shares_says_the_sum_and_the_page() -> None:
    (finding,) = findings({"beneficiaries": primaries("60", "30")})
    assert finding.message == (
        "Page 2, Beneficiaries: the primary shares add up to 90 %. "
        "Correct them so that they make 100 %, and have the owner initial the change."
    )
    assert (finding.page, finding.at, finding.box) == (2, "beneficiaries.0.share", (10.0, 20.0, 110.0, 35.0))


def test_an_illegible_share_is_asked_for_and_not_summed() -> None:
    written = {"beneficiaries.1.share": "4O pct?"}
    (finding,) = findings({"beneficiaries": primaries("60", None)}, written=written)
    assert (finding.rule, finding.at) == ("V-25", "beneficiaries.1.share")
    assert "could not be understood" in finding.message


HUNDREDTHS = st.lists(st.integers(1, 9_999), min_size=0, max_size=3, unique=True)


@given(HUNDREDTHS)
def test_shares_that_split_the_whole_are_never_faulted(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), 10_000]
    shares = [Decimal(high - low) / 100 for low, high in pairwise(edges)]
    assert faults({"beneficiaries": primaries(*shares)}) == []


@given(HUNDREDTHS, st.integers(-5_000, 5_000).filter(lambda off: abs(off) > 1))
def test_shares_that_do_not_make_the_whole_always_are(cuts: list[int], off: int) -> None:
    edges = [0, *sorted(cuts), 10_000]
    shares = [Decimal(high - low) / 100 for low, high in pairwise(edges)]
    shares[0] += Decimal(off) / 100
    assert faults({"beneficiaries": primaries(*shares)}) == ["V-25"]
