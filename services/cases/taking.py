"""What one fact does to a case, when facts are taken in their order: pure, from a case and a fact to what follows."""

from collections.abc import Callable
from typing import Any

from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired, CaseRequested
from schemas.codes import CarrierDecisionKind, CarrierRequirementStatus, CaseRequestKind, CaseState, RequirementStage
from schemas.finding_events import VerdictReached
from schemas.requirement_events import RequirementsChanged
from services.cases.case import Around, Asked, Case, Outcome, Relation, RemarkKind, Standing, Waiting
from services.cases.facts import Fact, OfferLapsed, VersionRead
from services.cases.states import (
    CHANGES,
    REJUDGEABLE,
    Own,
    asked_from,
    is_with_carrier,
    path_of,
    said_from,
    stands_by,
)
from services.cases.walking import MUST_FIX, saying, settled, taken_up, walked

_RELATIONS = (CaseRequestKind.MARK_DUPLICATE, CaseRequestKind.MARK_ADDITIONAL, CaseRequestKind.MARK_ALTERNATE)


def take(case: Case, fact: Fact, around: Around) -> Outcome:
    """The fact is the next in the case's order."""
    outcome = _TAKERS[type(fact.matter)](Outcome(case), fact, fact.matter, around)
    outcome = settled(outcome, fact.at, around)
    return _heard_at_last(outcome, around).knowing(taken=fact.place)


def _version_read(outcome: Outcome, fact: Fact, read: VersionRead, around: Around) -> Outcome:
    """A version of the application: the first opens the case, a later one starts the checks again where it may."""
    case = outcome.case
    known = max(case.version, case.newest.version if case.newest else 0)
    if read.version <= known:
        text = f"Version {read.version} came again, version {known} is known"
        return outcome.remarked(RemarkKind.REPEATED, text, read.read_at, fact.id)
    if case.state is None:
        outcome = taken_up(outcome, read)
        outcome = walked(outcome, Own.PACKET_STORED, read.uploaded_at, "Packet uploaded", around)
        outcome = walked(outcome, Own.READING_BEGUN, read.reading_started_at, "The packet is being read", around)
        return walked(outcome, Own.FIELDS_READ, read.read_at, f"Application read, version {read.version}", around)
    outcome = settled(outcome.knowing(newest=read), read.read_at, around)
    if outcome.case.version < read.version:
        brought = f" ({read.news})" if read.news else ""
        is_more = read.changes is None or bool(read.changes.documents)
        passed_on = "passed on to the carrier" if is_more and is_with_carrier(outcome.case.state) else "kept"
        text = f"Version {read.version}{brought} came after version {outcome.case.version} had gone out: {passed_on}"
        outcome = outcome.remarked(RemarkKind.NOT_NEEDED, text, read.read_at, fact.id)
    return outcome


def _verdict(outcome: Outcome, fact: Fact, verdict: VerdictReached, around: Around) -> Outcome:
    """A verdict counts for its own version only; a later one on the same version while the case is at the desk."""
    case = outcome.case
    before = case.verdict
    if before and case.state in REJUDGEABLE and verdict.version == case.version == before.version:
        outcome = outcome.knowing(verdict=verdict)
        if _faults(before) == _faults(verdict):
            text = f"Version {verdict.version} was judged again: nothing else is to be fixed"
            return outcome.remarked(RemarkKind.NOT_NEEDED, text, fact.at, fact.id)
        return walked(outcome, Own.JUDGED_ANEW, fact.at, "Judged again", around)
    is_older = before is not None and verdict.version < before.version
    awaited = case.state in (None, CaseState.SCRUBBING) and verdict.version == case.version
    if is_older or (not awaited and verdict.version <= case.version):
        text = f"A verdict on version {verdict.version} came when none was awaited"
        return outcome.remarked(RemarkKind.NOT_NEEDED, text, fact.at, fact.id)
    return outcome.knowing(verdict=verdict)


def _faults(verdict: VerdictReached) -> set[tuple[str, str, str]]:
    """What has to be fixed; none in a verdict of good order."""
    return {(found.rule, found.at, found.reason) for found in verdict.findings if found.severity in MUST_FIX}


def _requirements(outcome: Outcome, fact: Fact, change: RequirementsChanged, around: Around) -> Outcome:
    """The newest list counts, whenever the carrier takes the case."""
    last = outcome.case.requirements
    if last and change.version < last.version:
        text = "A list of requirements came that is for an older version"
        return outcome.remarked(RemarkKind.NOT_NEEDED, text, fact.at, fact.id)
    standings = dict(outcome.case.standings)
    for each in change.requirements:
        known = standings.get(each.requirement_id)
        if known is None or known.status != each.status:
            standings[each.requirement_id] = Standing(status=each.status, since=change.changed_at)
    return outcome.knowing(requirements=change, standings=standings)


def _carrier_required(outcome: Outcome, fact: Fact, raised: CarrierRequired, around: Around) -> Outcome:
    """A requirement in the carrier's own books; a new one for the stage that the case is in is told to the agent."""
    case = outcome.case
    if fact.speaker != case.carrier:
        return outcome.remarked(RemarkKind.NOT_NEEDED, f"{fact.speaker} has the case no more", fact.at, fact.id)
    known = next((each for each in case.raised if each.requirement_id == raised.requirement_id), None)
    others = tuple(each for each in case.raised if each.requirement_id != raised.requirement_id)
    standings = dict(case.standings)
    if known is None or known.status is not raised.status:
        standings[raised.requirement_id] = Standing(status=raised.status, since=raised.effective_at)
    outcome = outcome.knowing(raised=(*others, raised), standings=standings)
    is_open = raised.status is CarrierRequirementStatus.OUTSTANDING
    says = "requires" if is_open else f"{raised.status.value}:"
    text = f"{case.carrier_name} {says} {raised.name}"
    awaiting = CaseState.AWAITING_REQUIREMENTS, RequirementStage.UNDERWRITING
    delivering = CaseState.DELIVERY_PENDING, RequirementStage.DELIVERY
    was_open = known is not None and known.status is CarrierRequirementStatus.OUTSTANDING
    if is_open and not was_open and (case.state, raised.stage) in (awaiting, delivering):
        return walked(outcome, Own.REQUIREMENT_RAISED, fact.at, text, around)
    return outcome.remarked(RemarkKind.NOTED, text, fact.at, fact.id)


def _carrier_said(outcome: Outcome, fact: Fact, word: CarrierDecided, around: Around) -> Outcome:
    """A carrier's word: applied, or written down as repeated, or kept until an earlier one makes it possible."""
    if _is_possible(outcome.case, fact.speaker, word):
        return _applied(outcome, word, around)
    case = outcome.case
    if fact.speaker == case.carrier and _is_known(case, word):
        if word.decision is not CarrierDecisionKind.ACKNOWLEDGED:
            outcome = _overtaking(outcome, word).knowing(word=word)
        outcome = outcome.knowing(carrier_reference=word.carrier_reference or case.carrier_reference)
        return outcome.remarked(RemarkKind.REPEATED, f"said again: {saying(word)}", fact.at, fact.id)
    waiting = Waiting(fact=fact.id, speaker=fact.speaker, word=word)
    outcome = outcome.knowing(waiting=(*case.waiting, waiting))
    return outcome.remarked(RemarkKind.WAITING, _not_possible(case, word), fact.at, fact.id)


def _is_possible(case: Case, speaker: str, word: CarrierDecided) -> bool:
    last = case.word
    if speaker != case.carrier or path_of(case.state, word.decision) is None:
        return False
    if not stands_by(case.state, word.decision, last.decision if last else None):
        return False
    return not (last and last.decision == word.decision and last.effective_at == word.effective_at)


def _is_known(case: Case, word: CarrierDecided) -> bool:
    """Whether the word says only what the case's state says already."""
    if word.decision is CarrierDecisionKind.ACKNOWLEDGED:
        return case.word is not None and case.word.effective_at <= word.effective_at
    return (case.word is not None and case.word.decision == word.decision) or case.state == word.decision.value


def _applied(outcome: Outcome, word: CarrierDecided, around: Around) -> Outcome:
    """The newest word so far."""
    case, outcome = outcome.case, _overtaking(outcome, word)
    outcome = outcome.knowing(
        word=word,
        carrier_reference=word.carrier_reference or case.carrier_reference,
        asked=tuple(each for each in case.asked if each.request is not CaseRequestKind.REOPEN),
    )
    return walked(outcome, word.decision, word.effective_at, f"{case.carrier_name}: {saying(word)}", around)


def _overtaking(outcome: Outcome, word: CarrierDecided) -> Outcome:
    """What waited from before this word is overtaken by it."""
    waiting = outcome.case.waiting
    for each in waiting:
        if each.word.effective_at <= word.effective_at and each.word != word:
            text = f"{saying(each.word)}, overtaken by {saying(word)}"
            outcome = outcome.remarked(RemarkKind.OVERTAKEN, text, each.word.effective_at, each.fact)
    return outcome.knowing(waiting=tuple(each for each in waiting if each.word.effective_at > word.effective_at))


def _heard_at_last(outcome: Outcome, around: Around) -> Outcome:
    """Words that waited and are possible now, the oldest first."""
    while True:
        case = outcome.case
        found = next((each for each in case.waiting if _is_possible(case, each.speaker, each.word)), None)
        if found is None:
            return outcome
        outcome = settled(_applied(outcome, found.word, around), found.word.effective_at, around)


def _not_possible(case: Case, word: CarrierDecided) -> str:
    last = case.word.decision if case.word else None
    allowed = ", ".join(kind.value for kind in said_from(case.state) if stands_by(case.state, kind, last))
    return (
        f"{saying(word)}: not possible while the case is {in_words(case.state)} (possible: {allowed or 'nothing'})."
        " It waits for an earlier word of the carrier"
    )


def _offer_lapsed(outcome: Outcome, fact: Fact, lapsed: OfferLapsed, around: Around) -> Outcome:
    if outcome.case.lapses_at != lapsed.answer_by:
        text = f"The offer to be answered by {lapsed.answer_by:%Y-%m-%d} is out no more"
        return outcome.remarked(RemarkKind.NOT_NEEDED, text, fact.at, fact.id)
    return walked(outcome, Own.OFFER_LAPSED, fact.at, f"No answer by {lapsed.answer_by:%Y-%m-%d}", around)


def _requested(outcome: Outcome, fact: Fact, asked: CaseRequested, around: Around) -> Outcome:
    """What a person asks is done at once, or refused: a request does not wait."""
    case = outcome.case
    if path_of(case.state, asked.request) is None:
        return outcome.remarked(RemarkKind.REFUSED, _not_allowed(case, asked), fact.at, fact.id)
    text = f"{asked.actor}: {in_words(asked.request)}. {asked.reason}"
    if asked.request is CaseRequestKind.SUBMIT:
        outcome = outcome.knowing(by_hand=case.version)
    elif asked.request in _RELATIONS and asked.other_case_id:
        others = tuple(each for each in case.relations if each.other_case_id != asked.other_case_id)
        relation = Relation(kind=asked.request, other_case_id=asked.other_case_id)
        outcome = outcome.knowing(relations=(*others, relation))
        text = f"{asked.actor}: {in_words(asked.request)} of {asked.other_case_id}. {asked.reason}"
    elif asked.request in (*CHANGES, CaseRequestKind.REOPEN):
        others_asked = tuple(each for each in case.asked if each.request is not asked.request)
        note = Asked(request=asked.request, since=fact.at, version=case.version)
        outcome = outcome.knowing(asked=(*others_asked, note))
    walk = walked(outcome, asked.request, fact.at, text, around)
    return walk if walk.changes != outcome.changes else walk.remarked(RemarkKind.NOTED, text, fact.at, fact.id)


def _not_allowed(case: Case, asked: CaseRequested) -> str:
    allowed = ", ".join(in_words(kind) for kind in asked_from(case.state))
    return (
        f"Case {case.case_id} is {in_words(case.state)}: {in_words(asked.request)} is not possible there"
        f" (possible: {allowed or 'nothing'}). Look at the case, then discard this, or ask for what is possible."
    )


def in_words(code: str | None) -> str:
    return code.replace("_", " ") if code else "not open"


_TAKERS: dict[type, Callable[[Outcome, Fact, Any, Around], Outcome]] = {
    VersionRead: _version_read,
    VerdictReached: _verdict,
    RequirementsChanged: _requirements,
    CarrierRequired: _carrier_required,
    CarrierDecided: _carrier_said,
    CaseRequested: _requested,
    OfferLapsed: _offer_lapsed,
}
