"""Writes the page about the case from its table of states: ``python -m goodorder.case_page > docs/case.md``."""

import sys
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from schemas.case_states import ENDED
from schemas.codes import CarrierDecisionKind, CaseRequestKind, CaseState
from services.cases.states import TABLE, Own, Transition, Trigger

_INTRODUCTION = """\
# The case

<!-- Made by `python -m goodorder.case_page > docs/case.md`; change services/cases/states.py, not this page. -->

A case has one state, the agency's own view, and beside it the carrier's last word. Every change of state is one event \
on `cases.changes`, numbered without gaps. `goodorder case ID` answers "where is this case" in one paragraph; the same \
and more is on the worker's web port: [Run it](run-it.md).

## Facts, not events

A case is a pure function of its facts: versions read, verdicts, lists of requirements, carriers' words, people's \
requests, days that went by. Each fact has an identity (the event's source and id) and the time at which it took \
effect, and the case is told from the facts in the order of those times. So it never matters in which order, or how \
often, they arrive:

- A fact that comes again changes nothing.
- A carrier's word that came too early waits. The difference is told on `cases.differences`, the carrier is asked on \
its submissions topic to send again what came before (`resend`), and when the missing word comes, the one that waited \
counts at once.
- A fact that comes late is put in its place, and the case is told anew. Where that leads to the same state, the \
history notes it as late. Where it leads elsewhere, one change is published that goes straight there; `corrects` says \
up to which revision what was told still holds. Nothing that was published is taken back or numbered anew.
- What went to a carrier stays sent: a late fact never unsends it, and nothing that was not sent at its time is sent \
for the past.
- Of several words with the same time (a carrier that gives days only) the one that is later in a case's life counts \
as later.

A test lets random words and requirements arrive in any order, doubled, over restarts, and compares the end with the \
same in order: `tests/cases/test_convergence.py`.

## What a person may ask

A request is an event on `cases.requests` (`goodorder ask`). It is done at once or becomes a dead letter that says \
what would be possible. Where the carrier has the case it is asked in turn, on its submissions topic.

| Request | Possible while the case is |
|---|---|
"""

_CHANGES = """
## Changes to what was applied for

| Change | At the desk | With the carrier, undecided | Approved or offered | Issued |
|---|---|---|---|---|
| More cover | a signed page; all rules; the grid; the premium; the illustration | the grid; the premium; the \
illustration; the carrier decides | as undecided, and a statement of health | as approved, and the policy is issued \
anew |
| Less cover | a signed page; all rules; the premium; the illustration | the premium; the illustration; the carrier \
decides; no requirement falls away | as undecided | as undecided, and the policy is issued anew |
| Beneficiary | a signed page; all rules | a signed page | a signed page | a signed page; the policy is issued anew |
| Mode | a signed page; all rules; the premium | the premium | the premium | the premium; the policy is issued anew |

What a change sets in motion is published on `cases.amendments`. Until its page is read the case is not submitted.

## The ways of a case

"""

_MAIN = (
    CaseState.RECEIVED,
    CaseState.EXTRACTING,
    CaseState.SCRUBBING,
    CaseState.NIGO,
    CaseState.IGO,
    CaseState.READY_TO_SUBMIT,
    CaseState.SUBMITTED,
    CaseState.CARRIER_NIGO,
    CaseState.CARRIER_PENDING,
    CaseState.AWAITING_REQUIREMENTS,
    CaseState.UNDERWRITING,
    CaseState.APPROVED,
    CaseState.APPROVED_OTHER_THAN_APPLIED,
    CaseState.TENTATIVE_OFFER,
    CaseState.OFFER_OUT,
    CaseState.OFFER_EXPIRED,
    CaseState.OFFER_ACCEPTED,
    CaseState.ISSUED,
    CaseState.DELIVERY_PENDING,
    CaseState.PLACED,
)
"""What the drawing shows; the ways out of everywhere would hide it and are in the tables."""


def case_page(table: Iterable[Transition] = TABLE) -> str:
    """The page in Markdown: requests, a drawing of the main way, one table of triggers a state."""
    rows = tuple(table)
    parts = [_INTRODUCTION + "\n".join(_requests(rows)), _CHANGES + _drawing(rows), _states(rows)]
    return "\n".join(parts)


def _requests(rows: tuple[Transition, ...]) -> Iterable[str]:
    for kind in CaseRequestKind:
        states = [_named(row.state) for row in rows if row.trigger is kind]
        everywhere = len(states) == len(CaseState) - 1
        yield f"| `{kind.value}` | {'anything but a duplicate' if everywhere else ', '.join(states)} |"


def _drawing(rows: tuple[Transition, ...]) -> str:
    steps = {
        (row.state, row.path[0]) for row in rows if row.path and isinstance(row.trigger, Own | CarrierDecisionKind)
    }
    steps |= {pair for row in rows for pair in pairwise(row.path) if isinstance(row.trigger, Own | CarrierDecisionKind)}
    shown = [
        f"    {start.value if start else '[*]'} --> {end.value}"
        for start in (None, *_MAIN)
        for end in _MAIN
        if (start, end) in steps and start is not end
    ]
    return "\n".join(("```mermaid", "stateDiagram-v2", *shown, "```", ""))


def _states(rows: tuple[Transition, ...]) -> str:
    of_state: dict[CaseState | None, list[Transition]] = defaultdict(list)
    for row in rows:
        of_state[row.state].append(row)
    parts = ["Every state, what may happen there, and where that leads. What is not here is not possible.\n"]
    for state in (None, *CaseState):
        end = " (the case is over)" if state in ENDED else ""
        head = f"### {_named(state)}{end}\n\n| What happens | Leads through | If |\n|---|---|---|"
        lines = [f"| {_what(row.trigger)} | {_path(row)} | {row.guard} |" for row in of_state[state]]
        parts.append("\n".join((head, *lines, "")) if lines else f"### {_named(state)}{end}\n\nNothing any more.\n")
    return "\n".join(parts)


def _what(trigger: Trigger) -> str:
    who = {Own: "", CarrierDecisionKind: "carrier: ", CaseRequestKind: "asked: "}[type(trigger)]
    return f"{who}{trigger.value.replace('_', ' ')}"


def _path(row: Transition) -> str:
    return " → ".join(_named(state) for state in row.path) or "stays"


def _named(state: CaseState | None) -> str:
    return state.value.replace("_", " ") if state else "no case yet"


if __name__ == "__main__":
    sys.stdout.write(case_page())
