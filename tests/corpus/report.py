"""Recall and false alarms of every rule over the corpus: ``python -m tests.corpus.report`` (``make rules-report``)."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.application import Application
from schemas.finding_events import Finding
from services.validation.good_order import check
from services.validation.rules import rule_book
from tests.corpus.applications import built
from tests.corpus.example import Example
from tests.corpus.packets import examples
from tests.own_hands import read


@dataclass(frozen=True)
class Judged:
    """One example with what the rules found."""

    rule: str
    violates: bool
    from_pdf: bool
    expected: frozenset[str]
    found: frozenset[str]


@dataclass(frozen=True)
class Score:
    rule: str
    breaches: int
    found: int
    near_misses: int
    false_alarms: int
    """Examples of any rule in which this rule found something that is not there."""
    from_pdf: bool


def findings_in(example: Example, application: Application) -> tuple[Finding, ...]:
    """What the rules find in the example's packet, given how it was read."""
    return check(
        application, example.carrier_data, example.today, example.looked_at, example.standing, example.other_cases
    )


def judged_all() -> Iterator[Judged]:
    for example in examples():
        found = frozenset(finding.rule for finding in findings_in(example, read(example.packet())))
        yield Judged(example.rule, example.violates, True, example.expected, found)
    for one in built():
        found = frozenset(finding.rule for finding in one.judge())
        yield Judged(one.rule, one.violates, False, one.expected, found)


def scores(judged: Iterable[Judged]) -> tuple[Score, ...]:
    """One a rule of the corpus, by id."""
    held = tuple(judged)
    return tuple(_score(rule, held) for rule in sorted({one.rule for one in held}))


def _score(rule: str, judged: tuple[Judged, ...]) -> Score:
    own = [one for one in judged if one.rule == rule]
    breaches = [one for one in own if one.violates]
    return Score(
        rule=rule,
        breaches=len(breaches),
        found=sum(rule in one.found for one in breaches),
        near_misses=len(own) - len(breaches),
        false_alarms=sum(rule in one.found - one.expected for one in judged),
        from_pdf=all(one.from_pdf for one in own),
    )


def main() -> int:
    rows = scores(judged_all())
    out = sys.stdout.write
    out("rule   breaches found recall  near misses  false alarms  examples are\n")
    for row in rows:
        recall = f"{100 * row.found / row.breaches:.0f} %"
        what = "packets" if row.from_pdf else "applications"
        out(
            f"{row.rule:6} {row.breaches:8} {row.found:5} {recall:>6}  {row.near_misses:11}  {row.false_alarms:12}"
            f"  {what}\n"
        )
    missing = sorted({rule.id for rule in rule_book()} - {row.rule for row in rows})
    total, found = sum(row.breaches for row in rows), sum(row.found for row in rows)
    alarms = sum(row.false_alarms for row in rows)
    out(f"{len(rows)} rules, {found} of {total} breaches found, {alarms} false alarms")
    out(f"; without examples: {', '.join(missing)}\n" if missing else "\n")
    return 0 if found == total and not alarms and not missing else 1


if __name__ == "__main__":
    raise SystemExit(main())
