"""A case as a pure function of its facts: whatever order they come in, and however often, the same end.

Every fact has a place, by when it took effect. A fact that comes as the last in that order is taken in by itself. One
that comes late is put in its place, and the case is told again from the beginning: where that leads elsewhere, one
change corrects what was published. So the state never depends on the order of arrival, and what was published stays a
record without gaps.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import zip_longest

from schemas.base import CaseId
from schemas.codes import CaseState
from schemas.events import CaseChanged
from services.cases.case import Around, Case, Outcome, RemarkKind, Submission
from services.cases.facts import Fact
from services.cases.states import OVER
from services.cases.taking import in_words, take


def folded(case_id: CaseId, facts: Iterable[Fact], around: Around) -> Outcome:
    """The whole history that the facts give, taken in their order."""
    outcome = Outcome(Case(case_id=case_id))
    in_order = sorted(facts, key=lambda fact: fact.place)
    for fact, following in zip_longest(in_order, in_order[1:]):
        outcome = outcome.then(take(outcome.case, fact, replace(around, following=following)))
    return outcome


def with_fact(case: Case, known: Callable[[], Iterable[Fact]], fact: Fact, around: Around) -> Outcome:
    """The case with one more fact, and what is to be published of it. ``known`` are the facts without it."""
    if case.taken is None or fact.place > case.taken:
        outcome = take(case, fact, around)
    else:
        before = list(known())
        was = folded(case.case_id, before, around)
        outcome = _put_in_its_place(case, was, folded(case.case_id, [*before, fact], around), fact)
    return replace(outcome, submissions=tuple(_to_be_sent(outcome, around)))


def _to_be_sent(outcome: Outcome, around: Around) -> Iterable[Submission]:
    """What went to the carrier is not sent again, nor anything older than it, nor a case that is over for good."""
    if outcome.case.state in OVER:
        return ()
    last = max(around.submitted, default=0)
    return (each for each in outcome.submissions if each.version > last)


def _put_in_its_place(case: Case, was: Outcome, now: Outcome, fact: Fact) -> Outcome:
    """What is to be told when the history reads ``now`` instead of ``was``."""
    kept = _common(was.changes, now.changes)
    stays = now.case.state is case.state and _asks_the_same(was, now)
    if stays:
        changes: tuple[CaseChanged, ...] = ()
    elif kept == len(was.changes):
        changes = tuple(
            change.model_copy(update={"revision": case.revision + step})
            for step, change in enumerate(now.changes[kept:], start=1)
        )
    else:
        changes = (_correction(case, now.changes[-1], case.trail[kept - 1] if kept else 0),)
    revision = case.revision + len(changes)
    steps = len(now.changes) - kept
    fresh = [each.revision for each in changes] if len(changes) == steps else [revision] * steps
    told = now.case.model_copy(update={"revision": revision, "trail": (*case.trail[:kept], *fresh)})
    outcome = Outcome(told, changes, now.submissions, tuple(each for each in now.remarks if each.fact == fact.id))
    if changes and kept == len(was.changes):
        return outcome
    end = "the case stays" if stays else "corrected: the case is"
    text = f"late, put in its place: {_said(now, fact)}; {end} {in_words(now.case.state)}"
    return replace(outcome, remarks=()).remarked(RemarkKind.LATE, text, fact.at, fact.id)


_ASKING = frozenset({CaseState.SUBMITTED, CaseState.AWAITING_REQUIREMENTS, CaseState.DELIVERY_PENDING})
"""States whose change tells the agent what is still required."""


def _asks_the_same(was: Outcome, now: Outcome) -> bool:
    """Whether the last that is told names the same requirements: the agent has to learn of every one."""
    if now.case.state not in _ASKING or not (was.changes and now.changes):
        return bool(was.changes) == bool(now.changes)
    return was.changes[-1].requirements == now.changes[-1].requirements


def _correction(case: Case, last: CaseChanged, holds: int) -> CaseChanged:
    return last.model_copy(
        update={
            "revision": case.revision + 1,
            "from_state": case.state,
            "corrects": holds,
            "reason": f"Corrected: {last.reason}",
        }
    )


def _common(one: tuple[CaseChanged, ...], other: tuple[CaseChanged, ...]) -> int:
    """How many steps two histories share from their beginnings."""
    steps = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(steps) if _step(a) != _step(b)), min(len(one), len(other)))


def _step(change: CaseChanged) -> tuple[object, ...]:
    return change.from_state, change.to_state, change.occurred_at, change.reason, change.application_version


def _said(outcome: Outcome, fact: Fact) -> str:
    """What the fact is, in a few words."""
    noted = (remark.text for remark in outcome.remarks if remark.fact == fact.id)
    moved = (change.reason for change in outcome.changes if change.occurred_at == fact.at)
    return next(noted, None) or next(moved, None) or in_words(fact.kind)
