"""What the tables of states say, rules take; what they do not say, rules warn of and never pass in silence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples.packets import load_shelf
from schemas.carrier import AppointmentClock, Carrier
from schemas.codes import Severity
from schemas.state_tables import HivConsentRow, HivConsentRule, replacement_rows
from services.validation.can_sell import Standing
from services.validation.good_order import check
from services.validation.zip_prefixes import STATES
from tests import producers
from tests.builders import RECEIVED, SIGNED, brackwater, clean_application

ELSEWHERE = {"insured.residence.state": "GU", "insured.residence.zip": "96910"}
"""Guam: a place like any other, that no table here knows."""
EXISTING = {
    "existing.has_existing": "yes",
    "agent_report.has_existing": "yes",
    "existing.policies": [
        {"company": "Oldhaven Life", "policy_number": "OH-1", "face_amount": 100000, "year_issued": 2009}
    ],
}
STATES_OF_THE_UNION = STATES.keys() - {"AA", "AE", "AP", "AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"}
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
NOBODY_APPOINTED = Standing(True, (producers.producer(appointments=()),), "A-100")


def found(changes: dict[str, Any], carrier: Carrier, standing: Standing | None = None) -> dict[str, Severity]:
    findings = check(clean_application(changes), carrier, RECEIVED, standing=standing)
    return {finding.rule: finding.severity for finding in findings}


@pytest.mark.parametrize(
    ("rule", "changes", "carrier", "standing"),
    [
        ("V-32", {**ELSEWHERE, **EXISTING}, brackwater(), None),
        ("V-33", ELSEWHERE, brackwater(), None),
        ("V-62", ELSEWHERE, brackwater(), None),
        ("V-62", {}, brackwater(hiv_consent=()), None),
        ("V-52", {}, producers.carrier(), NOBODY_APPOINTED),
        ("V-52", {}, producers.carrier(producers.clock("from_received", 30, "OH")), NOBODY_APPOINTED),
    ],
)
def test_a_state_that_a_table_does_not_know_is_warned_of(
    rule: str, changes: dict[str, Any], carrier: Carrier, standing: Standing | None
) -> None:
    severity = found(changes, carrier, standing)
    assert severity[rule] is Severity.WARN
    assert {Severity.BLOCK, Severity.NIGO}.isdisjoint(severity.values())


@given(st.integers(-3, 370))
def test_a_row_counts_from_its_first_to_its_last_day_and_is_silent_on_none_beside(days: int) -> None:
    signed = FIRST + timedelta(days)
    holds = FIRST <= signed <= LAST
    consent = HivConsentRow(
        state="CO", effective_from=FIRST, effective_to=LAST, source="s", edition="e", rule=HivConsentRule.NOT_REQUIRED
    )
    clock = producers.clock("from_written", 20).model_copy(update={"effective_from": FIRST, "effective_to": LAST})
    held = replace(brackwater(hiv_consent=(consent,)), appointment_clocks=(clock,))
    lines = ("application.insured", "application.agent", "hipaa.insured")
    dated = {f"signatures.{line}.signed_on": signed for line in lines}
    application = clean_application({**dated, "insured.age_stated": None})
    findings = check(application, held, signed, standing=NOBODY_APPOINTED)
    said = {finding.rule: finding.message for finding in findings}
    assert ("V-62" in said) is not (holds or not _labs_are_due(signed))
    assert ("20 days from the signing" in said["V-52"]) is holds
    assert ("does not say what CO wants" in said["V-52"]) is not holds


def _labs_are_due(signed: date) -> bool:
    return signed >= FIRST


def test_the_limits_of_the_signing_hold_in_every_table_and_are_sourced() -> None:
    carriers = load_shelf().carriers.values()
    tables: list[Sequence[Any]] = [replacement_rows(), *(carrier.hiv_consent for carrier in carriers)]
    for rows in tables:
        _one_row_a_state_and_day([(row.state, row) for row in rows])
    for carrier in carriers:
        clocks: list[tuple[str, AppointmentClock]] = [
            (s, row) for row in carrier.appointment_clocks for s in row.states
        ]
        _one_row_a_state_and_day(clocks)
        assert {state for state, _ in clocks} == STATES_OF_THE_UNION - {"NY"}, "New York is absent from the table"


def _one_row_a_state_and_day(rows: Sequence[tuple[str, Any]]) -> None:
    held = [(state, row.effective_from, row.effective_to or date.max) for state, row in rows]
    for state, first, last in held:
        assert sum(other == state and begins <= last and ends >= first for other, begins, ends in held) == 1
    assert all(row.source and row.edition for _, row in rows)
    assert {state for state, *_ in held} >= STATES_OF_THE_UNION - {"NY"}


def test_a_carrier_may_read_the_states_otherwise() -> None:
    own = brackwater(naic_model_states=("FL",))
    by_law = brackwater(naic_model_states=None)
    read = [
        (each.replacement_model(state, SIGNED) or "") for state in ("FL", "CO", "NY", "GU") for each in (own, by_law)
    ]
    assert read == ["naic", "own", "own", "naic", "new_york", "new_york", "", ""]
