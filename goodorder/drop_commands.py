"""``goodorder drop``: upload packets as an agent does, and follow them if asked to."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer

from goodorder.dropping import DropBucket, Dropped, read_file
from goodorder.faults import CANNOT, Fault, complain
from goodorder.house import House
from goodorder.screen import counted, page, readable, state_in_words
from schemas.codes import RequirementKind, Verdict
from schemas.producers import Producers

if TYPE_CHECKING:
    from goodorder.following import Journey

_NIGO = 1


def drop(
    ctx: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="Packets.", show_default=False),
    ],
    agent: Annotated[
        str | None, typer.Option(help="Agent code.", show_default="the first agent on file with an e-mail address")
    ] = None,
    case: Annotated[
        str | None, typer.Option(help="Case that they belong to; its id may be shortened.", show_default=False)
    ] = None,
    requirement: Annotated[
        RequirementKind | None,
        typer.Option(metavar="KIND", help="Requirement of the case that they answer.", show_default=False),
    ] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Follow until the agent is told.")] = False,
    patience: Annotated[float, typer.Option("--timeout", min=1, help="Seconds to follow at most.")] = 120,
) -> None:
    """Upload packets into the drop bucket, as an agent does.

    With --wait the exit code says how it went: 0 in good order, 1 not, 2 refused or not done in time.
    """
    house: House = ctx.obj
    code = _agent(house.producers(), agent)
    bucket, day = DropBucket(house), datetime.now(UTC).date()
    begun = monotonic()
    folder = _folder(house, case, requirement)
    dropped = [bucket.put(file.name, read_file(file), code, day, folder) for file in files]
    for packet in dropped:
        page().print(readable(f"{packet.name}: uploaded to s3://{packet.bucket}/{packet.key}"), soft_wrap=True)
    if not wait:
        page().print("Follow: goodorder cases")
        return
    journeys = _follow(house, dropped, begun, patience)
    raise typer.Exit(_exit_code(journeys))


def _folder(house: House, case: str | None, requirement: RequirementKind | None) -> str | None:
    """The folder of a case below the agent's own, and of the requirement below that."""
    if case is None:
        if requirement:
            raise Fault("A requirement is a case's.", "Name the case: --case GO-...")
        return None
    from goodorder.case_file import CaseFiles

    meant = CaseFiles(house.settings).meant_by(case)
    return f"{meant}/{requirement.value}" if requirement else meant


def _agent(producers: Producers, code: str | None) -> str:
    if code is None:
        return next(agent.code for agent in producers.values() if agent.email)
    if code not in producers:
        raise Fault(f"No agent {code} is on file: no mail could be sent.", f"Agents: {', '.join(producers)}.")
    return code


def _follow(house: House, dropped: Iterable[Dropped], begun: float, patience: float) -> list["Journey"]:
    from goodorder.following import Journey, Journeys

    names = {packet.document_id: packet.name for packet in dropped}
    last = {document_id: Journey(document_id) for document_id in names}
    for journey in Journeys(house.settings).changes(names, patience):
        for words in news(last[journey.document_id], journey):
            page().print(readable(f"{names[journey.document_id]}: {monotonic() - begun:5.1f} s  {words}"))
        last[journey.document_id] = journey
    for document_id, journey in last.items():
        if not journey.is_told:
            complain(
                f"{names[document_id]}: no mail went out within {patience:g} s.",
                "`goodorder status` and `goodorder dead-letters list` show what holds it up.",
            )
    return list(last.values())


def news(before: "Journey", now: "Journey") -> Iterable[str]:
    """What happened between two looks, in words."""
    if now.refusal and not before.refusal:
        yield f"refused: {now.refusal}"
    if now.waits and not before.waits:
        yield "read: a person has to file it (goodorder inbox)"
    if now.case_id and not before.case_id:
        late = f", version {now.version}" if now.version > 1 else ""
        yield f"read: case {now.case_id}{late}"
    if now.verdict and now.verdict != before.verdict:
        is_good = now.verdict is Verdict.IGO
        yield "in good order" if is_good else f"NOT in good order: {counted(len(now.to_fix), 'thing')} to fix"
    if now.state and now.state != before.state:
        yield f"case is {state_in_words(now.state)}"
    if now.requirements and not before.requirements:
        yield f"{counted(len(now.requirements), 'requirement')}: {', '.join(r.name for r in now.requirements)}"
    settled = {mail.notification_id for mail in before.mails if mail.is_settled}
    for mail in now.mails:
        if mail.is_settled and mail.notification_id not in settled:
            yield f"mail to agent {mail.agent_code or '(none)'}: {state_in_words(mail.template)}, {mail.in_words}"


def _exit_code(journeys: Iterable["Journey"]) -> int:
    followed = list(journeys)
    if any(journey.refusal or not journey.is_told for journey in followed):
        return CANNOT
    return _NIGO if any(journey.verdict is Verdict.NIGO for journey in followed) else 0
