"""What somebody does at the desk, as a command to the service that owns the matter: pure, for pages and keys alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.case_events import CaseRequested
from schemas.codes import AccessAction as Action
from schemas.codes import CaseRequestKind, OverrideKind, ReasonSource, RequestAction, Severity
from schemas.document_events import CorrectValues, FileDocument, SeenPlace
from schemas.finding_events import OverrideFinding
from schemas.requirement_events import RequirementRequest
from schemas.topics import (
    CASES_REQUESTS,
    INTAKE_CORRECTIONS,
    INTAKE_FILING_REQUESTS,
    REQUIREMENTS_REQUESTS,
    VALIDATION_OVERRIDE_REQUESTS,
)
from services.chassis.errors import Outgoing
from services.console.reading.case_file import CaseFile
from services.console.reading.inbox import Waiting

_LONGEST_REASON = 500


class NotThere(LookupError):
    """What the act is about is not there, or is there no more; the message names it."""


class Unfit(ValueError):
    """The act cannot be as it was said; the message tells what is wrong."""


@dataclass(frozen=True)
class Act:
    """A command, and the line that the audit keeps of it."""

    action: Action
    command: Outgoing
    case_id: str | None
    what: str
    """A place, never what stands there."""
    reason: str | None = None


def correct(found: CaseFile, texts: Mapping[str, str], actor: str, reason: str | None, now: datetime) -> Act:
    """What a person saw at places of the pages, by path: the next version where it differs from what was read."""
    if found.application is None or found.read is None:
        raise NotThere("No application was read of this case yet.")
    if not texts:
        raise Unfit("No value was looked at: nothing was changed.")
    evidence = found.application.evidence
    for at in texts:
        if at not in evidence:
            raise Unfit(f"Version {found.read.version} has no value {at} with a place on a page.")
    said = CorrectValues(
        case_id=found.line.case_id,
        version=found.read.version,
        places=tuple(
            SeenPlace(
                at=at,
                document_id=evidence[at].document_id,
                page=evidence[at].page,
                form_id=evidence[at].form_id,
                field=evidence[at].field,
                text=text,
            )
            for at, text in texts.items()
        ),
        actor=actor,
        reason=reason,
        seen_at=now,
    )
    command = Outgoing(INTAKE_CORRECTIONS, found.line.case_id, said)
    return Act(Action.CORRECT, command, found.line.case_id, ", ".join(texts))


def set_aside(found: CaseFile, rule: str, at: str, kind: OverrideKind, actor: str, reason: str) -> Act:
    """One finding set aside, or called a false alarm."""
    meant = [each for each in (*found.to_fix, *found.hints) if (each.rule, each.at) == (rule, at)]
    if not meant:
        raise NotThere("This finding is not there any more.")
    if kind is OverrideKind.ACCEPTED and any(each.severity is Severity.BLOCK for each in meant):
        raise Unfit("This finding blocks: nobody can set it aside. If it is wrong, call it a false alarm.")
    case_id = found.line.case_id
    said = OverrideFinding(case_id=case_id, rule=rule, at=at, kind=kind, actor=actor, reason=reason)
    return Act(Action.OVERRIDE, Outgoing(VALIDATION_OVERRIDE_REQUESTS, case_id, said), case_id, f"{rule} {at}", reason)


def ask(
    case_id: str,
    what: CaseRequestKind,
    other: str | None,
    actor: str,
    reason: str,
    now: datetime,
    standing: Mapping[str, Any] | None,
) -> Act:
    """Something asked of a case: submit, answer an offer, withdraw, reopen; ``other``: a case that it is related to.

    ``standing``: the case as cases tells it; ``None`` while cases is silent, which then judges what was asked.
    """
    if standing is not None and what not in standing["may_be_asked"]:
        may = ", ".join(standing["may_be_asked"]) or "nothing"
        raise Unfit(f"{what} cannot be asked of this case as it stands. It may be asked: {may}.")
    said = CaseRequested(
        case_id=case_id, request=what, other_case_id=other, actor=actor, reason=reason, requested_at=now
    )
    return Act(Action.ASK, Outgoing(CASES_REQUESTS, case_id, said), case_id, what, reason)


def ask_about_requirement(
    found: CaseFile,
    requirement_id: str,
    action: RequestAction,
    actor: str,
    reason: str,
    now: datetime,
    request_id: str,
) -> Act:
    """A requirement waived, ordered again, or noted to have come in; ``request_id``: asked twice it is done once."""
    meant = next((each for each in found.requirements if each.requirement_id == requirement_id), None)
    if meant is None:
        raise NotThere("The case has no such requirement.")
    if meant.owed_by is None:
        raise Unfit("Nobody owes this requirement any more: there is nothing to be done about it.")
    case_id = found.line.case_id
    said = RequirementRequest(
        request_id=request_id,
        case_id=case_id,
        action=action,
        kind=meant.kind,
        about=meant.about,
        requirement_id=requirement_id,
        asked_by=ReasonSource.PERSON,
        asker=actor,
        reason=reason,
        effective_at=now,
    )
    command = Outgoing(REQUIREMENTS_REQUESTS, case_id, said)
    return Act(Action.REQUIREMENT, command, case_id, f"{action} {meant.kind}", reason)


def file(waiting: Waiting, case_id: str | None, actor: str, reason: str, now: datetime) -> Act:
    """A document filed to a case, or to one that it opens (``None``).

    A reason has to be said where what speaks for the case is not reason enough.
    """
    why = reason.strip() or _speaks_for(waiting, case_id)
    if len(why) < 3:
        raise Unfit("Say why it belongs there.")
    document_id = waiting.document_id
    said = FileDocument(document_id=document_id, case_id=case_id, actor=actor, reason=why, asked_at=now)
    command = Outgoing(INTAKE_FILING_REQUESTS, document_id, said)
    return Act(Action.FILE, command, case_id, document_id[:12], why)


def _speaks_for(waiting: Waiting, case_id: str | None) -> str:
    """Why a candidate was named, for who had nothing to add."""
    if case_id is None:
        return "seen by a person: it begins a case of its own"
    named = next((each for each in waiting.candidates if each.case.case_id == case_id), None)
    return f"seen by a person: {'; '.join(named.reasons)}"[:_LONGEST_REASON] if named else ""
