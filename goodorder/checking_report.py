"""Shows what a check found: a table a packet for people, one document of JSON for machines."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.text import Text

from goodorder.checking import Checked, Unreadable
from goodorder.file_kind import remarks
from goodorder.screen import counted, listing, readable
from schemas.application import FormFound
from schemas.codes import FormKind, Severity, Verdict
from schemas.finding_events import Finding

_SEVERITY = {
    Severity.BLOCK: ("Must fix", "bold red"),
    Severity.NIGO: ("To fix", "red"),
    Severity.WARN: ("Look at", "yellow"),
    Severity.INFO: ("Note", "cyan"),
}


_PLACES = "Packet page = its page of the form"


def for_people(packet: Checked | Unreadable) -> RenderableType:
    """The packet's name, what it is, its findings, and the verdict."""
    title = Rule(readable(_title(packet), "bold"), align="left", style="dim")
    if isinstance(packet, Unreadable):
        verdict = Text("CANNOT BE READ  ", style="bold red") + readable(packet.message)
        return Group(title, verdict, Text())
    parts: list[RenderableType] = [title, _what_it_is(packet)]
    if said := remarks(packet.seen):
        parts.append(readable(f"The file: {said}", "quiet"))
    if _is_untidy(packet):
        parts += [Text(), _pages_of(packet)]
    if packet.findings:
        parts += [Text(), table_of(packet.findings), Text()]
    return Group(*parts, verdict_line(packet), Text())


def _title(packet: Checked | Unreadable) -> str:
    if isinstance(packet, Unreadable) or packet.of == 1:
        return packet.file.name
    return f"{packet.file.name}, application {packet.place} of {packet.of}"


def table_of(findings: Iterable[Finding]) -> RenderableType:
    """What was found, where, and what to do; the gravest first."""
    table = listing("", "Page", "Where", "What to do", "Rule", right=("Page",), wrap=("Where", "What to do"))
    table.columns[2].ratio, table.columns[3].ratio = 2, 5
    table.columns[2].overflow = table.columns[3].overflow = "fold"
    for finding in findings:
        words, style = _SEVERITY[finding.severity]
        table.add_row(
            Text(words, style=style),
            str(finding.page or "–"),
            readable(finding.label),
            readable(_without_place(finding)),
            readable(finding.rule, "quiet"),
        )
    return table


def verdict_line(packet: Checked) -> Text:
    if packet.verdict is Verdict.IGO:
        notes = len(packet.findings)
        rest = f", {counted(notes, 'remark')}" if notes else ""
        return Text.assemble(("IN GOOD ORDER", "bold green"), rest)
    return Text.assemble(("NOT in good order", "bold red"), f": {counted(len(packet.to_fix), 'thing')} to fix")


def in_sum(packets: Sequence[Checked | Unreadable]) -> Text:
    """One line over several packets."""
    judged = [packet for packet in packets if isinstance(packet, Checked)]
    good = sum(packet.verdict is Verdict.IGO for packet in judged)
    parts = [f"{good} in good order", f"{len(judged) - good} not"]
    if len(judged) < len(packets):
        parts.append(f"{len(packets) - len(judged)} unreadable")
    return Text(f"{counted(len(packets), 'packet')}: {', '.join(parts)}")


def for_machines(packets: Iterable[Checked | Unreadable], received_on: date) -> dict[str, Any]:
    """A stable shape: names are added to it, never changed or taken away. Holds no value read from a form."""
    return {"version": 1, "received_on": received_on.isoformat(), "packets": [_as_json(packet) for packet in packets]}


def _as_json(packet: Checked | Unreadable) -> dict[str, Any]:
    head: dict[str, Any] = {"file": str(packet.file), "document_id": packet.document_id}
    if isinstance(packet, Unreadable):
        return {**head, "verdict": None, "refusal": {"cause": packet.cause, "message": packet.message}}
    return {
        **head,
        "verdict": packet.verdict.value,
        "carrier": packet.carrier.id,
        "pages": packet.page_count,
        "seen": packet.seen.model_dump(mode="json", exclude_none=True) if packet.seen else None,
        "application": packet.place,
        "applications": packet.of,
        "forms": [
            {
                "form_id": form.form_id,
                "kind": form.kind.value,
                "number": form.number,
                "edition": form.edition,
                "pages": [page.page for page in form.pages],
                "form_pages": [page.form_page for page in form.pages],
                "missing_pages": list(form.missing_pages),
                "doubled_pages": list(form.doubled_pages),
            }
            for form in packet.application.forms
        ],
        "unknown_pages": [page.page for page in packet.application.unknown_pages],
        "findings": [finding.model_dump(mode="json") for finding in packet.findings],
    }


def _what_it_is(packet: Checked) -> Text:
    forms = ", ".join(_form_in_words(form) for form in packet.application.forms)
    unknown = len(packet.application.unknown_pages)
    rest = f", and {counted(unknown, 'page')} of no form on file" if unknown else ""
    return readable(f"{packet.carrier.file.name}, {counted(packet.page_count, 'page')}: {forms}{rest}", "quiet")


def _is_untidy(packet: Checked) -> bool:
    """Which page is what cannot be seen at a glance."""
    forms = packet.application.forms
    return len(forms) > 4 or any(not form.is_in_order or form.missing_pages or form.doubled_pages for form in forms)


def _pages_of(packet: Checked) -> RenderableType:
    """Which form each page is of, and what is missing or there twice: one line a form, in the packet's order."""
    table = listing("Form", "Edition", _PLACES, "Missing", "Twice", wrap=("Form", _PLACES))
    for form in sorted(packet.application.forms, key=lambda form: min((page.page for page in form.pages), default=0)):
        foreign = "" if form.carrier == packet.carrier.id else f", of {form.carrier}"
        missing, twice = _numbers(form.missing_pages), _numbers(form.doubled_pages)
        name = readable(f"{_kind_in_words(form)} {form.number}{foreign}")
        table.add_row(
            name,
            form.edition,
            f"{_places(form)} (of {form.page_count})",
            Text(missing or "–", style="bold red" if missing else ""),
            Text(twice or "–", style="yellow" if twice else ""),
        )
    unknown = _numbers(tuple(page.page for page in packet.application.unknown_pages))
    if unknown:
        table.add_row("No form on file", "–", unknown, "–", "–")
    return table


def _places(form: FormFound) -> str:
    """``3=p1 5–9=p2–6``: the packet's page 3 is the form's first, and so on; pages that follow one another together."""
    runs: list[list[tuple[int, int]]] = []
    for page in sorted(form.pages, key=lambda page: page.page):
        here = (page.page, page.form_page)
        if runs and (runs[-1][-1][0] + 1, runs[-1][-1][1] + 1) == here:
            runs[-1].append(here)
        else:
            runs.append([here])
    return " ".join(
        f"{run[0][0]}=p{run[0][1]}" if len(run) == 1 else f"{run[0][0]}–{run[-1][0]}=p{run[0][1]}–{run[-1][1]}"
        for run in runs
    )


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)


def _form_in_words(form: FormFound) -> str:
    return f"{_kind_in_words(form)} {form.number} ({form.edition})"


def _kind_in_words(form: FormFound) -> str:
    named = {
        FormKind.HIPAA: "HIPAA authorization",
        FormKind.HIV_CONSENT: "HIV consent",
        FormKind.EXCHANGE_1035: "1035 exchange",
        FormKind.ESIGN_CERTIFICATE: "e-signature certificate",
    }
    return named.get(form.kind, form.kind.replace("_", " "))


def _without_place(finding: Finding) -> str:
    """The message without the place it begins with, which has columns of its own here."""
    said = finding.message.removeprefix(f"Page {finding.page}, ").removeprefix(f"{finding.label}: ")
    return said[:1].upper() + said[1:]
