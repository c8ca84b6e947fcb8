"""V-30 to V-32 and V-81: existing insurance and replacement."""

from datetime import date
from typing import Any

import pytest

from schemas.codes import ReasonCode
from tests.builders import NOTICE, OWNED_BY_SPOUSE, REPLACING
from tests.validation.judging import WITH_NOTICE, faults, findings

IN_OHIO = {"insured.residence.state": "OH", "insured.residence.zip": "45202"}
KEEPING = {**REPLACING, "existing.replacing": "no", "agent_report.replacing": "no"} | {
    "existing.policies": [{**REPLACING["existing.policies"][0], "to_be_replaced": "no"}]
}
LATER = {"mark": "present", "signed_on": date(2026, 3, 3)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"existing.has_existing": None}, ["V-30"]),
        ({"existing.has_existing": None, "existing.replacing": None}, ["V-30", "V-30"]),
        ({"agent_report.replacing": None}, ["V-30"]),
        ({"agent_report.has_existing": "yes"}, ["V-30"]),
        ({"existing.has_existing": "yes", "agent_report.has_existing": "yes"}, ["V-31"]),
        ({**KEEPING, "existing.policies.0.policy_number": None, "existing.policies.0.year_issued": None}, ["V-31"]),
        (KEEPING, []),
        ({**KEEPING, **IN_OHIO}, ["V-32"]),
        (REPLACING, ["V-32"]),
        ({**KEEPING, "existing.policies.0.to_be_replaced": "yes"}, ["V-32"]),
        ({"existing.pending_elsewhere": None}, ["V-81"]),
        ({"existing.pending_elsewhere": "yes"}, ["V-81"]),
        ({"existing.pending_elsewhere": "yes", "existing.pending_elsewhere_amount": 250000}, []),
    ],
)
def test_existing_insurance_rules(changes: dict[str, Any], expected: list[str]) -> None:
    assert sorted(faults(changes)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({**REPLACING, **NOTICE}, []),
        ({**KEEPING, **IN_OHIO, **NOTICE}, []),
        (
            {
                **KEEPING,
                **IN_OHIO,
                **NOTICE,
                "replacement_notice.company": None,
                "replacement_notice.policy_number": None,
            },
            [],
        ),
        ({**REPLACING, **NOTICE, "replacement_notice.company": None}, ["V-32"]),
        ({**REPLACING, **NOTICE, "signatures.replacement_notice.agent": {}}, ["V-32"]),
        ({**REPLACING, **NOTICE, "signatures.replacement_notice.owner": {}}, ["V-32"]),
        ({**REPLACING, **NOTICE, "signatures.replacement_notice": {}}, ["V-32", "V-32"]),
        ({**REPLACING, **NOTICE, "signatures.replacement_notice.owner.signed_on": None}, ["V-32"]),
        ({**REPLACING, **NOTICE, "signatures.replacement_notice.owner": LATER}, ["V-32"]),
        ({**REPLACING, **NOTICE, "signatures.replacement_notice.agent": LATER}, []),
        ({**REPLACING, **NOTICE, "signatures.replacement_notice.owner.mark": "doubtful"}, ["V-64"]),
        ({**REPLACING, **NOTICE, "replacement_notice.applicant_name": "Morgan Sundry"}, ["V-66"]),
        ({**REPLACING, **NOTICE, **OWNED_BY_SPOUSE, "replacement_notice.applicant_name": "Sam Pell"}, []),
        # A notice that is not due is not judged.
        ({"signatures.replacement_notice": {}}, []),
    ],
)
def test_the_notice_itself(changes: dict[str, Any], expected: list[str]) -> None:
    assert sorted(faults(changes, forms=WITH_NOTICE)) == expected


def test_a_missing_notice_is_a_missing_form_and_names_the_form_to_send() -> None:
    (finding,) = findings(REPLACING)
    assert finding.reason is ReasonCode.MISSING_FORM
    assert "form BW-REP, edition 2026-01" in finding.message
    assert finding.page is None


def test_a_notice_of_another_carrier_is_one_finding() -> None:
    foreign = {"replacement_notice-2026-01": "elsewhere"}
    assert faults({**REPLACING, **NOTICE}, forms=WITH_NOTICE, form_carriers=foreign) == ["V-82"]
