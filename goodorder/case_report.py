"""Shows cases: the list, and one with its findings, requirements, mails and the carrier's word beside our state."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from goodorder.checking_report import table_of
from goodorder.file_kind import remarks
from goodorder.screen import counted, facts, in_short, listing, moment, readable, state_in_words
from schemas.carrier_events import CarrierDecided
from schemas.codes import CaseState, RequirementStatus, Severity
from schemas.finding_events import Finding, OverriddenFinding
from schemas.private import MASKED
from schemas.requirement_events import Requirement

if TYPE_CHECKING:
    from goodorder.case_file import CaseFile
    from goodorder.mails import Mail
    from schemas.document_events import VersionChanges
    from services.cases.owing import OpenItem
    from services.cases.store import CaseSummary, Entry

_GOOD = frozenset({CaseState.APPROVED, CaseState.OFFER_ACCEPTED, CaseState.ISSUED, CaseState.PLACED, CaseState.IGO})
_BAD = frozenset(
    {CaseState.NIGO, CaseState.CARRIER_NIGO, CaseState.DECLINED, CaseState.POSTPONED, CaseState.CLOSED_INCOMPLETE}
)
_DONE = frozenset({RequirementStatus.SATISFIED, RequirementStatus.WAIVED})
_MOST_FIELDS = 4
_SET_BACK = frozenset({RequirementStatus.REJECTED, RequirementStatus.CANCELLED})


def state(code: CaseState) -> Text:
    """A state in words, green when all is well, red when somebody has to act."""
    return readable(state_in_words(code), "good" if code in _GOOD else "bad" if code in _BAD else "")


def as_list(cases: Sequence["CaseSummary"], now: datetime, width: int) -> RenderableType:
    """A line a case; a terminal narrower than 100 columns does without the agent and the open requirements."""
    wide = width >= 100
    names = ("Case", "Insured", "Carrier", *(("Agent",) if wide else ()), "State", "Carrier says")
    table = listing(
        *names, *(("Open",) if wide else ()), "Changed", right=("Open", "Changed"), wrap=("State", "Carrier says")
    )
    for case in cases:
        more = [readable(case.agent_code or "–")] if wide else []
        open_ones = ["–" if case.outstanding is None else str(case.outstanding)] if wide else []
        table.add_row(
            readable(case.case_id, "bold"),
            readable(case.insured_masked),
            readable(case.carrier),
            *more,
            state(case.state),
            readable(state_in_words(case.carrier_status) if case.carrier_status else "–"),
            *open_ones,
            in_short(now - case.updated_at),
        )
    return Group(table, Text(), Text(f"{counted(len(cases), 'case')}. Look at one: goodorder case ID"))


def in_full(file: "CaseFile", now: datetime) -> RenderableType:
    """Everything a case manager asks of a case; nothing personal but the masked name."""
    case = file.summary
    head = facts(
        ("Case", readable(case.case_id, "bold")),
        ("Insured", case.insured_masked),
        ("Carrier", case.carrier_name),
        ("Product", case.product_name),
        ("Agent", case.agent_code),
        ("Uploaded", f"{moment(case.uploaded_at)}, {in_short(now - case.uploaded_at)} ago"),
        ("Our state", state(case.state)),
        ("Carrier says", _carrier_says(file.word)),
        ("Carrier’s no.", case.carrier_reference),
        ("Carrier’s note", file.word.note if file.word else None),
    )
    parts: list[RenderableType] = [head, Text(), readable(file.answer)]
    if file.forgotten_at:
        parts += [
            Text(),
            readable(_gone(file.forgotten_at), "bad"),
        ]
    if file.open_items:
        parts += [_title(f"Who owes what ({len(file.open_items)})"), _owed(file.open_items, now)]
    if file.findings:
        parts += [_title(f"To fix ({len(file.findings)})"), table_of(file.findings)]
    if file.set_aside:
        parts += [_title(f"Set aside ({len(file.set_aside)})"), _set_aside(file.set_aside)]
    if file.requirements:
        parts += [_title(_requirements_title(file.requirements)), _requirements(file.requirements)]
    if file.documents:
        parts += [_title(f"Documents ({len(file.documents)})"), _documents(file)]
    parts += [_title(f"Mails ({len(file.mails)})"), _mails(file.mails)]
    parts += [_title("Timeline (UTC)"), _timeline(file.history)]
    return Group(*parts)


def _gone(at: datetime) -> str:
    return f"Forgotten on {at:%Y-%m-%d}: its packets are deleted, and nobody can read what was private in it."


def for_machines(file: "CaseFile") -> dict[str, Any]:
    return {
        **file.summary.as_json(),
        "answer": file.answer,
        "forgotten_at": file.forgotten_at.isoformat() if file.forgotten_at else None,
        "open_items": [item.as_json() for item in file.open_items],
        "carrier_word": file.word.model_dump(mode="json") if file.word else None,
        "findings": [finding.model_dump(mode="json") for finding in file.findings],
        "set_aside": [aside.model_dump(mode="json") for aside in file.set_aside],
        "requirements": [requirement.model_dump(mode="json") for requirement in file.requirements],
        "documents": [filed.model_dump(mode="json", exclude_none=True) for filed in file.documents],
        "versions": [
            {
                "version": read.version,
                "read_at": read.read_at.isoformat(),
                "changes": read.changes.model_dump(mode="json") if read.changes else None,
            }
            for read in file.versions
        ],
        "mails": [mail.as_json() for mail in file.mails],
        "history": [entry.as_json() for entry in file.history],
    }


def _owed(items: Sequence["OpenItem"], now: datetime) -> RenderableType:
    table = listing("What", "Who", "For", "Next", "On", wrap=("What", "Who", "Next"))
    for item in items:
        table.add_row(
            readable(item.what),
            readable(item.who),
            in_short(max(now - item.since, timedelta())),
            readable(item.next_step, "quiet"),
            f"{item.next_at:%m-%d}",
        )
    return table


def to_fix(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that keep a packet from being in good order."""
    return tuple(finding for finding in findings if finding.severity in (Severity.BLOCK, Severity.NIGO))


def _carrier_says(word: CarrierDecided | None) -> str:
    if word is None:
        return "nothing yet"
    return f"{state_in_words(word.decision)}, {moment(word.effective_at)}"


def _set_aside(set_aside: Sequence[OverriddenFinding]) -> RenderableType:
    """Who said of what that it does not count, when and why."""
    table = listing("Rule", "What", "Set aside as", "By", "When", "Why", wrap=("What", "Why"))
    for aside in set_aside:
        table.add_row(
            aside.finding.rule,
            readable(aside.finding.label),
            readable(state_in_words(aside.kind)),
            readable(aside.actor),
            f"{aside.overridden_at:%m-%d %H:%M}",
            readable(aside.reason),
        )
    return table


def _requirements_title(requirements: Sequence[Requirement]) -> str:
    done = sum(requirement.status in _DONE for requirement in requirements)
    return f"Requirements ({done} of {len(requirements)} done)"


def _requirements(requirements: Sequence[Requirement]) -> RenderableType:
    """A line a requirement with what is next and when; below, why they are there."""
    table = listing("What", "Status", "From", "Next", wrap=("What", "Status", "From", "Next"))
    reasons: dict[str, list[str]] = {}
    for requirement in requirements:
        who = requirement.vendor or ("the carrier" if requirement.carrier_owned else "the agent")
        style = "good" if requirement.status in _DONE else "bad" if requirement.status in _SET_BACK else ""
        table.add_row(
            readable(requirement.name),
            readable(_standing(requirement), style),
            readable(who),
            readable(_next(requirement)),
        )
        if requirement.why != MASKED:
            reasons.setdefault(requirement.why, []).append(requirement.name)
    why = (readable(f"Why {', '.join(names)}: {words}", "quiet") for words, names in reasons.items())
    return Group(table, *why)


def _standing(requirement: Requirement) -> str:
    """Our status, and the vendor's own last word where it says more."""
    status, said = state_in_words(requirement.status), requirement.vendor_status
    if said is None or requirement.status in _DONE:
        return status
    return f"{status}: {state_in_words(said)}"


def _next(requirement: Requirement) -> str:
    if requirement.status in _DONE:
        return f"good until {requirement.expires_on}" if requirement.expires_on else "–"
    day = f", looked at again {requirement.next_at:%Y-%m-%d}" if requirement.next_at else ""
    return f"{requirement.next_step}{day}" if requirement.next_step else "–"


def _documents(file: "CaseFile") -> RenderableType:
    """A line a document, with the version of the application that it came with and what that changed."""
    changes = {read.version: read.changes for read in file.versions}
    table = listing("Version", "Document", "Uploaded", "Filed by", "What changed", wrap=("Document", "What changed"))
    for filed in file.documents:
        answers = f" (answers {state_in_words(filed.requirement)})" if filed.requirement else ""
        table.add_row(
            str(filed.version or 1),
            readable(f"{filed.file_name}{answers}"),
            f"{filed.uploaded_at:%m-%d %H:%M}" if filed.uploaded_at else "–",
            readable(state_in_words(filed.filed)) if filed.filed else "–",
            readable(_changed(changes.get(filed.version or 1))),
        )
    told = [f"{filed.file_name}: {said}" for filed in file.documents if (said := remarks(filed.seen))]
    return Group(table, *(readable(line, "quiet") for line in told))


def _changed(changes: "VersionChanges | None") -> str:
    """The fields that a version changed, the first few by name."""
    if changes is None:
        return "–"
    forms = [f"form {number} added" for number in changes.forms_added]
    fields = [f"{each.label} {each.change.value}" for each in changes.fields]
    more = len(fields) - _MOST_FIELDS
    shown = [*forms, *fields[:_MOST_FIELDS], *([f"{more} more"] if more > 0 else [])]
    return "; ".join(shown) or "no field"


def _mails(mails: Sequence["Mail"]) -> RenderableType:
    if not mails:
        return readable("None yet.", "quiet")
    table = listing("When", "What about", "To", "What became of it", wrap=("What about", "What became of it"))
    for mail in mails:
        style = "good" if mail.is_sent else "open"
        table.add_row(
            f"{mail.at:%m-%d %H:%M:%S}",
            readable(state_in_words(mail.template)),
            readable(mail.agent_code or "–"),
            readable(mail.in_words, style),
        )
    return table


def _timeline(history: Iterable["Entry"]) -> Table:
    table = listing("When", "Our state", "Carrier says", "Why", wrap=("Our state", "Carrier says", "Why"))
    table.columns[3].ratio = 2
    for entry in history:
        table.add_row(
            f"{entry.occurred_at:%m-%d %H:%M:%S}",
            state(entry.change.to_state) if entry.change else readable("no change", "quiet"),
            readable(state_in_words(entry.carrier_word.decision)) if entry.carrier_word else "",
            readable(entry.text),
        )
    return table


def _title(words: str) -> Text:
    return Text(f"\n{words}", style="bold")
