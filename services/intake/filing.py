"""Decides where a document belongs: to a case on file, to a case of its own, or before a person; pure.

What is certain is filed, anything else is not: a page in the wrong case may send one client's health to another's
carrier, while a document that waits for a person costs an hour.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from schemas.case_states import ENDED
from schemas.codes import CaseState, FilingWay
from schemas.document_events import CandidateCase
from services.intake.identity import Identity, Likeness

AT_THE_DESK = frozenset(
    {
        None,
        CaseState.RECEIVED,
        CaseState.EXTRACTING,
        CaseState.SCRUBBING,
        CaseState.NIGO,
        CaseState.IGO,
        CaseState.READY_TO_SUBMIT,
        CaseState.CARRIER_NIGO,
    }
)
"""States in which the carrier has not got the application, or has sent it back; ``None``: not judged yet."""

_MOST_CANDIDATES = 5
_LACKING = 0.1
"""What it adds to a candidate's score that it lacks a page which the document has."""

FormPageKey = tuple[str, int]


@dataclass(frozen=True)
class KnownCase:
    """What intake knows of a case that it opened."""

    case_id: str
    agent_code: str | None
    state: CaseState | None
    identity: Identity
    lacks: frozenset[FormPageKey] = frozenset()
    """Pages of its forms that nobody has sent yet."""


@dataclass(frozen=True)
class Arrival:
    """A document, or one of the applications in it, that is to be filed."""

    agent_code: str | None
    identity: Identity | None
    """``None``: no page of it is of a form on file."""
    pages: frozenset[FormPageKey] = frozenset()
    references: tuple[tuple[FilingWay, str], ...] = ()
    """Cases that it names itself."""
    opens_a_case: bool = False
    """It is an application that says who is to be insured, or most of one."""
    is_whole: bool = False
    """Every page of the application is there."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What people call the forms of its pages, by id."""


@dataclass(frozen=True)
class ToCase:
    case_id: str
    way: FilingWay


@dataclass(frozen=True)
class NewCase:
    """It opens a case."""


@dataclass(frozen=True)
class ToAPerson:
    """Nothing is sure."""

    reason: str
    candidates: tuple[CandidateCase, ...]


Decision = ToCase | NewCase | ToAPerson


def decide(arrival: Arrival, known: Sequence[KnownCase]) -> Decision:
    """Where it belongs. ``known``: the agent's cases, and those that the document names."""
    if arrival.references:
        return _by_reference(arrival, known)
    identity = arrival.identity
    if identity is None:
        return ToAPerson("No page of it is of a form on file, and it names no case.", ())
    own = [
        (case, Likeness(identity, case.identity))
        for case in known
        if case.agent_code == arrival.agent_code is not None
        and case.state not in ENDED
        and case.identity.carrier == identity.carrier
    ]
    sure = [case for case, like in own if like.is_sure]
    if arrival.opens_a_case:
        return _application(arrival, identity, sure, own)
    if len(sure) == 1:
        return ToCase(sure[0].case_id, FilingWay.IDENTITY)
    reason = "Several cases are on this insured." if sure else "Its pages do not say surely which case they are of."
    return ToAPerson(reason, _ranked(arrival, own))


def _by_reference(arrival: Arrival, known: Sequence[KnownCase]) -> Decision:
    """A case that is named gets the document, unless something speaks against it."""
    named = {case_id for _, case_id in arrival.references}
    way, case_id = arrival.references[0]
    if len(named) > 1:
        return _doubtful(arrival, known, f"It names several cases: {', '.join(sorted(named))}.")
    case = next((case for case in known if case.case_id == case_id), None)
    if case is None:
        return _doubtful(arrival, known, f"It names case {case_id}, and no such case is on file.")
    if arrival.agent_code is None or case.agent_code != arrival.agent_code:
        return _doubtful(arrival, known, f"It names case {case_id}, which is not a case of the agent who sent it.")
    if arrival.identity is not None:
        if arrival.identity.carrier != case.identity.carrier:
            reason = f"It names case {case_id}, and its forms are another carrier's."
            return _doubtful(arrival, known, reason)
        if Likeness(arrival.identity, case.identity).is_somebody_else:
            return _doubtful(arrival, known, f"It names case {case_id}, and its pages name another insured.")
    return ToCase(case_id, way)


def _application(
    arrival: Arrival, identity: Identity, sure: Sequence[KnownCase], own: Sequence[tuple[KnownCase, Likeness]]
) -> Decision:
    """An application that names no case: the one that is here already, corrected, or another one.

    The same agent, insured, carrier, product, term and amount, and the carrier has not got it: that is no second
    application. Some of its pages only are a correction of it wherever it is.
    """
    is_nameless = not (identity.names or identity.born or identity.numbers)
    if is_nameless and any(case.lacks & arrival.pages for case, _ in own):
        return ToAPerson("It does not say whose it is, and a case lacks pages that it has.", _ranked(arrival, own))
    same = [
        case
        for case in sure
        if identity.applies_for_the_same(case.identity) and (case.state in AT_THE_DESK or not arrival.is_whole)
    ]
    if not same:
        return NewCase()
    if len(same) > 1:
        return ToAPerson("Several cases are the same application by the same agent.", _ranked(arrival, own))
    return ToCase(same[0].case_id, FilingWay.IDENTITY)


def _doubtful(arrival: Arrival, known: Iterable[KnownCase], reason: str) -> ToAPerson:
    named = {case_id for _, case_id in arrival.references}
    identity = arrival.identity
    likely = [
        (case, Likeness(identity, case.identity) if identity else Likeness(case.identity, _NOBODY))
        for case in known
        if case.agent_code == arrival.agent_code or case.case_id in named
    ]
    return ToAPerson(reason, _ranked(arrival, likely))


_NOBODY = Identity(carrier="")


def _ranked(arrival: Arrival, likely: Iterable[tuple[KnownCase, Likeness]]) -> tuple[CandidateCase, ...]:
    """The likeliest first; a case for which nothing speaks is none."""
    named = {case_id for _, case_id in arrival.references}
    found = []
    for case, like in likely:
        lacking = sorted(case.lacks & arrival.pages)
        reasons = [
            *like.reasons,
            *(f"it lacks page {page} of the {arrival.names.get(form, form)}" for form, page in lacking),
        ]
        score = like.score + _LACKING * bool(lacking)
        if case.case_id in named:
            reasons, score = ["the document names it", *reasons], score + 0.5
        if case.agent_code != arrival.agent_code:
            reasons.append("it is another agent's")
        if score > 0:
            found.append(CandidateCase(case_id=case.case_id, score=round(min(score, 1.0), 2), reasons=tuple(reasons)))
    found.sort(key=lambda candidate: (-candidate.score, candidate.case_id))
    return tuple(found[:_MOST_CANDIDATES])
