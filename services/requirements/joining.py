"""An application in good order, or a changed amount, is taken to its carrier's tables; what they ask for is ordered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from schemas.carrier import Carriers, RequirementRule
from schemas.case_events import CaseAmended
from schemas.codes import (
    ChangeConsequence,
    Orderer,
    ReasonSource,
    RequirementKind,
    RequirementStatus,
    VendorStatus,
    Verdict,
)
from schemas.events import ApplicationRead
from schemas.finding_events import VerdictReached
from schemas.requirement_events import RequirementReason
from services.requirements.asking import Asked, asked_of
from services.requirements.facts import Facts, FactsMissing, facts_of
from services.requirements.lifecycle import LogEntry
from services.requirements.orders import requirement_id, rule_for, sheet_of
from services.requirements.requests import act_on, came_in, questionnaires_came_in
from services.requirements.state import CaseRequirements, Decision, HeldResult, Work, by_table_alone, carrier_of
from services.requirements.tracked import Tracked, first_seen

_NOT_BEGUN = frozenset({RequirementStatus.NEEDED, RequirementStatus.ORDERED, RequirementStatus.ACKNOWLEDGED})


def on_application(
    state: CaseRequirements,
    read: ApplicationRead,
    carriers: Carriers,
    now: datetime,
    held: Sequence[HeldResult] = (),
) -> Decision:
    """An application arrived, before or after its verdict. Raises what :func:`on_verdict` raises."""
    if read.version <= state.decided_version:
        return Decision(state)
    others = (known for known in state.applications if known.version != read.version)
    waiting = tuple(sorted((*others, read), key=lambda application: application.version))
    decision = _join(state.model_copy(update={"applications": waiting}), carriers, now, held)
    if decision.changed is None and decision.state.sheet is not None:
        # Results that came late are results, whatever is still to be said of the version that has them.
        work = Work(decision.state, carriers, now)
        came_in(work, read)
        return work.done()
    return decision


def on_verdict(
    state: CaseRequirements,
    reached: VerdictReached,
    carriers: Carriers,
    now: datetime,
    held: Sequence[HeldResult] = (),
) -> Decision:
    """A verdict arrived, before or after its application; only one on the same version lets it go on.

    ``held``: results and orders of other cases on the same life (:func:`services.requirements.orders.life_of`).
    Raises :class:`schemas.carrier.CarrierDataError` when the carrier's data give no answer,
    :class:`services.requirements.facts.FactsMissing` and :class:`services.requirements.orders.CannotOrder` when the
    application lacks what they or an order need.
    """
    if reached.version <= state.decided_version:
        return Decision(state)
    verdicts = {**state.verdicts, reached.version: reached.verdict}
    return _join(state.model_copy(update={"verdicts": verdicts}), carriers, now, held)


def _join(state: CaseRequirements, carriers: Carriers, now: datetime, held: Sequence[HeldResult]) -> Decision:
    """Take the version that has both its application and good order to the grid; no event completes two."""
    ready = next((known for known in state.applications if state.verdicts.get(known.version) is Verdict.IGO), None)
    if ready is None:
        return Decision(_without_overtaken(state))
    carrier = carrier_of(carriers, ready.application.carrier, ready.case_id)
    facts = _as_amended(state, facts_of(ready, carrier), ready.version)
    news = {
        "decided_version": ready.version,
        "applications": tuple(known for known in state.applications if known.version > ready.version),
        "verdicts": {version: word for version, word in state.verdicts.items() if version > ready.version},
        "sheet": sheet_of(ready, facts),
        "facts": facts,
        "written_face": ready.application.coverage.face_amount,
        "amendment": None,
        "waiting": (),
    }
    work = Work(state.model_copy(update=news), carriers, now)
    _ask_the_tables(work, facts, held)
    for request in state.waiting:
        act_on(work, request)
    questionnaires_came_in(work, ready, facts)
    came_in(work, state.applications[-1])
    return work.done(always=True)


def on_amended(
    state: CaseRequirements,
    amended: CaseAmended,
    carriers: Carriers,
    now: datetime,
    held: Sequence[HeldResult] = (),
) -> Decision:
    """The amount applied for was changed: the tables are asked again.

    What a larger amount asks for is added; a smaller one takes nothing back unless the carrier says so. A change that
    a corrected page has to bring comes with that page. Raises what :func:`on_verdict` raises.
    """
    by_page = ChangeConsequence.CORRECTED_PAGE in amended.consequences
    if amended.face_amount is None or by_page or state.ended:
        return Decision(state)
    if amended.version > state.decided_version:
        return Decision(state.model_copy(update={"amendment": amended}))
    if state.facts is None:
        raise FactsMissing(
            f"Case {state.case_id}: what the tables were asked with is not kept (it was decided by an older release). "
            "Ask for what the new amount needs by hand, then discard this."
        )
    facts = replace(state.facts, face=amended.face_amount)
    if facts == state.facts:
        return Decision(state)
    work = Work(state.model_copy(update={"facts": facts}), carriers, now)
    _ask_the_tables(work, facts, held)
    return work.done(always=True)


def _as_amended(state: CaseRequirements, facts: Facts, version: int) -> Facts:
    """Pages that still say what they said before a change do not undo it."""
    amended = state.amendment
    if amended is not None and amended.face_amount is not None and amended.version == version:
        return replace(facts, face=amended.face_amount)
    if state.facts is None or facts.face != state.written_face:
        return facts
    return replace(facts, face=state.facts.face)


def _ask_the_tables(work: Work, facts: Facts, held: Sequence[HeldResult]) -> None:
    asked = asked_of(work.carrier, facts)
    for each in asked:
        _ask(work, each, held)
    if work.carrier.book.smaller_amount_drops:
        _drop_all_but(work, {(each.kind, each.about) for each in asked})


def _without_overtaken(state: CaseRequirements) -> CaseRequirements:
    """Let go of applications that were not in good order once a newer one is here."""
    newest = max((known.version for known in state.applications), default=0)
    kept = tuple(
        known for known in state.applications if known.version == newest or known.version not in state.verdicts
    )
    return state.model_copy(update={"applications": kept})


def _ask(work: Work, asked: Asked, held: Sequence[HeldResult]) -> None:
    """Track what is asked for; nothing is asked for twice while the first is open or its results are good."""
    carrier = work.carrier
    rule, known = rule_for(carrier, asked.kind), work.tracked.get((asked.kind, asked.about))
    if known is not None and not known.is_void(rule, work.age(carrier), work.now.date()):
        return
    tracked = _anew(known, work.now) if known else _first(work, asked, rule)
    tracked = tracked.model_copy(update={"instructions": asked.instructions})
    if asked.withheld:
        work.put(_withheld(tracked, asked.withheld))
        return
    found = _usable(work, asked.kind, rule, held) if not asked.about else None
    if found is not None:
        work.put(_by_other_case(work, tracked, rule, found))
    elif tracked.requirement.orderer is Orderer.BGA:
        work.put(work.order(tracked))
    else:
        work.put(tracked)


def _first(work: Work, asked: Asked, rule: RequirementRule) -> Tracked:
    identity = requirement_id(work.state.case_id, asked.kind, asked.about)
    return first_seen(identity, asked.kind, asked.about, asked.name, rule, asked.reasons, work.now)


def _anew(known: Tracked, now: datetime) -> Tracked:
    return known.model_copy(
        update={
            "start": RequirementStatus.NEEDED,
            "since": now,
            "former_log": (*known.former_log, *known.log),
            "log": (),
        }
    )


def _withheld(tracked: Tracked, why: RequirementReason) -> Tracked:
    reasons = (*(tracked.requirement.reasons or ()), why)
    news = {
        "status": RequirementStatus.WAIVED,
        "reasons": reasons,
        "why": f"Not to be ordered: {why.text}; else it would be asked for: {tracked.requirement.why}",
    }
    return tracked.model_copy(update={"requirement": tracked.requirement.model_copy(update=news)})


def _usable(work: Work, kind: RequirementKind, rule: RequirementRule, held: Sequence[HeldResult]) -> HeldResult | None:
    """A result of another case that this carrier takes: its own that is still good or under way, else another
    carrier's, if it takes those."""
    today, carrier = work.now.date(), work.carrier
    good = [
        each
        for each in held
        if each.kind is kind and each.carrier == carrier.id and _is_good(each, rule, work.age(carrier), work.now)
    ]
    if rule.other_carriers_days is not None:
        oldest = today - timedelta(days=rule.other_carriers_days)
        good += [
            each
            for each in held
            if each.kind is kind and each.carrier != carrier.id and each.made_on is not None and each.made_on >= oldest
        ]
    return next(iter(good), None)


def _is_good(result: HeldResult, rule: RequirementRule, age: int, now: datetime) -> bool:
    return result.made_on is None or result.made_on + rule.shelf_life(age) >= now.date()


def _by_other_case(work: Work, tracked: Tracked, rule: RequirementRule, found: HeldResult) -> Tracked:
    """Nothing is ordered: there are results already, or there soon will be."""
    if found.carrier != work.carrier.id:
        text = (
            f"Made on {found.made_on} for another carrier, and taken up to {rule.other_carriers_days} days old: "
            f"only the client may ask for it (case {found.case_id})"
        )
        news: dict[str, object] = {"orderer": Orderer.AGENT, "vendor": None}
    elif found.made_on is None:
        text, news = f"Under way in case {found.case_id}, for the same carrier", {}
        tracked = tracked.model_copy(update={"waits_for_case": found.case_id})
    else:
        text, news = f"Made on {found.made_on} in case {found.case_id}, for the same carrier, and still good", {}
        made_at = datetime.combine(found.made_on, time(), UTC)
        results = LogEntry(status=VendorStatus.RESULTS_OUT, effective_at=made_at)
        tracked = tracked.model_copy(update={"log": (*tracked.log, results)})
    reason = RequirementReason(source=ReasonSource.TRIGGER, text=text)
    reasons = (*(tracked.requirement.reasons or ()), reason)
    news |= {"reasons": reasons, "why": "; ".join(each.text for each in reasons)}
    return tracked.model_copy(update={"requirement": tracked.requirement.model_copy(update=news)})


def settle_waiting(work: Work, tracked: Tracked, held: Sequence[HeldResult]) -> None:
    """Look again at the other case whose results are waited for: use them, wait on, or order."""
    carrier = work.carrier
    rule = rule_for(carrier, tracked.requirement.kind)
    found = _usable(work, tracked.requirement.kind, rule, held)
    if found is None:
        work.put(work.order(tracked))
    elif found.made_on is not None:
        work.put(_by_other_case(work, tracked.model_copy(update={"waits_for_case": None}), rule, found))


def _drop_all_but(work: Work, asked: set[tuple[RequirementKind, str]]) -> None:
    """The carrier asks for less at a smaller amount: what nobody has begun is taken back."""
    for key, known in tuple(work.tracked.items()):
        if key not in asked and known.requirement.status in _NOT_BEGUN and by_table_alone(known):
            work.cancel(known)
            status = {"status": RequirementStatus.WAIVED}
            work.put(known.model_copy(update={"requirement": known.requirement.model_copy(update=status)}))
