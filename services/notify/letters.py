"""Which changes concern the agent, and what the letter about each says. Pure; how it looks is the templates' business.

A letter names the agent, the case, the masked insured, the fields and pages, and what to do; never a medical answer,
an SSN or a date of birth. A carrier's words are passed on only where they are not about underwriting: the reasons
for a decline, a postponement or an offer may be medical.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from schemas.codes import CaseState, FilingWay, NoticeKind, Owing, RefusalCause, RequirementKind, Severity
from schemas.document_events import DocumentUnmatched, LateDocumentFiled
from schemas.events import CaseChanged, DocumentRefused, OpenRequirement
from schemas.finding_events import Finding
from schemas.requirement_events import RequirementNotice
from services.notify.discretion import discreet, one_line
from services.notify.wording import REFUSALS, WORDINGS, Tone, Wording


@dataclass(frozen=True)
class Item:
    """One thing to do: where it is, and what to do there."""

    place: str
    text: str
    is_command: bool = False
    """To be typed as it stands."""


@dataclass(frozen=True)
class Letter:
    """What a mail says, part by part, in reading order."""

    template: str
    """Which kind of letter it is; part of its identity."""
    subject: str
    preheader: str
    """What a list of mails shows beside the subject."""
    tone: Tone
    status: str
    heading: str
    paragraphs: tuple[str, ...]
    items: tuple[Item, ...] = ()
    """To be done, in the order of the pages."""
    carrier_words: str | None = None
    requirements_title: str | None = None
    requirements: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    link: tuple[str, str] | None = None
    """Words and address of where to read on; never in a letter to an agent, which leads nowhere."""
    facts: tuple[tuple[str, str], ...] = ()
    named: tuple[str, ...] = ()
    """Names of the requirements that the letter tells of."""
    footer: str = (
        "You get this e-mail because the packet came through your drop folder. It is sent automatically, and holds no"
        " health answers, no Social Security number and no date of birth: please keep it so when you reply."
    )


def about_change(change: CaseChanged, already_named: Collection[str] = ()) -> Letter | None:
    """The letter for a change; ``None`` when it does not concern the agent.

    ``already_named`` are requirements that an earlier letter of the case told of.
    """
    wording = WORDINGS.get(change.to_state)
    if wording is None or _is_told_otherwise(change, already_named):
        return None
    letter = _letter(change, wording)
    if change.to_state is CaseState.NIGO:
        return _with_findings(letter, change)
    if change.to_state in (CaseState.SUBMITTED, CaseState.AWAITING_REQUIREMENTS):
        return _with_requirements(letter, change)
    return letter


def about_refusal(refused: DocumentRefused) -> Letter:
    """The letter about a file that nobody can read."""
    year = refused.uploaded_at.year
    name = discreet(refused.file_name, year, longest=80)
    why = REFUSALS[refused.cause]
    return Letter(
        template="refused_document",
        subject=f"{name} could not be read: {why}",
        preheader=discreet(refused.message, year),
        tone=Tone.ATTENTION,
        status="Not read",
        heading="We could not read your file",
        paragraphs=(
            f"The file {name}, uploaded on {moment(refused.uploaded_at)}, could not be read: {why}."
            " No case was opened for it.",
            discreet(refused.message, year),
        ),
        closing=("Any other file you uploaded is not affected.",)
        if refused.cause is not RefusalCause.NO_KNOWN_FORM
        else (
            "If it belongs to a case of yours, such as an exam’s results, upload it again into a folder named like the"
            f" case: {folder_of('<case>', refused.agent_code)}. If you think that these are the right forms, forward"
            " this e-mail to your case manager.",
        ),
        facts=(("File", name), ("Uploaded", moment(refused.uploaded_at))),
    )


def about_requirement(notice: RequirementNotice) -> Letter | None:
    """The letter about a requirement between two changes of its case; ``None`` when it is not for the agent."""
    if notice.to is not Owing.AGENT:
        return None
    year, name = notice.occurred_at.year, discreet(notice.name, notice.occurred_at.year, longest=80)
    heading = _NOTICES[notice.notice].format(name=name)
    text = discreet(notice.text, year)
    return Letter(
        template=f"requirement_{notice.notice.value}",
        subject=f"{notice.case_id} {notice.insured_masked}: {heading[:1].lower()}{heading[1:]}",
        preheader=text,
        tone=Tone.ATTENTION,
        status="Your help is needed",
        heading=heading,
        paragraphs=(text,),
        closing=("We write again when something changes.",),
        facts=(
            ("Case", notice.case_id),
            ("Insured", notice.insured_masked),
            ("Carrier", notice.carrier_name),
            ("Requirement", name),
        ),
    )


def about_filing(filed: LateDocumentFiled) -> Letter:
    """The letter that a document came, and to which case it was filed."""
    name = discreet(filed.file_name, filed.uploaded_at.year, longest=80)
    by = _WAYS.get(filed.way, "")
    answers = f" It answers the requirement {_in_words(filed.requirement)}." if filed.requirement else ""
    return Letter(
        template="document_filed",
        subject=f"{filed.case_id} {filed.insured_masked}: {name} arrived",
        preheader=f"It was filed to case {filed.case_id}.",
        tone=Tone.CALM,
        status="Filed",
        heading="Your document arrived",
        paragraphs=(
            f"The file {name}, uploaded on {moment(filed.uploaded_at)}, was filed to case {filed.case_id}"
            f" ({filed.insured_masked}, {short_name(filed.carrier_name)}){by}.{answers}",
        ),
        closing=("If it belongs elsewhere, tell your case manager. We write again when something changes.",),
        facts=(
            ("Case", filed.case_id),
            ("Insured", filed.insured_masked),
            ("Carrier", filed.carrier_name),
            ("File", name),
            ("Uploaded", moment(filed.uploaded_at)),
        ),
    )


_WAYS = {
    FilingWay.REFERENCE: ", the case that you named",
    FilingWay.COVER_SHEET: ", by its cover sheet",
    FilingWay.IDENTITY: ": its pages name that insured",
    FilingWay.PERSON: " by a person at our desk",
}


def about_unmatched(unmatched: DocumentUnmatched) -> Letter:
    """The letter that a document came which a person looks at."""
    name = discreet(unmatched.file_name, unmatched.uploaded_at.year, longest=80)
    return Letter(
        template="document_unmatched",
        subject=f"{name} arrived: a person looks at it",
        preheader="We could not be sure which case it belongs to.",
        tone=Tone.CALM,
        status="Looked at by a person",
        heading="Your document arrived",
        paragraphs=(
            f"The file {name}, uploaded on {moment(unmatched.uploaded_at)}, is here and can be read. We could not be"
            " sure which case it belongs to, so a person at our desk looks at it and files it.",
        ),
        closing=(
            "There is nothing for you to do. To be quicker the next time, upload what belongs to a case into a folder"
            f" named like it: {folder_of('<case>', unmatched.agent_code)}.",
        ),
        facts=(("File", name), ("Uploaded", moment(unmatched.uploaded_at))),
    )


def folder_of(case_id: str, agent_code: str | None) -> str:
    """Where an agent uploads what belongs to a case."""
    return f"drop/{one_line(agent_code or '<your code>')}/{case_id}/"


def _in_words(requirement: RequirementKind) -> str:
    return requirement.value.replace("_", " ")


_NOTICES = {
    NoticeKind.REMINDER: "Still open: {name}",
    NoticeKind.ESCALATION: "Stuck without your help: {name}",
    NoticeKind.EXPIRING: "About to run out: {name}",
    NoticeKind.EXPIRED: "Needed anew: {name}",
}


def _is_told_otherwise(change: CaseChanged, already_named: Collection[str]) -> bool:
    """One mail for an offer, and one for a requirement: the one that says most."""
    if change.to_state in (CaseState.APPROVED_OTHER_THAN_APPLIED, CaseState.TENTATIVE_OFFER):
        return change.answer_by is not None  # the dated offer follows at once
    if change.to_state is CaseState.AWAITING_REQUIREMENTS:
        return not {each.name for each in change.requirements} - set(already_named)
    return False


def _letter(change: CaseChanged, wording: Wording) -> Letter:
    words = {
        "insured": change.insured_masked,
        "Insured": change.insured_masked[:1].upper() + change.insured_masked[1:],
        "carrier": short_name(change.carrier_name),
        "on": moment(change.occurred_at),
        "answer_by": day(change.answer_by) if change.answer_by else "",
        "folder": folder_of(change.case_id, change.agent_code),
        "outcome": "a tentative offer"
        if change.from_state is CaseState.TENTATIVE_OFFER
        else "an approval other than applied for",
    }
    heading = wording.heading.format_map(words)
    note = discreet(change.note, change.occurred_at.year) if change.note and wording.passes_note_on else None
    return Letter(
        template=change.to_state.value,
        subject=f"{change.case_id} {change.insured_masked}: {wording.subject.format_map(words)}",
        preheader=wording.lead.format_map(words),
        tone=wording.tone,
        status=wording.status,
        heading=heading,
        paragraphs=(wording.lead.format_map(words),),
        carrier_words=note,
        closing=tuple(line.format_map(words) for line in wording.closing),
        facts=_facts(change),
    )


def _facts(change: CaseChanged) -> tuple[tuple[str, str], ...]:
    known = (
        ("Case", change.case_id),
        ("Insured", change.insured_masked),
        ("Carrier", change.carrier_name),
        ("Product", change.product_name),
        ("Carrier’s reference", one_line(change.carrier_reference or "")[:60]),
        ("Decision", _decision(change)),
        ("Packet uploaded", moment(change.uploaded_at)),
    )
    return tuple((name, value) for name, value in known if value)


def _decision(change: CaseChanged) -> str | None:
    """Amount and class, where the carrier named them."""
    said = change.reason.removeprefix("Follows from: ").removeprefix(f"{change.carrier_name}: ")
    if change.carrier_status is None or "$" not in said:
        return None
    return discreet(said[:1].upper() + said[1:], change.occurred_at.year, longest=120)


def _with_findings(letter: Letter, change: CaseChanged) -> Letter:
    sent = {document.document_id: moment(document.uploaded_at) for document in change.documents or ()}
    year = change.occurred_at.year
    items = tuple(
        _item(finding, year, sent.get(finding.document_id or "")) for finding in sorted(change.findings, key=_by_weight)
    )
    count, things = len(items), "thing" if len(items) == 1 else "things"
    what = f"{count} {things} to fix" if items else "not in good order"
    return replace(
        letter,
        subject=f"{change.case_id} {change.insured_masked}: {what} before {short_name(change.carrier_name)}"
        " can take this application",
        preheader=items[0].text if count == 1 else "; ".join(item.place for item in items),
        heading=f"{what[:1].upper()}{what[1:]}",
        items=items,
    )


def _item(finding: Finding, year: int, sent: str | None = None) -> Item:
    """Where and what; the finding's own message says both, so it is taken apart. ``sent``: when the document that the
    page is of was uploaded, where there are several."""
    place = finding.label if finding.page is None else f"Page {finding.page}, {finding.label}"
    text = finding.message.removeprefix(f"{place}: ").removeprefix(f"{finding.label}: ")
    text = discreet(text, year)
    if sent and finding.page is not None:
        place = f"Page {finding.page} of what you sent on {sent}, {finding.label}"
    return Item(discreet(place, year), text[:1].upper() + text[1:])


def _by_weight(finding: Finding) -> tuple[bool, bool, str, int, str]:
    """What blocks comes first; of what weighs the same, what is on the pages in their order, then what is missing."""
    is_lighter = finding.severity is not Severity.BLOCK
    return is_lighter, finding.page is None, finding.document_id or "", finding.page or 0, finding.rule


def _with_requirements(letter: Letter, change: CaseChanged) -> Letter:
    if not change.requirements:
        return letter
    count = len(change.requirements)
    title = f"{count} open {'requirement' if count == 1 else 'requirements'}"
    return replace(
        letter,
        closing=WORDINGS[CaseState.AWAITING_REQUIREMENTS].closing,
        requirements_title=title,
        requirements=tuple(_requirement(each, change) for each in change.requirements),
        named=tuple(each.name for each in change.requirements),
    )


def _requirement(requirement: OpenRequirement, change: CaseChanged) -> str:
    if requirement.carrier_owned:
        return f"{requirement.name}: {short_name(change.carrier_name)} sees to it"
    return f"{requirement.name}: {requirement.status.value.replace('_', ' ')}"


def day(at: datetime) -> str:
    """``March 4, 2026``."""
    return f"{at:%B} {at.day}, {at.year}"


def moment(at: datetime) -> str:
    """``March 4, 2026, 12:10 UTC``."""
    return f"{day(at)}, {at:%H:%M} UTC"


_LEGAL_WORDS = frozenset({"insurance", "assurance", "company", "co", "co.", "corporation", "corp.", "inc", "inc."})


def short_name(carrier: str) -> str:
    """A carrier's name without its legal tail: ``Aldermoor Life``."""
    words = carrier.split()
    while len(words) > 1 and words[-1].lower().strip(",") in _LEGAL_WORDS:
        words.pop()
    return " ".join(words)
