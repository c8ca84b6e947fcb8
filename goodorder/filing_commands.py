"""``goodorder inbox``, ``file`` and ``cover-sheet``: documents that no case surely has, and how they get to one."""

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodorder.case_commands import CaseArgument
from goodorder.faults import Fault
from goodorder.house import House
from goodorder.screen import as_json, counted, facts, in_short, listing, page, readable
from schemas.codes import RequirementKind

if TYPE_CHECKING:
    from rich.console import RenderableType

_SHORT = 12
"""Figures of a document's id that are shown."""

DocumentArgument = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help="Document id, or how it begins.", show_default=False)
]


def inbox(
    ctx: typer.Context,
    document: Annotated[
        str | None, typer.Argument(metavar="DOCUMENT", help="Only this one, in full.", show_default=False)
    ] = None,
    agent: Annotated[str | None, typer.Option(help="Only this agent's.", show_default=False)] = None,
    machine: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """List the documents that wait for a person, or show one with the cases it may belong to."""
    waiting = _waiting(ctx.obj, agent)
    now = datetime.now(UTC)
    if document is not None:
        one = waiting[_the_document(document, waiting)]
        page().out(as_json(one)) if machine else page().print(_in_full(one))
    elif machine:
        page().out(as_json(list(waiting.values())))
    elif waiting:
        page().print(_as_list(waiting, now))
    else:
        page().print("Nothing waits: every document is with its case.")


def file(
    ctx: typer.Context,
    document: DocumentArgument,
    case_id: Annotated[
        str | None, typer.Argument(metavar="CASE", help="Case id, or how it begins.", show_default=False)
    ] = None,
    new_case: Annotated[bool, typer.Option("--new-case", help="It opens a case of its own.")] = False,
    requirement: Annotated[
        RequirementKind | None,
        typer.Option(metavar="KIND", help="Requirement of the case that it answers.", show_default=False),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "filed by hand",
) -> None:
    """File a document to a case, or open a case with it."""
    from goodorder.case_file import CaseFiles
    from goodorder.outside_voices import file_document
    from schemas.document_events import FileDocument

    house: House = ctx.obj
    if (case_id is None) is not new_case:
        raise Fault("To which case?", "Name one case, or say --new-case.")
    if new_case and requirement:
        raise Fault("A new case has no requirement yet.", "Leave --requirement out.")
    asked = FileDocument(
        document_id=_on_record(house, document),
        case_id=CaseFiles(house.settings).meant_by(case_id) if case_id else None,
        requirement=requirement,
        actor=getpass.getuser(),
        reason=reason,
        asked_at=datetime.now(UTC),
    )
    place = file_document(house.broker(), asked)
    where = f"to case {asked.case_id}" if asked.case_id else "to a case of its own"
    page().print(readable(f"Asked to file document {asked.document_id[:_SHORT]} {where} ({place})"), soft_wrap=True)
    seen = f"goodorder case {asked.case_id}" if asked.case_id else "goodorder cases"
    page().print(readable(f"What came of it: {seen}", "quiet"))


def cover_sheet(
    ctx: typer.Context,
    case_id: CaseArgument,
    out: Annotated[Path | None, typer.Option(help="File to write.", show_default="CASE.pdf", dir_okay=False)] = None,
    requirement: Annotated[
        RequirementKind | None,
        typer.Option(metavar="KIND", help="Requirement that the pages behind it answer.", show_default=False),
    ] = None,
) -> None:
    """Draw the sheet that names a case: pages scanned behind it are filed there."""
    from goodorder.case_file import CaseFiles
    from goodorder.cover_sheet import drawn
    from services.intake.reading.cover_sheet import Cover

    house: House = ctx.obj
    files = CaseFiles(house.settings)
    case = files.summary(files.meant_by(case_id))
    target = out or Path(f"{case.case_id}.pdf")
    cover = Cover(case_id=case.case_id, requirement=requirement)
    target.write_bytes(drawn(cover, case.insured_masked, case.carrier_name))
    page().print(readable(f"Cover sheet of {case.case_id}: {target}"), soft_wrap=True)


def _waiting(house: House, agent: str | None = None) -> dict[str, dict[str, Any]]:
    """What waits, by document id, the longest first."""
    from goodorder.records import Records
    from services.intake import casebook
    from services.intake.pages import in_json

    with Records(house.settings).of("intake") as db:
        return {held.document.document_id: in_json(db, held) for held in casebook.inbox(db, agent)}


def _on_record(house: House, meant: str) -> str:
    """A document that waits, or else any that intake knows."""
    from goodorder.records import Records
    from services.intake import store

    waiting = _waiting(house)
    if any(document.startswith(meant.lower()) for document in waiting):
        return _the_document(meant, waiting)
    with Records(house.settings).of("intake") as db:
        return _the_document(meant, store.documents_beginning(db, meant.lower()))


def _the_document(meant: str, known: Any) -> str:
    """The one document whose id begins so. Raises :class:`Fault`."""
    found = [document for document in known if meant and document.startswith(meant.lower())]
    if len(found) != 1:
        many = f"{len(found)} documents begin with {meant}" if found else f"There is no document {meant} here"
        raise Fault(f"{many}.", "`goodorder inbox` lists what waits.")
    return str(found[0])


def _as_list(waiting: dict[str, dict[str, Any]], now: datetime) -> "RenderableType":
    table = listing("Document", "File", "Agent", "For", "Likeliest", "Why it waits", wrap=("File", "Why it waits"))
    for one in waiting.values():
        first = next(iter(one["candidates"]), None)
        table.add_row(
            readable(one["document_id"][:_SHORT], "bold"),
            readable(one["file_name"]),
            readable(one["agent_code"] or "–"),
            in_short(now - datetime.fromisoformat(one["since"])),
            readable(first["case_id"]) if first else "–",
            readable(one["reason"]),
        )
    table.caption = f"{counted(len(waiting), 'document')}. Look at one: goodorder inbox DOCUMENT"
    table.caption_justify = "left"
    return table


def _in_full(one: dict[str, Any]) -> "RenderableType":
    from rich.console import Group

    table = listing("Case", "Insured", "Carrier", "State", "Score", "What speaks for it and against", right=("Score",),
                    wrap=("What speaks for it and against",))  # fmt: skip
    for each in one["candidates"]:
        state = (each["state"] or "being checked").replace("_", " ")
        shown = [each["case_id"], each["insured_masked"] or "–", each["carrier"] or "–", state, f"{each['score']:.2f}"]
        table.add_row(*map(readable, shown), readable("; ".join(each["reasons"])))
    archive = one["archive"]
    return Group(
        facts(
            ("Document", one["document_id"]),
            ("File", one["file_name"]),
            ("Agent", one["agent_code"]),
            ("Uploaded", one["uploaded_at"]),
            ("Kept at", f"s3://{archive['bucket']}/{archive['key']}"),
            ("Names case", one["names_case"]),
            ("Answers", one["requirement"]),
            ("Pages", "; ".join(one["forms"]) or "no form on file"),
            ("Why it waits", one["reason"]),
        ),
        readable(""),
        table if one["candidates"] else readable("No case of the agent is like it.", "quiet"),
        readable(f"\nFile it: goodorder file {one['document_id'][:_SHORT]} CASE", "quiet"),
    )
