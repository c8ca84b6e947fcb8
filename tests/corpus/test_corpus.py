"""The corpus: every breach is found by its own rule, and no rule finds what is not there."""

from collections import Counter

import pytest

from services.validation.rules import rule_book
from tests.corpus.applications import Built, built
from tests.corpus.example import Example
from tests.corpus.packets import examples
from tests.corpus.report import Judged, judged_packet, scores

PACKETS = tuple(examples())
APPLICATIONS = tuple(built())


@pytest.mark.parametrize("rule", sorted({example.rule for example in PACKETS}))
def test_each_breach_in_a_packet_is_found_and_nothing_else(rule: str) -> None:
    for example in PACKETS:
        if example.rule == rule:
            judged = judged_packet(example)
            assert judged.found == judged.expected, _named(example)


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
