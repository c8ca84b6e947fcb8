"""The rule book as a whole: identities, evidence, order, privacy, verdict."""

import re
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from goodorder.rules_page import rules_page
from schemas.carrier import CarrierDataError
from schemas.codes import Severity, Verdict
from schemas.finding_events import Finding
from services.validation.good_order import check
from services.validation.rules import rule_book
from services.validation.verdict import verdict_of
from tests.builders import DOCUMENT, NOTICE, OWNED_BY_SPOUSE, RECEIVED, REPLACING, brackwater, clean_application
from tests.validation.judging import WITH_NOTICE, findings

EVERYTHING_WRONG: dict[str, Any] = {
    "insured.ssn": "000-12-3456",
    "insured.date_of_birth": date(1984, 5, 20),
    "insured.age_stated": 77,
    "insured.residence.street": "PO Box 9",
    "insured.residence.zip": "10001",
    "insured.best_time_to_call": None,
    "insured.us_citizen": None,
    "insured.weight_pounds": 2,
    "insured.tobacco": None,
    "coverage.face_amount": 1,
    "coverage.term_years": 99,
    "medical.heart": "yes",
    "medical.medication": None,
    "details.0.provider": None,
    "physician.reason": None,
    "beneficiaries.0.share": "61",
    "beneficiaries.1.relationship": None,
    "beneficiaries.1.date_of_birth": date(2020, 2, 2),
    "premium.routing_number": "123456789",
    "premium.draft_day": 30,
    "payor.name": "Kim",
    "existing.pending_elsewhere": None,
    "existing.has_existing": None,
    "agent_report.replacing": "yes",
    "hipaa.insured_name": "Morgan Sundry",
    "hipaa.date_of_birth": date(1985, 5, 20),
    "hipaa.ssn": "812-34-5678",
    "signatures.hipaa.insured.signed_on": date(2020, 1, 1),
    "signatures.application.insured.state": "UT",
    "signatures.application.agent.signed_on": date(2026, 2, 28),
}


def all_findings() -> list[Finding]:
    """Findings of packets that between them break nearly every rule."""
    packets: tuple[tuple[dict[str, Any], dict[str, Any]], ...] = (
        (EVERYTHING_WRONG, {}),
        ({**EVERYTHING_WRONG, **REPLACING, **NOTICE, "signatures.replacement_notice": {}}, {"forms": WITH_NOTICE}),
        ({**OWNED_BY_SPOUSE, "owner.kind": "trust", "owner.tax_id": None, "owner.name": None}, {}),
        ({"beneficiaries": [], "insured.first_name": None, "premium.mode": None}, {}),
        ({"signatures.application": {}, "signatures.hipaa.insured.mark": "doubtful"}, {}),
        ({"insured.ssn": None, "existing.has_existing": "yes"}, {"forms": ("application-2019-01",)}),
        ({}, {"form_carriers": {"hipaa-2026-01": "elsewhere"}, "without_pages": {"application-2026-01": (3,)}}),
    )
    return list(chain.from_iterable(findings(changes, **packet) for changes, packet in packets))


def test_rules_catalogue() -> None:
    rules = rule_book()
    assert len({rule.id for rule in rules}) == len(rules) >= 36
    for rule in rules:
        assert re.fullmatch(r"V-\d\d", rule.id)
        assert rule.demand.endswith(".")
        assert rule.citation.startswith(f"Rule {rule.id}; ")
        assert rule.reads
        assert rule.version >= 1


def test_every_finding_lies_where_its_rule_says_it_reads() -> None:
    rules = {rule.id: rule for rule in rule_book()}
    found = all_findings()
    assert len({finding.rule for finding in found}) >= 30
    for finding in found:
        reads = rules[finding.rule].reads
        assert any(path in ("", finding.at) or finding.at.startswith(f"{path}.") for path in reads), finding


def test_findings_carry_page_box_confidence_and_the_printed_label() -> None:
    (finding,) = findings({"insured.weight_pounds": None}, unsure=("insured.weight_pounds",))
    assert finding.document_id == DOCUMENT
    assert (finding.page, finding.box, finding.confidence) == (1, (10.0, 20.0, 110.0, 35.0), 0.6)
    assert finding.label == "Label of insured.weight_pounds"
    assert finding.message.startswith("Page 1, Label of insured.weight_pounds: ")


def test_the_gravest_come_first_then_by_page() -> None:
    found = findings(EVERYTHING_WRONG)
    order = [("BNWI".index(finding.severity), finding.page or 999) for finding in found]
    assert order == sorted(order)
    assert {finding.severity for finding in found} >= {Severity.BLOCK, Severity.NIGO, Severity.WARN}


SECRETS = (
    "000-12-3456", "812-34-5678", "123456789", "000987654321", "Asthmatique", "inhaler", "1984", "1985", "2020",
    "May 20", "heart", "lungs", "aviation",
)  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_no_message_repeats_what_is_private(secret: str) -> None:
    for finding in all_findings():
        assert secret not in finding.message.replace(f"Label of {finding.at}", "")


def test_every_message_says_what_to_do() -> None:
    for finding in all_findings():
        assert finding.message.endswith(".")
        assert finding.message.count(". ") >= 1 or finding.severity is Severity.INFO, finding.message


def test_warnings_and_notes_leave_a_case_in_good_order() -> None:
    warned = findings({"insured.residence.zip": "10001", "insured.best_time_to_call": None})
    assert [finding.severity for finding in warned] == [Severity.WARN, Severity.WARN]
    assert verdict_of(warned) is Verdict.IGO
    assert verdict_of(findings({"insured.ssn": None})) is Verdict.NIGO
    assert verdict_of(findings({"coverage.face_amount": None})) is Verdict.NIGO
    assert verdict_of(()) is Verdict.IGO


def test_an_application_is_not_judged_by_another_carriers_data() -> None:
    with pytest.raises(ValueError, match="application to elsewhere"):
        check(clean_application({"carrier": "elsewhere"}), brackwater(), RECEIVED)


def test_a_gap_in_the_carriers_limits_is_an_error_that_names_the_file() -> None:
    with pytest.raises(CarrierDataError, match=r"carriers/brackwater/carrier\.yaml"):
        check(clean_application(), brackwater(limits=()), RECEIVED)


def test_the_page_about_the_rules_is_the_rule_books_own() -> None:
    page = Path(__file__).parents[2] / "docs" / "rules.md"
    assert page.read_text(encoding="utf-8") == rules_page(rule_book()), (
        "run `python -m goodorder.rules_page > docs/rules.md`"
    )
