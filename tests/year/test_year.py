"""A simulated year, small: every sum adds up, and a sum that is broken is seen."""

import asyncio
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest

from benchmarks.year.books import faults, flow
from benchmarks.year.figures import figures
from benchmarks.year.house import Closing
from benchmarks.year.ledger import Ledger
from benchmarks.year.running import Year, run, scratch
from schemas.codes import CaseState

CASES = 60

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def year() -> Year:
    with scratch() as folder:
        return asyncio.run(run(folder, CASES, 1, days=30, after=150, tell=lambda *_: None))


def test_every_sum_of_the_year_adds_up(year: Year) -> None:
    assert faults(year.ledger, year.closing) == []
    assert sum(there for *_, there in flow(year.ledger).values()) == len(year.closing.states) == CASES


def test_the_year_walks_the_ways_that_cases_go(year: Year) -> None:
    reached = {step.to_state for line in year.ledger.cases.values() for step in line.steps}
    ends = {CaseState.PLACED, CaseState.DECLINED, CaseState.NOT_TAKEN, CaseState.WITHDRAWN_BY_CLIENT}
    assert ends | {CaseState.NIGO, CaseState.OFFER_OUT, CaseState.AWAITING_REQUIREMENTS} <= reached


def test_its_figures_are_printed_by_month_and_in_all(year: Year) -> None:
    printed = "\n".join(figures(year.ledger))
    assert f"\n  all {CASES:>12} " in printed
    assert all(title in printed for title in ("Time in a state, in days", "round trips", "Who was waited for"))


def _forgets_a_change(ledger: Ledger) -> None:
    del next(iter(ledger.cases.values())).steps[2]


def _tells_a_change_twice(ledger: Ledger) -> None:
    line = next(iter(ledger.cases.values()))
    line.steps.append(line.steps[-1])


def _jumps(ledger: Ledger) -> None:
    line = next(iter(ledger.cases.values()))
    line.steps[1] = replace(line.steps[1], to_state=CaseState.PLACED)
    line.steps[2] = replace(line.steps[2], from_state=CaseState.PLACED)


def _loses_a_mail(ledger: Ledger) -> None:
    next(line for line in ledger.cases.values() if line.mails).mails["sent"] -= 1


def _orders_twice(ledger: Ledger) -> None:
    next(iter(ledger.orders.values())).append(1)


def _sends_twice(ledger: Ledger) -> None:
    ledger.submitted[next(iter(ledger.submitted))] += 1


def _has_a_dead_letter(ledger: Ledger) -> None:
    ledger.dead_letters.append("cases.dead-letters: one")


@pytest.mark.parametrize(
    ("breaks", "seen"),
    [
        (_forgets_a_change, "its revisions are"),
        (_tells_a_change_twice, "its revisions are"),
        (_jumps, "is no transition"),
        (_loses_a_mail, "mails are due"),
        (_orders_twice, "its orders are"),
        (_sends_twice, "sent 2 times"),
        (_has_a_dead_letter, "1 dead letters"),
    ],
)
def test_a_broken_sum_is_seen(year: Year, breaks: Callable[[Ledger], None], seen: str) -> None:
    ledger = deepcopy(year.ledger)
    breaks(ledger)
    assert any(seen in fault for fault in faults(ledger, year.closing))


def _other_state(year: Year) -> Closing:
    case_id = next(iter(year.closing.states))
    return replace(year.closing, states={**year.closing.states, case_id: CaseState.REOPENED})


@pytest.mark.parametrize(
    ("broken", "seen"),
    [
        (_other_state, "and is reopened"),
        (lambda year: replace(year.closing, open_orders=set(year.ledger.orders)), "open order: True"),
        (lambda year: replace(year.closing, left={"cases": {"outbox": 1}}), "1 left in outbox"),
        (lambda year: replace(year.closing, unsent=1), "1 mails are not sent"),
        (lambda year: replace(year.closing, mails={**year.closing.mails, "another": 1}), "arrived"),
        (lambda year: replace(year.closing, ended_at_requirements=set()), "do not agree on whether it is over"),
        (lambda year: replace(year.closing, waiting_words={next(iter(year.closing.states)): ["issued"]}), "still wait"),
    ],
)
def test_a_table_that_says_otherwise_is_seen(year: Year, broken: Callable[[Year], Closing], seen: str) -> None:
    assert any(seen in fault for fault in faults(year.ledger, broken(year)))
