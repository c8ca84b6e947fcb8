"""What an event does to a case: the frozen case, and pure decisions from a case and an event to what follows.

The topics that speak of a case arrive in any order relative to one another. So the newest application, verdict
and requirements are kept as they come, and after every event :func:`_settled` takes each step that now can be taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from schemas.base import CaseId, Contract, UtcDatetime
from schemas.carrier import Carrier
from schemas.codes import CarrierDecisionKind, CaseState, DeadLetterCause, RequirementStatus, Severity, Verdict
from schemas.events import (
    ApplicationRead,
    ApplicationSubmitted,
    CarrierDecided,
    CaseChanged,
    Finding,
    OpenRequirement,
    RequirementsChanged,
    VerdictReached,
)
from schemas.ids import derived_id
from services.cases.insured import UNKNOWN, masked
from services.cases.states import REJUDGEABLE, Own, Trigger, allowed_from, path_of
from services.chassis.errors import Permanent

Carriers = Mapping[str, Carrier]

_MUST_FIX = frozenset({Severity.BLOCK, Severity.NIGO})
_DONE = frozenset(
    {
        RequirementStatus.RECEIVED,
        RequirementStatus.SATISFIED,
        RequirementStatus.WAIVED,
        RequirementStatus.CANCELLED,
    }
)
_OFFERS = frozenset({CarrierDecisionKind.APPROVED_OTHER_THAN_APPLIED, CarrierDecisionKind.TENTATIVE_OFFER})


class Case(Contract):
    """All that is known of a case; before its application came it has no state."""

    case_id: CaseId
    state: CaseState | None = None
    revision: int = 0
    version: int = 0
    """Version of the application that the state speaks of."""
    submitted_version: int = 0
    carrier: str = ""
    carrier_name: str = ""
    product_name: str | None = None
    agent_code: str | None = None
    insured_masked: str = UNKNOWN
    uploaded_at: UtcDatetime | None = None
    newest: ApplicationRead | None = None
    """The newest version, kept until the carrier has it: then we need its SSN and health answers no more."""
    verdict: VerdictReached | None = None
    """On the newest version that was judged."""
    requirements: RequirementsChanged | None = None
    word: CarrierDecided | None = None
    """The carrier's own last word, kept beside our state."""
    carrier_reference: str | None = None


class RemarkKind(StrEnum):
    LATE = "late"
    REPEATED = "repeated"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Remark:
    """Something that came and changed no state; the history keeps it."""

    kind: RemarkKind
    text: str
    occurred_at: datetime
    word: CarrierDecided | None = None


@dataclass(frozen=True)
class Outcome:
    """What an event led to."""

    case: Case
    changes: tuple[CaseChanged, ...] = ()
    submissions: tuple[ApplicationSubmitted, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def remarked(self, kind: RemarkKind, text: str, at: datetime, word: CarrierDecided | None = None) -> "Outcome":
        return replace(self, remarks=(*self.remarks, Remark(kind, text, at, word)))

    def knowing(self, **news: object) -> "Outcome":
        return replace(self, case=self.case.model_copy(update=news))


def application_read(case: Case | None, read: ApplicationRead, carriers: Carriers, now: datetime) -> Outcome:
    """A version of the application: the first opens the case, a later one starts the checks again where it may."""
    case = case or Case(case_id=read.case_id)
    if read.application.carrier not in carriers:
        raise Permanent(
            DeadLetterCause.MISSING_REFERENCE_DATA,
            f"Case {read.case_id}: no carrier {read.application.carrier!r} is on file. Add its folder to the carriers,"
            " start cases again, then replay.",
        )
    known = max(case.version, case.newest.version if case.newest else 0)
    if read.version <= known:
        text = f"Version {read.version} came again, version {known} is known"
        return Outcome(case).remarked(RemarkKind.REPEATED, text, read.read_at)
    outcome = Outcome(case).knowing(newest=read)
    if case.state is None:
        outcome = _taken_up(outcome, read, carriers)
        outcome = _walked(outcome, Own.PACKET_STORED, read.uploaded_at, "Packet uploaded")
        outcome = _walked(outcome, Own.READING_BEGUN, read.reading_started_at, "The packet is being read")
        outcome = _walked(outcome, Own.FIELDS_READ, read.read_at, f"Application read, version {read.version}")
    outcome = _settled(outcome, carriers, read.read_at, now)
    if outcome.case.version < read.version:
        text = f"Version {read.version} was read after version {outcome.case.version} had gone to the carrier"
        outcome = outcome.remarked(RemarkKind.NOT_NEEDED, text, read.read_at)
    return outcome


def verdict_reached(case: Case | None, verdict: VerdictReached, carriers: Carriers, now: datetime) -> Outcome:
    """A verdict counts for its own version only; a later one on the same version while the case is at the desk."""
    case = case or Case(case_id=verdict.case_id)
    if case.verdict and case.state in REJUDGEABLE and verdict.version == case.version == case.verdict.version:
        return _judged_anew(case, case.verdict, verdict, carriers, now)
    is_older = case.verdict is not None and verdict.version < case.verdict.version
    awaited = case.state in (None, CaseState.SCRUBBING) and verdict.version == case.version
    if is_older or (not awaited and verdict.version <= case.version):
        text = f"A verdict on version {verdict.version} came when none was awaited"
        return Outcome(case).remarked(RemarkKind.NOT_NEEDED, text, verdict.decided_at)
    return _settled(Outcome(case).knowing(verdict=verdict), carriers, verdict.decided_at, now)


def _judged_anew(
    case: Case, before: VerdictReached, verdict: VerdictReached, carriers: Carriers, now: datetime
) -> Outcome:
    """The agent's record changed, or a person set findings aside: the checks start again if what is to be fixed
    is not the same any more."""
    at = verdict.decided_at
    if at <= before.decided_at:
        text = f"A verdict on version {verdict.version} came that is no newer than the one known"
        return Outcome(case).remarked(RemarkKind.NOT_NEEDED, text, at)
    outcome = Outcome(case).knowing(verdict=verdict)
    if _faults(before) == _faults(verdict):
        text = f"Version {verdict.version} was judged again: nothing else is to be fixed"
        return outcome.remarked(RemarkKind.NOT_NEEDED, text, at)
    return _settled(_walked(outcome, Own.JUDGED_ANEW, at, "Judged again"), carriers, at, now)


def _faults(verdict: VerdictReached) -> set[tuple[str, str, str]]:
    """What has to be fixed; none in a verdict of good order."""
    return {(found.rule, found.at, found.reason) for found in verdict.findings if found.severity in _MUST_FIX}


def requirements_changed(case: Case | None, change: RequirementsChanged, carriers: Carriers, now: datetime) -> Outcome:
    """The newest list counts, whenever the carrier takes the case."""
    case = case or Case(case_id=change.case_id)
    last = case.requirements
    if last and (change.version, change.changed_at) < (last.version, last.changed_at):
        text = "An older list of requirements came after a newer one"
        return Outcome(case).remarked(RemarkKind.LATE, text, change.changed_at)
    return _settled(Outcome(case).knowing(requirements=change), carriers, change.changed_at, now)


def carrier_decided(
    case: Case | None, word: CarrierDecided, speaker: str, carriers: Carriers, now: datetime
) -> Outcome:
    """A carrier's word: applied, or written down as late or repeated.

    Raises :class:`Permanent` for a case that is unknown here or another carrier's, and for a word that the
    case's state does not allow.
    """
    case = _heard_of(case, word, speaker)
    last = case.word
    if last and word.effective_at < last.effective_at:
        text = f"late, not applied: {_saying(word)}, older than {_saying(last)}"
        return Outcome(case).remarked(RemarkKind.LATE, text, word.effective_at, word)
    said_before = last is not None and last.decision == word.decision
    heard = Outcome(case).knowing(word=word, carrier_reference=word.carrier_reference or case.carrier_reference)
    path = path_of(case.state, word.decision)
    if said_before and (path is None or word.effective_at == last.effective_at):  # type: ignore[union-attr]
        outcome = heard.remarked(RemarkKind.REPEATED, f"said again: {_saying(word)}", word.effective_at, word)
    elif path is None:
        raise Permanent(DeadLetterCause.ILLEGAL_TRANSITION, _not_allowed(case, word))
    else:
        outcome = _walked(heard, word.decision, word.effective_at, f"{case.carrier_name}: {_saying(word)}")
    return _settled(outcome, carriers, word.effective_at, now)


def _heard_of(case: Case | None, word: CarrierDecided, speaker: str) -> Case:
    if case is None or case.state is None:
        raise Permanent(
            DeadLetterCause.UNKNOWN_CASE,
            f"Carrier {speaker} says {word.decision.value!r} of case {word.case_id}, which was never seen here."
            " Ask the carrier for the right case id; if the packet is still on its way, replay after it arrived.",
        )
    if case.carrier != speaker:
        raise Permanent(
            DeadLetterCause.WRONG_CARRIER,
            f"Carrier {speaker} says {word.decision.value!r} of case {word.case_id}, which is with {case.carrier}."
            " Ask the carrier which case was meant, then discard.",
        )
    return case


def _not_allowed(case: Case, word: CarrierDecided) -> str:
    allowed = ", ".join(kind.value for kind in allowed_from(case.state))
    return (
        f"Case {case.case_id} is {case.state.value if case.state else 'not open'}: the carrier's"
        f" {word.decision.value!r} is not possible there (possible: {allowed or 'nothing'}). If an earlier word of the"
        " carrier is missing, replay after it came; otherwise ask the carrier, then discard."
    )


def _settled(outcome: Outcome, carriers: Carriers, at: datetime, now: datetime) -> Outcome:
    """Every step that now can be taken without another event; ``at`` is when the cause took effect."""
    while True:
        case = outcome.case
        if case.newest and case.state is CaseState.SCRUBBING and case.newest.version > case.version:
            outcome = _taken_up(outcome, case.newest, carriers)
            continue
        found = next(
            ((trigger, why) for trigger, why in _possible(case, carriers) if path_of(case.state, trigger)), None
        )
        if found is None:
            return outcome
        trigger, why = found
        if trigger is Own.NEW_VERSION and case.newest:
            outcome = _taken_up(outcome, case.newest, carriers)
        outcome = _walked(outcome, trigger, now if trigger is Own.SUBMIT else at, why)
        if trigger is Own.SUBMIT:
            outcome = _submitted(outcome, now)


def _possible(case: Case, carriers: Carriers) -> list[tuple[Own, str]]:
    """Triggers whose guard holds, whatever the state, with the reason for the timeline."""
    possible: list[tuple[Own, str]] = []
    if case.newest and case.newest.version > case.version:
        possible.append((Own.NEW_VERSION, f"Application read, version {case.newest.version}"))
    if case.verdict and case.verdict.version == case.version:
        nigo = case.verdict.verdict is Verdict.NIGO
        possible.append((Own.FOUND_NIGO, _to_fix(case.verdict)) if nigo else (Own.FOUND_IGO, "In good order"))
    possible.append((Own.CLEARED, "Nothing holds it back"))
    carrier = carriers.get(case.carrier)
    if carrier and carrier.file.auto_submit:
        possible.append((Own.SUBMIT, f"Submitted to {case.carrier_name}"))
    if case.requirements and case.requirements.outstanding:
        count = case.requirements.outstanding
        possible.append((Own.REQUIREMENTS_OUTSTANDING, f"{count} {_plural(count, 'requirement')} outstanding"))
    elif case.requirements:
        possible.append((Own.REQUIREMENTS_IN, "No requirement is outstanding"))
    if case.word and case.word.answer_by:
        until = f"to be answered by {case.word.answer_by:%Y-%m-%d}"
        possible.append((Own.OFFER_DATED, f"{case.carrier_name}: {_saying(case.word)}, {until}"))
    return possible


def _taken_up(outcome: Outcome, read: ApplicationRead, carriers: Carriers) -> Outcome:
    """From now on the state speaks of this version."""
    carrier = carriers[read.application.carrier]
    product = carrier.product(read.application.coverage.product)
    if outcome.case.carrier not in ("", carrier.id):
        outcome = outcome.knowing(word=None, carrier_reference=None)
    return outcome.knowing(
        version=read.version,
        carrier=carrier.id,
        carrier_name=carrier.file.name,
        product_name=product.name if product else None,
        agent_code=read.agent_code or outcome.case.agent_code,
        insured_masked=masked(read.application.insured),
        uploaded_at=read.uploaded_at,
    )


def _submitted(outcome: Outcome, now: datetime) -> Outcome:
    case = outcome.case
    if case.newest is None:
        raise ValueError(f"case {case.case_id} is submitted without its application")
    submission = ApplicationSubmitted(
        submission_id=derived_id(case.case_id, "submission", case.version),
        case_id=case.case_id,
        version=case.version,
        carrier=case.carrier,
        agent_code=case.agent_code,
        documents=case.newest.documents,
        application=case.newest.application,
        submitted_at=now,
    )
    outcome = replace(outcome, submissions=(*outcome.submissions, submission))
    return outcome.knowing(submitted_version=case.version, newest=None)


def _walked(outcome: Outcome, trigger: Trigger, at: datetime, reason: str) -> Outcome:
    path = path_of(outcome.case.state, trigger)
    if path is None:
        raise ValueError(f"case {outcome.case.case_id}: {trigger} in state {outcome.case.state}")
    for step, state in enumerate(path):
        why = reason if step == 0 else f"Follows from: {reason}"
        outcome = _stepped(outcome, trigger, state, at, why)
    return outcome


def _stepped(outcome: Outcome, trigger: Trigger, to: CaseState, at: datetime, reason: str) -> Outcome:
    before = outcome.case
    case = before.model_copy(update={"state": to, "revision": before.revision + 1})
    word = case.word if isinstance(trigger, CarrierDecisionKind) or trigger is Own.OFFER_DATED else None
    change = CaseChanged(
        case_id=case.case_id,
        revision=case.revision,
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
        application_version=case.version,
        findings=_open_findings(case) if to is CaseState.NIGO else (),
        requirements=_open_requirements(case),
        note=word.note if word else None,
        answer_by=word.answer_by if word and word.decision in _OFFERS else None,
    )
    return replace(outcome, case=case, changes=(*outcome.changes, change))


def _open_findings(case: Case) -> tuple[Finding, ...]:
    findings = case.verdict.findings if case.verdict else ()
    return tuple(finding for finding in findings if finding.severity in _MUST_FIX)


def _open_requirements(case: Case) -> tuple[OpenRequirement, ...]:
    listed = case.requirements.requirements if case.requirements else ()
    return tuple(
        OpenRequirement(name=each.name, status=each.status, carrier_owned=each.carrier_owned)
        for each in listed
        if each.status not in _DONE
    )


def _to_fix(verdict: VerdictReached) -> str:
    count = sum(finding.severity in _MUST_FIX for finding in verdict.findings)
    return f"Not in good order: {count} {_plural(count, 'thing')} to fix"


def _saying(word: CarrierDecided) -> str:
    """The carrier's word in a line: decision, amount and class."""
    amount = f"${word.approved_face_amount:,.0f}" if word.approved_face_amount is not None else None
    said = [word.decision.value.replace("_", " "), amount, (word.approved_rate_class or "").replace("_", " ")[:40]]
    line = ", ".join(part for part in said if part)
    return " ".join("".join(character if character.isprintable() else " " for character in line).split())


def _plural(count: int, thing: str) -> str:
    return thing if count == 1 else f"{thing}s"
