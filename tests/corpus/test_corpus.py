"""The corpus: every breach is found by its own rule, and no rule finds what is not there."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from schemas.application import Application
from schemas.codes import ReadingMethod
from schemas.finding_events import Finding
from services.validation.overrides import evidence_of
from services.validation.rules import rule_book
from services.validation.verdict import STANDS_IN_THE_WAY
from tests.corpus.applications import Built, built
from tests.corpus.example import Example
from tests.corpus.packets import examples
from tests.corpus.report import Judged, findings_in, scores
from tests.own_hands import read

PACKETS = tuple(examples())
APPLICATIONS = tuple(built())


REST_ON_VALUES = {"V-19", "V-22", "V-29", "V-32", "V-33", "V-34", "V-35", "V-43", "V-62"}
"""Rules that ask for something, or for nothing, because of what is written elsewhere."""


@pytest.mark.parametrize("rule", sorted({example.rule for example in PACKETS}))
def test_each_breach_in_a_packet_is_found_and_nothing_else(rule: str) -> None:
    for example in PACKETS:
        if example.rule == rule:
            application = read(example.packet())
            found = findings_in(example, application)
            assert {finding.rule for finding in found} == example.expected, _named(example)
            _asks_when_nothing_was_read_surely(example, application, found)
            _rests_on_the_same_tomorrow(example, application, found)


def _asks_when_nothing_was_read_surely(example: Example, application: Application, sure: tuple[Finding, ...]) -> None:
    blurred = _blurred(application)
    findings = findings_in(example, blurred)
    verdicts = [one for one in findings if one.severity in STANDS_IN_THE_WAY and one.rule != "V-64"]
    for finding in verdicts:
        assert finding.rule not in REST_ON_VALUES, _named(example)
        proof = blurred.evidence.get(finding.at)
        assert proof is None or not proof.raw, f"{_named(example)}: {finding.message}"
    lost = {one.rule for one in sure if one.severity in STANDS_IN_THE_WAY} - {one.rule for one in verdicts}
    if lost - {"V-64"}:
        assert "V-64" in {one.rule for one in findings}, f"{_named(example)}: {lost} passed silently"


def _rests_on_the_same_tomorrow(example: Example, application: Application, today: tuple[Finding, ...]) -> None:
    tomorrow = replace(example, looked_at=(example.looked_at or example.today) + timedelta(1))
    evidence = {_place(one): evidence_of(application, one) for one in findings_in(tomorrow, application)}
    for finding in today:
        assert evidence.get(_place(finding)) in (None, evidence_of(application, finding)), finding.message


def _place(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.at, finding.severity


def _blurred(application: Application) -> Application:
    """The same reading, with no value that is sure; what was left blank was seen to be blank."""
    unsure = {"method": ReadingMethod.OCR, "confidence": 0.3}
    evidence = {path: proof.model_copy(update=unsure) for path, proof in application.evidence.items()}
    return application.model_copy(update={"evidence": evidence})


@pytest.mark.parametrize("one", APPLICATIONS, ids=lambda one: f"{one.rule}-{'breach' if one.violates else 'near'}")
def test_each_breach_in_an_application_is_found(one: Built) -> None:
    found = {finding.rule for finding in one.judge()}
    assert found == one.expected


def test_every_rule_has_two_breaches_and_two_near_misses() -> None:
    counted = Counter((example.rule, example.violates) for example in (*PACKETS, *APPLICATIONS))
    assert {rule for rule, _ in counted} == {rule.id for rule in rule_book()}
    assert [one for one, number in counted.items() if number < 2] == []


def test_the_report_counts_what_was_missed_and_what_was_raised_wrongly() -> None:
    one = Judged("V-01", True, True, frozenset({"V-01"}), frozenset())
    other = Judged("V-02", False, True, frozenset(), frozenset({"V-01"}))
    first, second = scores((one, other))
    assert (first.breaches, first.found, first.false_alarms) == (1, 0, 1)
    assert (second.breaches, second.near_misses, second.false_alarms) == (0, 1, 0)


def _named(example: Example) -> str:
    return f"{example.rule} ({'breach' if example.violates else 'near miss'}): {dict(example.changes)}"
