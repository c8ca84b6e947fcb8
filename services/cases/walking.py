"""Walks a case through the table: one step for a trigger, and every step that then can be taken by itself."""

from dataclasses import replace
from datetime import datetime

from schemas.carrier_events import CarrierDecided
from schemas.codes import CarrierDecisionKind, CaseState, RequirementStage, RequirementStatus, Severity, Verdict
from schemas.document_events import DocumentUploaded
from schemas.events import CaseChanged, OpenRequirement
from schemas.finding_events import Finding, VerdictReached
from services.cases.case import DONE, Around, Case, Outcome, Submission
from services.cases.facts import VersionRead
from services.cases.states import CHANGES, Own, Trigger, path_of

MUST_FIX = frozenset({Severity.BLOCK, Severity.NIGO})
_OFFERS = frozenset({CarrierDecisionKind.APPROVED_OTHER_THAN_APPLIED, CarrierDecisionKind.TENTATIVE_OFFER})


def walked(outcome: Outcome, trigger: Trigger, at: datetime, reason: str, around: Around) -> Outcome:
    """The trigger's path, a change a state. Raises ``ValueError`` where the table does not have it."""
    path = path_of(outcome.case.state, trigger)
    if path is None:
        raise ValueError(f"case {outcome.case.case_id}: {trigger} in state {outcome.case.state}")
    for step, state in enumerate(path):
        if state is CaseState.SUBMITTED:
            at = around.submitted.get(outcome.case.version, around.now)
        outcome = _stepped(outcome, trigger, state, at, reason if step == 0 else f"Follows from: {reason}")
        if state is CaseState.SUBMITTED:
            outcome = replace(outcome, submissions=(*outcome.submissions, Submission(outcome.case.version, at)))
            outcome = outcome.knowing(submitted_version=outcome.case.version, submitted_at=at)
    return outcome


def settled(outcome: Outcome, at: datetime, around: Around) -> Outcome:
    """Every step that now can be taken without another fact; ``at`` is when the cause took effect."""
    while True:
        case = outcome.case
        if case.state is CaseState.SCRUBBING and case.newest and not _is_sent(case, around):
            outcome = taken_up(outcome, case.newest)
            continue
        found = next(((trigger, why) for trigger, why in _possible(case, around) if path_of(case.state, trigger)), None)
        if found is None:
            return outcome
        trigger, why = found
        if trigger is Own.NEW_VERSION and case.newest:
            outcome = taken_up(outcome, case.newest)
        outcome = walked(outcome, trigger, at, why, around)


def taken_up(outcome: Outcome, read: VersionRead) -> Outcome:
    """From now on the state speaks of this version, and a change that waited for its page is in it."""
    case = outcome.case
    if case.carrier not in ("", read.carrier):
        outcome = outcome.knowing(word=None, carrier_reference=None, raised=(), waiting=())
    return outcome.knowing(
        version=read.version,
        present=read,
        newest=None,
        carrier=read.carrier,
        carrier_name=read.carrier_name,
        product_name=read.product_name,
        agent_code=read.agent_code or case.agent_code,
        insured_masked=read.insured_masked,
        uploaded_at=read.uploaded_at,
        asked=tuple(each for each in case.asked if each.request not in CHANGES),
    )


def _is_sent(case: Case, around: Around) -> bool:
    """Whether the version that the state speaks of did go to the carrier, whatever the facts would lead to now."""
    return case.version in around.submitted and case.submitted_version != case.version


def _possible(case: Case, around: Around) -> list[tuple[Own, str]]:
    """Triggers whose guard holds, whatever the state, with the reason for the timeline."""
    possible: list[tuple[Own, str]] = []
    if case.newest and not _is_sent(case, around):
        brought = f": {case.newest.news}" if case.newest.news else ""
        possible.append((Own.NEW_VERSION, f"Application read, version {case.newest.version}{brought}"))
    if case.verdict and case.verdict.version == case.version:
        if case.verdict.verdict is Verdict.NIGO:
            possible.append((Own.FOUND_NIGO, _to_fix(case.verdict)))
        elif _awaits_page(case):
            possible.append((Own.FOUND_NIGO, "A change was asked for: its page is awaited"))
        else:
            possible.append((Own.FOUND_IGO, "In good order"))
    possible.append((Own.CLEARED, "Nothing holds it back"))
    carrier = around.carriers.get(case.carrier)
    may = (carrier is not None and carrier.file.auto_submit) or case.by_hand == case.version
    if may and around.may_send(case):
        possible.append((Own.SUBMIT, f"Submitted to {case.carrier_name}"))
    if case.outstanding:
        possible.append(
            (Own.REQUIREMENTS_OUTSTANDING, f"{case.outstanding} {plural(case.outstanding, 'requirement')} outstanding")
        )
    elif case.outstanding == 0:
        possible.append((Own.REQUIREMENTS_IN, "No requirement is outstanding"))
    if case.word and case.word.answer_by:
        until = f"to be answered by {case.word.answer_by:%Y-%m-%d}"
        possible.append((Own.OFFER_DATED, f"{case.carrier_name}: {saying(case.word)}, {until}"))
    return possible


def _awaits_page(case: Case) -> bool:
    return any(each.request in CHANGES and each.version == case.version for each in case.asked)


def _stepped(outcome: Outcome, trigger: Trigger, to: CaseState, at: datetime, reason: str) -> Outcome:
    before = outcome.case
    revision = before.revision + 1
    since = before.since if to is before.state else at
    case = before.model_copy(
        update={"state": to, "since": since, "revision": revision, "trail": (*before.trail, revision)}
    )
    word = case.word if isinstance(trigger, CarrierDecisionKind) or trigger is Own.OFFER_DATED else None
    change = CaseChanged(
        case_id=case.case_id,
        revision=revision,
        from_state=before.state,
        to_state=to,
        occurred_at=at,
        reason=reason,
        carrier=case.carrier,
        carrier_name=case.carrier_name,
        product_name=case.product_name,
        carrier_status=case.word.decision if case.word else None,
        carrier_reference=case.carrier_reference,
        agent_code=case.agent_code,
        insured_masked=case.insured_masked,
        uploaded_at=case.uploaded_at or at,
        arrived_at=case.present.arrived_at if case.present else None,
        application_version=case.version,
        findings=open_findings(case) if to is CaseState.NIGO else (),
        documents=_uploads(case) if to is CaseState.NIGO else None,
        requirements=_open_requirements(case),
        note=_words_of(word),
        answer_by=word.answer_by if word and word.decision in _OFFERS else None,
    )
    return replace(outcome, case=case, changes=(*outcome.changes, change))


def _uploads(case: Case) -> tuple[DocumentUploaded, ...] | None:
    """The documents of the present version by their time, where it has several."""
    papers = case.present.documents if case.present else ()
    uploads = tuple(
        DocumentUploaded(document_id=paper.document_id, uploaded_at=paper.uploaded_at)
        for paper in papers
        if paper.uploaded_at
    )
    return uploads if len(uploads) > 1 else None


def open_findings(case: Case) -> tuple[Finding, ...]:
    """What keeps this version from being in good order."""
    if case.verdict is None or case.verdict.version != case.version:
        return ()
    return tuple(finding for finding in case.verdict.findings if finding.severity in MUST_FIX)


def _open_requirements(case: Case) -> tuple[OpenRequirement, ...]:
    listed = case.requirements.requirements if case.requirements else ()
    ours = (
        OpenRequirement(name=each.name, status=each.status, carrier_owned=each.carrier_owned)
        for each in listed
        if each.status not in DONE
    )
    theirs = (
        OpenRequirement(name=each.name, status=RequirementStatus.NEEDED)
        for stage in RequirementStage
        for each in case.open_raised(stage)
    )
    return (*ours, *theirs)


def _words_of(word: CarrierDecided | None) -> str | None:
    """The carrier's note with its conditions."""
    if word is None:
        return None
    conditions = "; ".join(word.conditions or ())
    told = [word.note, f"Conditions: {conditions}." if conditions else None]
    return " ".join(filter(None, told)) or None


def _to_fix(verdict: VerdictReached) -> str:
    count = sum(finding.severity in MUST_FIX for finding in verdict.findings)
    return f"Not in good order: {count} {plural(count, 'thing')} to fix"


def saying(word: CarrierDecided) -> str:
    """The carrier's word in a line: decision, amount and class."""
    amount = f"${word.approved_face_amount:,.0f}" if word.approved_face_amount is not None else None
    said = [word.decision.value.replace("_", " "), amount, (word.approved_rate_class or "").replace("_", " ")[:40]]
    line = ", ".join(part for part in said if part)
    return " ".join("".join(character if character.isprintable() else " " for character in line).split())


def plural(count: int, thing: str) -> str:
    return thing if count == 1 else f"{thing}s"
