"""``goodorder decide`` and ``goodorder vendor``: say what a carrier or a vendor would say, to try the house out."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

import typer

from goodorder.case_choice import is_whole
from goodorder.case_commands import CaseArgument
from goodorder.faults import Fault
from goodorder.house import House
from goodorder.screen import page, readable, state_in_words
from schemas.carrier_events import CarrierDecided
from schemas.case_events import CarrierRequired, CaseRequested
from schemas.codes import (
    CarrierDecisionKind,
    CarrierRequirementStatus,
    CaseRequestKind,
    Owing,
    PremiumMode,
    RequirementStage,
    VendorStatus,
)
from schemas.requirement_events import Requirement, VendorStatusReported

When = Annotated[
    datetime | None,
    typer.Option(
        "--effective",
        metavar="TIME",
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"],
        help="When it took effect (UTC).",
        show_default="now",
    ),
]
Note = Annotated[str | None, typer.Option(help="Words that may go to the agent.", show_default=False)]


def decide(
    ctx: typer.Context,
    case_id: CaseArgument,
    decision: Annotated[
        CarrierDecisionKind, typer.Argument(metavar="DECISION", help="E.g. acknowledged, approved.", show_default=False)
    ],
    note: Note = None,
    reference: Annotated[
        str | None, typer.Option(help="The carrier's policy or case number.", show_default=False)
    ] = None,
    face: Annotated[str | None, typer.Option(metavar="DOLLARS", help="Face approved.", show_default=False)] = None,
    rate_class: Annotated[str | None, typer.Option(help="Rate class approved.", show_default=False)] = None,
    answer_by: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Until when an offer stands.", show_default=False),
    ] = None,
    effective: When = None,
    carrier: Annotated[str | None, typer.Option(help="Speak as this carrier.", show_default="the case's own")] = None,
) -> None:
    """Publish a carrier's word about a case, as the carrier would."""
    from goodorder.outside_voices import say_as_carrier

    house: House = ctx.obj
    whole_id, own_carrier = _case_and_carrier(house, case_id, carrier)
    speaker = carrier or own_carrier
    if speaker not in house.carriers():
        raise Fault(f"No carrier {speaker} is on file.", f"Carriers: {', '.join(house.carriers())}.")
    word = CarrierDecided(
        case_id=whole_id,
        decision=decision,
        effective_at=_utc(effective) or datetime.now(UTC),
        carrier_reference=reference,
        note=note,
        approved_face_amount=_dollars(face),
        approved_rate_class=rate_class,
        answer_by=_utc(answer_by),
    )
    place = say_as_carrier(house.broker(f"carrier-{speaker}"), speaker, word)
    page().print(readable(f"{speaker} says of {whole_id}: {state_in_words(decision)} ({place})"), soft_wrap=True)
    page().print(readable(f"What came of it: goodorder case {whole_id}", "quiet"))


def require(
    ctx: typer.Context,
    case_id: CaseArgument,
    requirement_id: Annotated[
        str, typer.Argument(metavar="ID", help="The carrier's own id of it.", show_default=False)
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What is needed, in words.", show_default=False)],
    status: Annotated[CarrierRequirementStatus, typer.Option(help="How far it is.")] = (
        CarrierRequirementStatus.OUTSTANDING
    ),
    stage: Annotated[RequirementStage, typer.Option(help="What it is needed for.")] = RequirementStage.UNDERWRITING,
    owed_by: Annotated[Owing, typer.Option(help="Who has to bring it.")] = Owing.AGENT,
    effective: When = None,
) -> None:
    """Publish a requirement of the carrier's own, as the carrier would."""
    from goodorder.outside_voices import say_as_carrier

    house: House = ctx.obj
    whole_id, carrier = _case_and_carrier(house, case_id, None)
    raised = CarrierRequired(
        case_id=whole_id,
        requirement_id=requirement_id,
        name=name,
        stage=stage,
        status=status,
        owed_by=owed_by,
        effective_at=_utc(effective) or datetime.now(UTC),
    )
    place = say_as_carrier(house.broker(f"carrier-{carrier}"), carrier, raised)
    page().print(readable(f"{carrier} says of {whole_id}: {name}, {state_in_words(status)} ({place})"), soft_wrap=True)


def ask(
    ctx: typer.Context,
    case_id: CaseArgument,
    request: Annotated[
        CaseRequestKind, typer.Argument(metavar="REQUEST", help="E.g. submit, accept_offer.", show_default=False)
    ],
    reason: Annotated[str, typer.Option(help="Why; kept in the history.", show_default=False)],
    face: Annotated[str | None, typer.Option(metavar="DOLLARS", help="The amount wanted.", show_default=False)] = None,
    mode: Annotated[PremiumMode | None, typer.Option(help="The mode wanted.", show_default=False)] = None,
    other: Annotated[str | None, typer.Option(metavar="CASE", help="The other case.", show_default=False)] = None,
    actor: Annotated[str, typer.Option(envvar="USER", help="Who asks.")] = "the desk",
) -> None:
    """Ask something of a case: submit, answer an offer, withdraw, change, relate (docs/case.md lists all)."""
    from goodorder.case_file import CaseFiles
    from goodorder.outside_voices import ask_of_case

    house: House = ctx.obj
    files = CaseFiles(house.settings)
    asked = CaseRequested(
        case_id=files.meant_by(case_id),
        request=request,
        other_case_id=files.meant_by(other) if other else None,
        face_amount=_dollars(face),
        mode=mode,
        actor=actor,
        reason=reason,
        requested_at=datetime.now(UTC),
    )
    place = ask_of_case(house.broker(), asked)
    page().print(readable(f"Asked of {asked.case_id}: {state_in_words(request)} ({place})"), soft_wrap=True)
    page().print(readable(f"What came of it: goodorder case {asked.case_id}", "quiet"))


def vendor(
    ctx: typer.Context,
    case_id: CaseArgument,
    requirement: Annotated[
        str, typer.Argument(metavar="REQUIREMENT", help="Its kind (paramed, aps...) or id.", show_default=False)
    ],
    status: Annotated[
        VendorStatus, typer.Argument(metavar="STATUS", help="E.g. scheduled, results_out.", show_default=False)
    ],
    note: Note = None,
    reference: Annotated[str | None, typer.Option(help="The vendor's order number.", show_default=False)] = None,
    effective: When = None,
) -> None:
    """Publish a vendor's report on a requirement, as the vendor would."""
    from goodorder.case_file import CaseFiles
    from goodorder.outside_voices import reporter_of, say_of_requirement

    house: House = ctx.obj
    files = CaseFiles(house.settings)
    case = files.summary(files.meant_by(case_id))
    meant = _requirement(requirement, case.case_id, files.requirements(case.case_id))
    report = VendorStatusReported(
        case_id=case.case_id,
        requirement_id=meant.requirement_id,
        status=status,
        effective_at=_utc(effective) or datetime.now(UTC),
        vendor_reference=reference,
        note=note,
    )
    reporter = reporter_of(meant, case.carrier)
    place = say_of_requirement(house.broker("vendor"), reporter, report)
    said = f"{reporter.name} says of {meant.name}, {case.case_id}: {state_in_words(status)} ({place})"
    page().print(readable(said), soft_wrap=True)
    page().print(readable(f"What came of it: goodorder case {case.case_id}", "quiet"))


def _case_and_carrier(house: House, case_id: str, carrier: str | None) -> tuple[str, str]:
    """The case meant and its carrier; a carrier may also speak of a case that nobody here knows."""
    from goodorder.case_file import CaseFiles

    if carrier is not None and is_whole(case_id):
        return case_id, carrier
    files = CaseFiles(house.settings)
    case = files.summary(files.meant_by(case_id))
    return case.case_id, case.carrier


def _requirement(meant: str, case_id: str, known: tuple[Requirement, ...]) -> Requirement:
    for requirement in known:
        if meant in (requirement.kind, requirement.requirement_id):
            return requirement
    kinds = ", ".join(requirement.kind for requirement in known)
    raise Fault(
        f"Case {case_id} has no requirement {meant}.", f"It has: {kinds}." if kinds else "It has none at all (yet)."
    )


def _dollars(said: str | None) -> Decimal | None:
    if said is None:
        return None
    digits = said.strip().removeprefix("$").replace(",", "")
    if not digits.replace(".", "", 1).isdigit():
        raise Fault(f"{said} is no amount in dollars.", "Write it like 250000.")
    return Decimal(digits)


def _utc(said: datetime | None) -> datetime | None:
    return said.replace(tzinfo=UTC) if said else None
