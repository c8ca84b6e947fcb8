"""The sums that have to add up at the end of a run; each that does not is a sentence."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from benchmarks.year.house import Closing
from benchmarks.year.ledger import CaseLine, Ledger
from schemas.case_states import ENDED
from schemas.codes import CaseState
from services.cases.states import TABLE

_STEPS = frozenset(step for row in TABLE for step in pairwise((row.state, *row.path)))


def faults(ledger: Ledger, closing: Closing | None = None) -> list[str]:
    """Everything that does not add up: in what was published, and where the tables are at hand, against them."""
    found = [*_histories(ledger), *_sums(ledger), *_versions(ledger), *_mails(ledger)]
    if ledger.dead_letters:
        found.append(f"{len(ledger.dead_letters)} dead letters, the first: {ledger.dead_letters[0]}")
    if closing is not None:
        found += [*_tables(ledger, closing), *_orders(ledger, closing), *_arrivals(ledger, closing)]
    return found


def flow(ledger: Ledger) -> dict[CaseState, tuple[int, int, int]]:
    """By state: how often cases came to it and left it, and how many are there."""
    entries, exits, there = Counter[CaseState](), Counter[CaseState](), Counter[CaseState]()
    for line in ledger.cases.values():
        for step in line.steps:
            entries[step.to_state] += 1
            if step.from_state:
                exits[step.from_state] += 1
        if line.steps:
            there[line.steps[-1].to_state] += 1
    return {state: (entries[state], exits[state], there[state]) for state in CaseState if entries[state]}


def _histories(ledger: Ledger) -> Iterator[str]:
    for case_id, line in ledger.cases.items():
        revisions = [step.revision for step in line.steps]
        if revisions != list(range(1, len(revisions) + 1)):
            yield f"case {case_id}: its revisions are {revisions}"
        if line.steps and line.steps[0].from_state is not None:
            yield f"case {case_id}: its history begins with {line.steps[0].from_state}"
        for before, after in pairwise(line.steps):
            if after.from_state is not before.to_state:
                yield f"case {case_id}: was {before.to_state}, and revision {after.revision} leaves {after.from_state}"
        yield from _illegal(case_id, line)


def _illegal(case_id: str, line: CaseLine) -> Iterator[str]:
    for step in line.steps:
        if not step.corrects and (step.from_state, step.to_state) not in _STEPS:
            yield f"case {case_id}, revision {step.revision}: {step.from_state} to {step.to_state} is no transition"


def _sums(ledger: Ledger) -> Iterator[str]:
    sums = flow(ledger)
    for state, (entries, exits, there) in sums.items():
        if entries != exits + there:
            yield f"{state}: {entries} entries, {exits} exits and {there} there"
    cases = {case_id for case_id, _ in ledger.read}
    if sum(there for *_, there in sums.values()) != len(cases):
        yield f"{len(cases)} cases were read, {sum(there for *_, there in sums.values())} are in a state"


def _versions(ledger: Ledger) -> Iterator[str]:
    for (case_id, version), times in ledger.read.items():
        if times > 1:
            yield f"case {case_id}: version {version} was read {times} times"
        if version not in ledger.cases[case_id].verdicts:
            yield f"case {case_id}: version {version} has no verdict"
    told = Counter(
        (case_id, step.version)
        for case_id, line in ledger.cases.items()
        for step in line.steps
        if step.to_state is CaseState.SUBMITTED
    )
    for submitted in told.keys() | ledger.submitted.keys():
        if (told[submitted], ledger.submitted[submitted]) != (1, 1):
            yield (
                f"case {submitted[0]}, version {submitted[1]}: sent {ledger.submitted[submitted]} times,"
                f" said to be submitted {told[submitted]} times"
            )


def _mails(ledger: Ledger) -> Iterator[str]:
    for case_id, line in ledger.cases.items():
        if line.letters_due != line.mails.total():
            yield f"case {case_id}: {line.letters_due} mails are due, {line.mails.total()} were told of"


def _tables(ledger: Ledger, closing: Closing) -> Iterator[str]:
    for case_id, line in ledger.cases.items():
        last = line.steps[-1].to_state if line.steps else None
        if closing.states.get(case_id) is not last:
            yield f"case {case_id}: told as {last}, and is {closing.states.get(case_id)}"
    for service, left in closing.left.items():
        for what, count in left.items():
            yield f"{service}: {count} left in {what}"
    if closing.unsent:
        yield f"{closing.unsent} mails are not sent"
    for case_id, words in closing.waiting_words.items():
        if case_id not in ledger.said_impossible:
            said, state = ", ".join(words), closing.states[case_id]
            yield f"case {case_id} ({state}): words of its carrier still wait, and nobody was told: {said}"


def _orders(ledger: Ledger, closing: Closing) -> Iterator[str]:
    """Every order is numbered, and is open at a vendor, or its requirement came to an end."""
    standing = {
        identity: (case_id, status)
        for case_id, held in ledger.requirements.items()
        for identity, status in held.items()
    }
    for requirement, orders in ledger.orders.items():
        if orders != list(range(1, len(orders) + 1)):
            yield f"requirement {requirement}: its orders are {orders}"
        if requirement not in standing:
            yield f"requirement {requirement} was ordered and is on no list"
            continue
        case_id, status = standing[requirement]
        is_open = status in ("ordered", "acknowledged", "in_progress")
        at_work = requirement in closing.open_orders
        if is_open != at_work:
            yield f"requirement {requirement} of case {case_id}: told as {status}, open order: {at_work}"
        if is_open and closing.states[case_id] in ENDED:
            yield f"requirement {requirement}: case {case_id} is {closing.states[case_id]}, the order open"
    over = {case_id for case_id, state in closing.states.items() if state in ENDED}
    yield from _unequal(
        "over", over & ledger.requirements.keys(), closing.ended_at_requirements & ledger.requirements.keys()
    )


def _unequal(what: str, ours: Iterable[str], theirs: Iterable[str]) -> Iterator[str]:
    for case_id in set(ours) ^ set(theirs):
        yield f"case {case_id}: cases and requirements do not agree on whether it is {what}"


def _arrivals(ledger: Ledger, closing: Closing) -> Iterator[str]:
    sent = sum(line.mails["sent"] for line in ledger.cases.values())
    if sent != sum(closing.mails.values()):
        yield f"{sent} mails were told as sent, {sum(closing.mails.values())} arrived"
    for name, times in closing.mails.items():
        if times > 1:
            yield f"mail {name} arrived {times} times"
